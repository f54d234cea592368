// One report to review: what was written, what the machine made of it and how sure it was, and the ways to settle it.

import type { ReportToReview } from "./api.ts";
import { categoryName } from "./categories.ts";
import type { CorrectionDesk, Sent } from "./correction_desk.ts";
import { correctionForm } from "./correction_form.ts";
import { correctionInWords, type Change, type Subject } from "./corrections.ts";
import { element } from "./element.ts";
import { placeCertainty, placeName, timeOf } from "./incident_words.ts";
import { photosOf } from "./photos.ts";
import { offerQuestion, questionsAbout } from "./question_list.ts";
import { recordedNote } from "./recorded.ts";
import { language, percent, say, sayCode } from "./words.ts";

const ALTERNATIVES = 4;
const IN_REVIEW = "behöver granskas";
const OVERDUE_MS = 5 * 60_000; // enrichment answers within seconds: it is away, or could not use the correction

export interface CardActions {
  desk: CorrectionDesk;
  onSent(sent: Sent): void;
  onFormOpened(): void;
  onClosed(): void;
  /** A question was asked or taken back. */
  onAsked(): void;
}

export function subjectOf(report: ReportToReview): Subject {
  const { report_id: id, category, severity, location, places } = report;
  return { kind: "reports", id, category, severity, location, places };
}

/** `sent`: what was said of it here and is not known to the queue yet. */
export function reviewCard(report: ReportToReview, sent: Sent | null, actions: CardActions): HTMLElement {
  const heading = `review-${report.report_id}`;
  return element(
    "article",
    { class: "case", "aria-labelledby": heading },
    element("h3", { class: "case__title", id: heading }, caseTitle(report)),
    element("p", { class: "muted small" }, sayCode("source", report.source), " · ", timeOf(report.occurred_at), ` · ${where(report)}`),
    element("blockquote", { class: "case__text", lang: report.language }, report.text),
    ...questionsAbout(report, report.questions, actions.onAsked),
    isWaiting(report, sent) && waiting(report, sent, actions),
    (!isWaiting(report, sent) || isOverdue(report)) && element("div", {}, ...toDo(report, actions)),
  );
}

function isWaiting(report: ReportToReview, sent: Sent | null): boolean {
  return sent !== null || report.pending !== null;
}

export function isOverdue({ pending }: ReportToReview): boolean {
  return pending !== null && Date.now() - new Date(pending.at).getTime() > OVERDUE_MS;
}

function caseTitle(report: ReportToReview): string {
  return `${say("review.guess", { what: categoryName(report.category) })}, ${sayCode("severity", report.severity)}`;
}

function where(report: ReportToReview): string {
  return [placeName(report.location), placeCertainty(report.location)].filter(Boolean).join(", ");
}

function waiting(report: ReportToReview, sent: Sent | null, { desk }: CardActions): HTMLElement {
  const { pending } = report;
  if (pending !== null && pending.undo_asked_at !== null) return element("p", { class: "case__waiting" }, say("correct.undoing"));
  const said = sent?.words ?? (pending === null ? "" : say("correct.changed", { what: correctionInWords(pending) }));
  const id = sent?.correctionId ?? pending?.correction_id;
  return element(
    "p",
    { class: "case__waiting" },
    `${said} ${isOverdue(report) ? say("correct.overdue") : say("correct.waiting")}`,
    id !== undefined && element("button", { type: "button", class: "button--quiet", click: () => void desk.takeBack(id) }, say("correct.undo")),
  );
}

function toDo(report: ReportToReview, actions: CardActions): Node[] {
  const subject = subjectOf(report);
  const word = element("p", { class: "form__word", role: "alert" });
  const formPlace = element("div", { class: "case__form" });
  const more = element("button", { type: "button", class: "case__more", "aria-expanded": "false" }, say("review.more_to_correct"), " ", element("kbd", { "aria-hidden": "true" }, "0"));
  more.dataset["choice"] = "0";
  more.addEventListener("click", () => (formPlace.firstChild === null ? openForm() : closeForm()));

  function openForm(): void {
    const form = correctionForm(subject, {
      send: async (change) => actions.onSent(await actions.desk.send(subject, change)),
      cancel: closeForm,
      pickPlace: actions.desk.pickPlace(),
    });
    formPlace.replaceChildren(form);
    more.setAttribute("aria-expanded", "true");
    form.querySelector("select")?.focus({ preventScroll: true });
    actions.onFormOpened();
  }

  function closeForm(): void {
    formPlace.replaceChildren();
    more.setAttribute("aria-expanded", "false");
    more.focus();
    actions.onClosed();
  }

  return [
    ...doubts(report),
    choices(report, (change, button) => void settle(change, button), more),
    word,
    formPlace,
    ...ask(report, actions),
    why(report),
  ];

  async function settle(change: Change, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    word.textContent = "";
    try {
      actions.onSent(await actions.desk.send(subject, change));
    } catch (error) {
      word.classList.add("field__error");
      word.textContent = error instanceof Error ? error.message : say("error.title");
      button.disabled = false;
      button.focus();
    }
  }
}

function ask(report: ReportToReview, actions: CardActions): Node[] {
  const offers = [offerQuestion(report, actions.onAsked), photosOf(report)].filter((each) => each !== null);
  return offers.length === 0 ? [] : [element("div", { class: "case__ask offers" }, ...offers)];
}

function choices(
  report: ReportToReview,
  choose: (change: Change, button: HTMLButtonElement) => void,
  more: HTMLButtonElement,
): HTMLElement {
  const guesses = [{ category: report.category, confidence: report.category_confidence }, ...report.category_alternatives]
    .filter((guess, at, all) => all.findIndex((each) => each.category === guess.category) === at)
    .slice(0, ALTERNATIVES);
  const buttons = guesses.map(({ category, confidence }, at) => {
    const number = String(at + 1);
    const button = element(
      "button",
      { type: "button", class: at === 0 ? "guess guess--first" : "guess", "aria-keyshortcuts": number },
      element("kbd", { "aria-hidden": "true" }, number),
      element("span", { class: "guess__what" }, at === 0 && element("span", { class: "guess__right" }, say("review.right")), categoryName(category)),
      element("span", { class: "guess__share" }, percent(confidence)),
    );
    button.dataset["choice"] = number;
    button.addEventListener("click", () => choose({ category }, button));
    return button;
  });
  return element("div", { class: "guesses", role: "group", "aria-label": say("review.choices") }, ...buttons, more);
}

/** Why a person must look: what enrichment gave as the reason, and on a page in another language the same in its words. */
function doubts(report: ReportToReview): Node[] {
  const recorded = report.reasons.filter((reason) => reason.startsWith(IN_REVIEW)).map((reason) => reason.slice(IN_REVIEW.length).replace(/^[:\s]+/, ""));
  const odd = [
    report.contradicts_pin && say("review.contradicts_pin"),
    report.outside_municipality && say("review.outside"),
  ].filter((each): each is string => each !== false);
  const own = language === "sv" && recorded.length > 0 ? [] : odd;
  const hearsay = report.hearsay ? [say("review.hearsay")] : [];
  const shown = [
    ...recorded.filter(Boolean).map((reason) => element("li", { lang: "sv" }, reason)),
    ...[...own, ...hearsay].map((each) => element("li", {}, each)),
  ];
  return shown.length === 0 ? [] : [element("ul", { class: "case__doubts", "aria-label": say("review.doubts") }, ...shown)];
}

function why(report: ReportToReview): Node {
  const reasons = report.reasons.filter((reason) => !reason.startsWith(IN_REVIEW)).map((reason) => element("li", { lang: "sv" }, reason));
  // One place alone is told by the reasons already.
  const considered = report.places.length > 1 ? report.places : [];
  const places = considered.map(({ words, location, role, why: reason }) =>
    element("li", { lang: "sv" }, `”${words}”: ${placeName(location)}, ${sayCode("role", role)}. ${reason}`),
  );
  const when = report.happened === null ? [] : [element("li", {}, say("review.happened", { words: report.happened.words }), " ", timeOf(report.happened.start))];
  if (reasons.length + places.length + when.length === 0) return element("p", { class: "muted small" }, say("detail.why.none"));
  return element(
    "details",
    { class: "case__why" },
    element("summary", {}, say("detail.report.why")),
    ...recordedNote(language),
    element("ul", { class: "reasons" }, ...reasons, ...when, ...places),
  );
}
