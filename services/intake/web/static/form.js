// The form works without this. With it: whom to ring while one writes, a place on the map, further questions and similar
// reports at once, and a draft that survives a lost connection.

import { askFurther, lookForSimilar } from "./asking.js";
import { keepDraft } from "./draft.js";
import { watchText } from "./emergency.js";
import { forgetWords, keepWords } from "./kept-words.js";
import { choosePhotos, forgetPhotos } from "./photos.js";
import { choosePlace } from "./place.js";

(document.getElementById("error-summary") ?? document.getElementById("told"))?.focus();

const report = document.getElementById("report");
if (report) {
  // A page that was kept brings the token of an earlier day; each report needs one of its own.
  if (!("filled" in report.dataset) && crypto.randomUUID) report.elements.token.value = crypto.randomUUID();
  askFurther(report);
  choosePlace(report);
  if (new URLSearchParams(location.search).has("waiting")) forgetPhotos(); // they wait with it
  choosePhotos(report, { isDraft: true });
  keepDraft(report);
  lookForSimilar(report);
  watchText(report);
}

const addedPhotos = document.getElementById("add-photos");
if (addedPhotos) choosePhotos(addedPhotos);

forgetWords(document.getElementById("told")?.dataset.arrived);
for (const form of document.querySelectorAll("#addition, form[data-answer]")) keepWords(form);

const addition = document.getElementById("addition");
if (addition) {
  askFurther(addition);
  watchText(addition);
}
for (const answer of document.querySelectorAll("form[data-answer]")) watchText(answer);
