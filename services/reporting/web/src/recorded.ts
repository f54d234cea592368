// What services recorded in Swedish, shown as it stands; a page in another language says so.

import { element } from "./element.ts";
import { language as pageLanguage, say } from "./words.ts";

export function recordedNote(language: string = pageLanguage): Node[] {
  return language === "sv" ? [] : [element("p", { class: "muted small" }, say("detail.why.recorded"))];
}

export function recordedReason(reason: string): HTMLLIElement {
  return element("li", { lang: "sv" }, reason);
}
