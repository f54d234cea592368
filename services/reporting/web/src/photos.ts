// The way to a report's photos, which are shown by intake alone, to who signs in there.

import type { AssessedReport } from "./api.ts";
import { element } from "./element.ts";
import { canBeAsked } from "./questions.ts";
import { language, say } from "./words.ts";

/** Null where nobody said where intake is, or nobody could have sent any. */
export function photosOf({ report_id: id, source }: AssessedReport): HTMLElement | null {
  const intake = document.body.dataset["intake"];
  if (intake === undefined || !canBeAsked(source)) return null;
  const address = `${intake}/staff/photos/${encodeURIComponent(id)}?lang=${language}`;
  return element("p", { class: "offer photos-link screen-only" }, element("a", { href: address, target: "_blank", rel: "noreferrer" }, say("photos.look")));
}
