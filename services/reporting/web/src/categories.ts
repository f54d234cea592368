// The 27 categories by name, in the page's language, as the page brings them.

import { byId, element } from "./element.ts";

/** The options of a category select, in the legend's groups. */
export function categoryOptions(selected: string): Node {
  const options = byId<HTMLTemplateElement>("category-options").content.cloneNode(true) as DocumentFragment;
  options.querySelector<HTMLOptionElement>(`option[value="${CSS.escape(selected)}"]`)?.setAttribute("selected", "");
  return options;
}

export function categoryName(code: string): string {
  const options = byId<HTMLTemplateElement>("category-options").content;
  return options.querySelector(`option[value="${CSS.escape(code)}"]`)?.textContent ?? code;
}

export function categorySelect(id: string, selected: string): HTMLSelectElement {
  return element("select", { id, name: "category" }, categoryOptions(selected));
}
