// The list of incidents: the map's twin, patched in place so that what is being read stays where it is.

import type { Incident } from "./api.ts";
import { byId, element } from "./element.ts";
import { placeName, timeOf } from "./incident_words.ts";
import { incidentSymbol } from "./symbols.ts";
import { inLanguage, say, sayCode, sayCount } from "./words.ts";

export interface IncidentList {
  show(incidents: Incident[], fresh: ReadonlySet<string>): void;
  select(id: string | null): void;
  focusOn(id: string): void;
  step(by: 1 | -1): void;
  isBeingRead(): boolean;
}

/** A phone shows this many first (panels.css has the same number), so that the findings are not far below. */
const FIRST_ON_A_PHONE = 8;

interface Row {
  item: HTMLLIElement;
  written: string;
}

export function incidentList(onOpen: (id: string) => void, onHover: (id: string | null) => void): IncidentList {
  const list = byId<HTMLOListElement>("incidents");
  const rows = new Map<string, Row>();
  let selected: string | null = null;

  list.addEventListener("click", (event) => {
    const id = idOf(event.target);
    if (id !== null) onOpen(id);
  });
  list.addEventListener("pointerover", (event) => onHover(idOf(event.target)));
  list.addEventListener("pointerleave", () => onHover(null));
  list.addEventListener("focusin", (event) => onHover(idOf(event.target)));
  list.addEventListener("focusout", () => onHover(null));

  const showAll = byId("show-all");
  showAll.addEventListener("click", () => {
    list.classList.remove("incidents--first");
    showAll.hidden = true;
    list.children[FIRST_ON_A_PHONE]?.querySelector("button")?.focus();
  });

  function show(incidents: Incident[], fresh: ReadonlySet<string>): void {
    showAll.hidden = !list.classList.contains("incidents--first") || incidents.length <= FIRST_ON_A_PHONE;
    showAll.textContent = say("list.all", { n: incidents.length });
    const wanted = new Set(incidents.map((incident) => incident.incident_id));
    for (const [id, row] of rows) {
      if (wanted.has(id)) continue;
      row.item.remove();
      rows.delete(id);
    }
    let place = list.firstElementChild;
    for (const incident of incidents) {
      const item = rowFor(incident, fresh.has(incident.incident_id)).item;
      if (item === place) place = place.nextElementSibling;
      else list.insertBefore(item, place);
    }
  }

  function rowFor(incident: Incident, fresh: boolean): Row {
    const written = JSON.stringify([incident, fresh]);
    const known = rows.get(incident.incident_id);
    if (known?.written === written) return known;
    const row: Row = known ?? { item: element("li", { "data-incident": incident.incident_id }), written };
    row.written = written;
    const button = row.item.querySelector("button") ?? element("button", { type: "button", class: "incident" });
    button.replaceChildren(...rowContent(incident, fresh));
    button.classList.toggle("incident--selected", incident.incident_id === selected);
    if (button.parentElement === null) row.item.append(button);
    rows.set(incident.incident_id, row);
    return row;
  }

  function select(id: string | null): void {
    for (const [key, row] of rows) {
      const button = row.item.querySelector("button");
      button?.classList.toggle("incident--selected", key === id);
      button?.setAttribute("aria-expanded", String(key === id));
    }
    selected = id;
  }

  function step(by: 1 | -1): void {
    const buttons = [...list.querySelectorAll<HTMLButtonElement>("button.incident")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const current = at >= 0 ? at : buttons.findIndex((button) => idOf(button) === selected);
    const next = current < 0 ? 0 : Math.min(buttons.length - 1, Math.max(0, current + by));
    buttons[next]?.focus();
    if (selected !== null) onOpen(idOf(buttons[next] ?? null) ?? selected);
  }

  return {
    show,
    select,
    step,
    focusOn: (id) => rows.get(id)?.item.querySelector("button")?.focus(),
    isBeingRead: () => selected !== null || list.contains(document.activeElement) || byId("list-pane").scrollTop > 8,
  };
}

function idOf(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>("[data-incident]")?.dataset["incident"] ?? null) : null;
}

function rowContent(incident: Incident, fresh: boolean): Node[] {
  return [
    incidentSymbol(incident),
    element(
      "span",
      { class: "incident__text" },
      element(
        "span",
        { class: "incident__first" },
        element("strong", {}, inLanguage(incident)),
        " ",
        element("span", { class: "incident__place" }, placeName(incident.location)),
        element("span", { class: "incident__time" }, timeOf(incident.first_occurred_at)),
      ),
      element("span", { class: "incident__summary" }, incident.summary),
      element("span", { class: "incident__facts" }, ...facts(incident, fresh)),
    ),
  ];
}

function facts(incident: Incident, fresh: boolean): Node[] {
  const plain = [
    sayCode("severity", incident.severity),
    sayCode("verification", incident.verification),
    sayCount("list.reports", incident.report_count),
  ];
  if (incident.involves_minor) plain.push(say("list.minor"));
  const tags: Node[] = [element("span", {}, plain.join(" · "))];
  if (fresh) tags.unshift(element("span", { class: "tag tag--fresh" }, say("live.fresh")));
  if (incident.ongoing) tags.push(element("span", { class: "tag" }, say("list.ongoing")));
  if (incident.needs_review) tags.push(element("span", { class: "tag tag--attention" }, say("list.review.tag")));
  return tags;
}
