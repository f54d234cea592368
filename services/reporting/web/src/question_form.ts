// The form in which a question is written, looked at as the reporter will read it, and asked.

import { element } from "./element.ts";
import { previewQuestion, readyQuestions, troubleInWords, type Preview } from "./questions.ts";
import { say } from "./words.ts";

export interface QuestionActions {
  send(text: string): Promise<void>;
  cancel(): void;
}

export function questionForm(reportId: string, actions: QuestionActions): HTMLFormElement {
  const id = (part: string): string => `question-${part}-${reportId}`;
  const text = element("textarea", {
    id: id("text"),
    name: "text",
    rows: 3,
    maxlength: 500,
    "aria-describedby": `${id("hint")} ${id("word")}`,
  });
  const choices = element("select", { id: id("ready") }, element("option", { value: "" }, say("question.ready.none")));
  const writing = element(
    "div",
    { class: "question-form__step" },
    element("div", { class: "field" }, element("label", { for: id("ready") }, say("question.ready")), choices),
    element(
      "div",
      { class: "field" },
      element("label", { for: id("text") }, say("question.text")),
      element("span", { class: "field__hint small", id: id("hint") }, say("question.text.hint")),
      text,
    ),
  );
  const looking = element("div", { class: "question-form__step", hidden: true });
  const word = element("p", { class: "form__word", role: "alert", id: id("word") });
  const form = element(
    "form",
    { class: "correction question-form", novalidate: true, "aria-label": say("question.title") },
    writing,
    looking,
    word,
    element(
      "div",
      { class: "row" },
      element("button", { class: "button--primary" }, say("question.preview")),
      element("button", { type: "button", "data-edit": "", hidden: true, click: edit }, say("question.edit")),
      element("button", { type: "button", "data-cancel": "", click: actions.cancel }, say("correct.cancel")),
    ),
  );
  const submit = form.querySelector<HTMLButtonElement>(".button--primary")!;
  choices.addEventListener("change", () => {
    if (choices.value !== "") text.value = choices.value;
  });
  void readyQuestions().then((all) => choices.append(...all.map((each) => element("option", { value: each }, each))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void goOn();
  });

  async function goOn(): Promise<void> {
    complain("");
    const written = text.value.trim();
    if (written === "") return complain(say("error.missing", { field: say("question.text").toLowerCase() }));
    submit.disabled = true; // a double click asks once
    try {
      if (!looking.hidden) return await actions.send(written);
      const preview = await previewQuestion(written);
      submit.disabled = false; // what is disabled can't have the focus
      show(preview);
    } catch (error) {
      submit.disabled = false;
      complain(troubleInWords(error));
    }
  }

  function show(preview: Preview): void {
    if (preview.personal_details.length > 0) return complain(say("question.personal", { text: preview.text }));
    looking.replaceChildren(...previewed(preview));
    turn(true);
    submit.focus();
  }

  function edit(): void {
    turn(false);
    complain("");
    text.focus();
  }

  function turn(isLooking: boolean): void {
    looking.hidden = !isLooking;
    writing.hidden = isLooking;
    form.querySelector<HTMLButtonElement>("[data-edit]")!.hidden = !isLooking;
    submit.textContent = say(isLooking ? "question.send" : "question.preview");
  }

  function complain(sentence: string): void {
    word.classList.toggle("field__error", sentence !== "");
    word.textContent = sentence;
    if (sentence !== "") (looking.hidden ? text : submit).focus();
  }

  return form;
}

function previewed(preview: Preview): Node[] {
  const english = preview.text_en;
  return [
    element("p", { class: "question-form__title" }, say("question.previewed")),
    element("blockquote", english === null ? {} : { lang: "sv" }, preview.text),
    ...(english === null
      ? []
      : [element("p", { class: "muted small" }, say("question.in_english")), element("blockquote", { lang: "en" }, english)]),
    element("p", { class: "muted small" }, say("question.uncertain")),
  ];
}
