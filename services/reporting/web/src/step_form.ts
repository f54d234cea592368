// The form in which a step is chosen and worded, looked at as the reporters will read it, and taken.

import type { Step } from "./api.ts";
import { element } from "./element.ts";
import { previewStep, readySentences, REASONS, stepTrouble, type StepPreview, type StepToTake } from "./steps.ts";
import { inLanguage, say, sayCode, sayCount } from "./words.ts";

export interface StepActions {
  send(step: StepToTake): Promise<void>;
  cancel(): void;
}

/** `reports`: how many there are to be told. */
export function stepForm(status: Step["status"], incidentId: string, reports: number, actions: StepActions): HTMLFormElement {
  const isClosing = status === "closed";
  const id = (part: string): string => `step-${status}-${part}-${incidentId}`;
  const reason = element(
    "select",
    { id: id("reason"), name: "reason", "aria-describedby": id("word") },
    element("option", { value: "" }, say("step.reason.none")),
    ...REASONS.map((each) => element("option", { value: each }, sayCode("step.reason", each))),
  );
  const ready = element("select", { id: id("ready") }, element("option", { value: "" }, say("step.ready.none")));
  const swedish = words("text", isClosing ? 2 : 3, `${id("hint")} ${id("word")}`);
  const english = words("text_en", 2, id("word"));
  const writing = element(
    "div",
    { class: "question-form__step" },
    isClosing && field("reason", say("step.reason"), reason),
    !isClosing && field("ready", say("step.ready"), ready),
    field("text", say("step.text"), element("span", { class: "field__hint small", id: id("hint") }, say("step.text.hint")), swedish),
    field("text_en", say("step.text_en"), english),
  );
  const looking = element("div", { class: "question-form__step", hidden: true });
  const word = element("p", { class: "form__word", role: "alert", id: id("word") });
  const submit = element("button", { class: "button--primary" }, say("question.preview"));
  const change = element("button", { type: "button", "data-edit": "", hidden: true, click: edit }, say("question.edit"));
  const form = element(
    "form",
    { class: "correction question-form", novalidate: true, "aria-label": sayCode("step.title", status) },
    writing,
    looking,
    word,
    element("div", { class: "row" }, submit, change, element("button", { type: "button", "data-cancel": "", click: actions.cancel }, say("correct.cancel"))),
  );
  if (!isClosing) void offerReady();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void goOn();
  });

  function field(part: string, label: string, ...controls: Node[]): HTMLElement {
    return element("div", { class: "field" }, element("label", { for: id(part) }, label), ...controls);
  }

  function words(part: string, rows: number, describedBy: string): HTMLTextAreaElement {
    return element("textarea", { id: id(part), name: part, rows, maxlength: 300, "aria-describedby": describedBy, lang: part === "text" ? "sv" : "en" });
  }

  async function offerReady(): Promise<void> {
    const all = await readySentences();
    ready.append(...all.map((each, at) => element("option", { value: at }, inLanguage(each))));
    ready.addEventListener("change", () => {
      const chosen = all[Number(ready.value)];
      if (ready.value === "" || chosen === undefined) return;
      swedish.value = chosen.sv;
      english.value = chosen.en;
    });
  }

  function written(): StepToTake {
    const [text, textEn] = [swedish.value.trim(), english.value.trim()];
    return {
      status,
      ...(isClosing ? { reason: reason.value } : {}),
      ...(text === "" ? {} : { text }),
      ...(textEn === "" ? {} : { text_en: textEn }),
    };
  }

  async function goOn(): Promise<void> {
    complain("");
    const step = written();
    if (isClosing && step.reason === "") return complain(say("step.reason.missing"), reason);
    if (step.text === undefined && step.text_en !== undefined) return complain(say("step.text.missing"), swedish);
    submit.disabled = true; // a double click tells once
    try {
      if (!looking.hidden) return await actions.send(step);
      const preview = await previewStep(step);
      submit.disabled = false; // what is disabled can't have the focus
      show(step, preview);
    } catch (error) {
      submit.disabled = false;
      complain(stepTrouble(error));
    }
  }

  function show(step: StepToTake, preview: StepPreview): void {
    const marked = [preview.text, preview.text_en].filter((each) => each !== null).join(" / ");
    if (preview.personal_details.length > 0) return complain(say("question.personal", { text: marked }), swedish);
    looking.replaceChildren(...previewed(step, preview, reports));
    turn(true);
    submit.focus();
  }

  function edit(): void {
    turn(false);
    complain("");
    (isClosing ? reason : swedish).focus();
  }

  function turn(isLooking: boolean): void {
    looking.hidden = !isLooking;
    writing.hidden = isLooking;
    change.hidden = !isLooking;
    submit.textContent = isLooking ? sayCode("step.send", status) : say("question.preview");
  }

  function complain(sentence: string, at: HTMLElement | null = null): void {
    word.classList.toggle("field__error", sentence !== "");
    word.textContent = sentence;
    if (sentence !== "") (at ?? (looking.hidden ? swedish : submit)).focus();
  }

  return form;
}

function previewed({ status, reason }: StepToTake, preview: StepPreview, reports: number): Node[] {
  return [
    element("p", { class: "question-form__title" }, sayCount("step.previewed", reports)),
    element("p", {}, element("strong", {}, sayCode("step.told", status)), reason === undefined ? "" : ` ${sayCode("step.told", reason)}`),
    preview.text !== null && element("blockquote", { lang: "sv" }, preview.text),
    preview.text_en !== null && element("blockquote", { lang: "en" }, preview.text_en),
    element("p", { class: "muted small" }, sayCode("step.uncertain", status)),
  ].filter((each) => each !== false);
}
