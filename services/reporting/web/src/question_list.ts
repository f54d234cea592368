// In an incident's detail, at each report: what was asked about it, how that stands, and the way to ask or to take back.

import type { AssessedReport, Question, Report } from "./api.ts";
import { element } from "./element.ts";
import { timeOf } from "./incident_words.ts";
import { offer } from "./offer.ts";
import { questionForm } from "./question_form.ts";
import { canBeAsked, sendQuestion, troubleInWords, whoAsked, withdrawQuestion } from "./questions.ts";
import { closeToast, toast } from "./toast.ts";
import { inLanguage, say, sayCode } from "./words.ts";

/** `onChanged`: something was asked or taken back, or the form was closed. */
export function questionsAbout(report: AssessedReport, all: Question[], onChanged: () => void): Node[] {
  const about = all.filter((each) => each.report_id === report.report_id).reverse();
  const list = element(
    "ul",
    { class: "questions", "aria-label": say("question.list") },
    ...about.map((each) => questionItem(each, onChanged)),
  );
  return about.length === 0 ? [] : [list];
}

/** Null where nobody could read it. */
export function offerQuestion(report: AssessedReport & Partial<Pick<Report, "disposed">>, onChanged: () => void): HTMLElement | null {
  if (!canBeAsked(report.source) || (report.disposed ?? null) !== null) return null;
  return offer(
    say("question.ask"),
    `ask-${report.report_id}`,
    (close) =>
      questionForm(report.report_id, {
        send: async (text) => {
          const questionId = await sendQuestion(report.report_id, text);
          toast(say("question.asked"), () => void takeBack(questionId, onChanged));
          close();
        },
        cancel: close,
      }),
    onChanged,
  );
}

function questionItem(question: Question, onChanged: () => void): HTMLLIElement {
  const words = question.text_en === null ? question.text : inLanguage({ sv: question.text, en: question.text_en });
  return element(
    "li",
    { class: `question question--${question.state}` },
    question.text === ""
      ? element("p", { class: "muted" }, say("question.gone"))
      : element("p", { class: "question__words", lang: question.text_en === null ? "sv" : null }, words),
    element(
      "p",
      { class: "muted small" },
      say("question.asked_by", { who: whoAsked(question) }),
      " ",
      timeOf(question.at),
      question.state === "answered" ? "" : ", ",
      question.state !== "answered" && element("span", { class: "question__state" }, sayCode("question.state", question.state)),
    ),
    ...answerTo(question),
    question.state === "open" &&
      element(
        "button",
        {
          type: "button",
          class: "button--quiet screen-only",
          "data-keep": `take-back-${question.question_id}`,
          click: () => void takeBack(question.question_id, onChanged),
        },
        say("question.take_back"),
      ),
  );
}

function answerTo({ answer }: Question): Node[] {
  if (answer === null) return [];
  const said =
    answer.disposed === null
      ? element("blockquote", { lang: answer.language }, answer.text)
      : element("p", { class: "muted" }, sayCode("disposed", answer.disposed));
  return [element("p", { class: "muted small question__answered" }, say("question.answer"), " ", timeOf(answer.at)), said];
}

async function takeBack(questionId: string, onChanged: () => void): Promise<void> {
  closeToast();
  try {
    await withdrawQuestion(questionId);
    toast(say("question.taken_back"));
  } catch (error) {
    toast(troubleInWords(error));
  }
  onChanged();
}
