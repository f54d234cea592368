// In an incident's detail: the corrections made, how they stand, and the way to make one or take one back.

import type { Correction } from "./api.ts";
import type { CorrectionDesk } from "./correction_desk.ts";
import { correctionForm } from "./correction_form.ts";
import { correctionInWords, type Subject } from "./corrections.ts";
import { element } from "./element.ts";
import { timeOf } from "./incident_words.ts";
import { offer } from "./offer.ts";
import { say, sayCode } from "./words.ts";

export function correctionList(corrections: Correction[], desk: CorrectionDesk): HTMLOListElement {
  return element("ol", { class: "corrections" }, ...corrections.map((each) => correctionItem(each, desk)));
}

function correctionItem(correction: Correction, desk: CorrectionDesk): HTMLLIElement {
  const undoing = correction.undo_asked_at !== null && correction.state !== "undone";
  const state = undoing ? say("correct.undoing") : sayCode("correction", correction.state);
  const about = say(correction.report_id === null ? "correct.about.incident" : "correct.about.report");
  return element(
    "li",
    { class: correction.state === "undone" ? "correction-item correction-item--undone" : "correction-item" },
    element("p", {}, element("span", { class: "correction-item__what" }, correctionInWords(correction)), ` · ${state}`),
    correction.note && element("p", { class: "small" }, correction.note),
    element("p", { class: "muted small" }, `${about} · ${sign(correction.corrected_by)} · `, timeOf(correction.at)),
    correction.undo_asked_at === null &&
      element("button", { type: "button", class: "button--quiet screen-only", click: () => void desk.takeBack(correction.correction_id) }, say("correct.undo")),
  );
}

function sign(correctedBy: string): string {
  return correctedBy === "staff" ? sayCode("source", "staff") : correctedBy;
}

/** A button that opens the form in its place. */
export function offerCorrection(subject: Subject, desk: CorrectionDesk, onClosed: () => void): HTMLElement {
  const words = say(subject.kind === "incidents" ? "correct.incident" : "correct.report");
  return offer(
    words,
    null,
    (close) =>
      correctionForm(subject, {
        send: async (change) => {
          await desk.send(subject, change);
          close();
        },
        cancel: close,
        pickPlace: desk.pickPlace(),
      }),
    onClosed,
  );
}
