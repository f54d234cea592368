// The ways to a report's photos and to its reporter, which are shown by intake alone, to who signs in there.

import type { AssessedReport } from "./api.ts";
import { element } from "./element.ts";
import { canBeAsked } from "./questions.ts";
import { language, say } from "./words.ts";

/** Null where nobody said where intake is, or nobody could have sent any. */
export function photosOf(report: AssessedReport): HTMLElement | null {
  return pageOf(report, "photos", say("photos.look"));
}

/** Whether its reporter left a name, a telephone or an address for e-mail is known to intake alone. */
export function contactOf(report: AssessedReport): HTMLElement | null {
  return pageOf(report, "contact", say("contact.look"));
}

function pageOf({ report_id: id, source }: AssessedReport, page: "photos" | "contact", told: string): HTMLElement | null {
  const intake = document.body.dataset["intake"];
  if (intake === undefined || !canBeAsked(source)) return null;
  const address = `${intake}/staff/${page}/${encodeURIComponent(id)}?lang=${language}`;
  return element("p", { class: "offer photos-link screen-only" }, element("a", { href: address, target: "_blank", rel: "noreferrer" }, told));
}
