// The filters above the list.

import { byId } from "./element.ts";
import { isFiltering, NO_FILTERS, type Filters } from "./filters.ts";
import type { Group } from "./groups.ts";

export interface FilterForm {
  show(filters: Filters): void;
}

export function filterForm(initial: Filters, onChange: (filters: Filters) => void): FilterForm {
  const text = byId<HTMLInputElement>("filter-text");
  const group = byId<HTMLSelectElement>("filter-group");
  const severity = byId<HTMLSelectElement>("filter-severity");
  const review = byId<HTMLInputElement>("filter-review");
  const clear = byId<HTMLButtonElement>("filter-clear");
  let current = initial;

  function read(): void {
    onChange({
      ...current,
      text: text.value,
      group: (group.value || null) as Group | null,
      severity: Number(severity.value),
      review: review.checked,
    });
  }

  function show(filters: Filters): void {
    current = filters;
    if (text.value !== filters.text) text.value = filters.text;
    group.value = filters.group ?? "";
    severity.value = String(filters.severity);
    review.checked = filters.review;
    clear.hidden = !isFiltering(filters);
  }

  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", read);
  for (const control of [group, severity, review]) control.addEventListener("change", read);
  clear.addEventListener("click", () => {
    onChange(NO_FILTERS);
    text.focus();
  });
  show(initial);
  return { show };
}
