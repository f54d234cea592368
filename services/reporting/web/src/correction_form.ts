// The form in which a person says what a report or an incident really is. Only what is changed is sent.

import { element } from "./element.ts";
import { categorySelect } from "./categories.ts";
import type { Change, ChosenPlace, Subject } from "./corrections.ts";
import { hasDot, placeCertainty, placeName } from "./incident_words.ts";
import { distance, say, sayCode } from "./words.ts";
import type { Place, Severity } from "./api.ts";

export interface FormActions {
  send(change: Change): Promise<void>;
  cancel(): void;
  /** Resolves with null when it is called off; null itself where there is no map. */
  pickPlace: (() => Promise<ChosenPlace | null>) | null;
}

const SEVERITIES: Severity[] = [1, 2, 3, 4];
const AS_NOW = "as-now";

export function correctionForm(subject: Subject, actions: FormActions): HTMLFormElement {
  const id = (part: string): string => `correct-${part}-${subject.id}`;
  const places = new Map<string, ChosenPlace>();
  const placeChoices = element("div", { class: "choices choices--close" }, ...placeOptions(subject, places, id));
  const form = element(
    "form",
    { class: "correction", novalidate: true, "data-subject": subject.id, "aria-label": say("correct.title") },
    field(id("category"), say("correct.category"), categorySelect(id("category"), subject.category)),
    element(
      "fieldset",
      { class: "correction__severity" },
      element("legend", {}, say("severity")),
      element("div", { class: "severities" }, ...SEVERITIES.map((grade) => severityChoice(grade, subject.severity, id("severity")))),
    ),
    element(
      "fieldset",
      {},
      element("legend", {}, say("correct.place")),
      placeChoices,
      actions.pickPlace && pickButton(actions.pickPlace, placeChoices, places, id),
    ),
    field(
      id("note"),
      say("correct.note"),
      element("span", { class: "field__hint small", id: id("note-hint") }, say("correct.note.hint")),
      element("textarea", { id: id("note"), name: "note", rows: 2, maxlength: 500, "aria-describedby": id("note-hint") }),
    ),
    element("p", { class: "form__word", role: "alert" }),
    element(
      "div",
      { class: "row" },
      element("button", { class: "button--primary" }, say("correct.save")),
      element("button", { type: "button", "data-cancel": "", click: actions.cancel }, say("correct.cancel")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(form, readChange(form, subject, places), actions);
  });
  return form;
}

function field(id: string, label: string, ...controls: Node[]): HTMLElement {
  return element("div", { class: "field" }, element("label", { for: id }, label), ...controls);
}

function severityChoice(grade: Severity, now: Severity, name: string): HTMLLabelElement {
  return element(
    "label",
    { class: "choice" },
    element("input", { type: "radio", name: "severity", id: `${name}-${grade}`, value: grade, checked: grade === now }),
    sayCode("severity", grade),
  );
}

function placeOptions(subject: Subject, places: Map<string, ChosenPlace>, id: (part: string) => string): Node[] {
  const now = [placeName(subject.location), placeCertainty(subject.location)].filter(Boolean).join(", ");
  const others = placesToChoose(subject).map(({ letter, words, location, why }) => {
    places.set(letter, chosen(location));
    const certainty = [placeCertainty(location), why].filter(Boolean).join(" · ");
    return placeChoice(letter, id(`place-${letter}`), `${letter} ${location.name ?? words}`, certainty, false);
  });
  return [placeChoice(AS_NOW, id("place-now"), say("correct.place.now", { place: now }), "", true), ...others];
}

/** The places that were considered and can be a point, each with the letter it has on the map. */
export function placesToChoose(subject: Subject): { letter: string; words: string; location: Place; why: string }[] {
  return subject.places
    .filter(({ location, role }) => role !== "chosen" && hasDot(location))
    .slice(0, 8)
    .map((each, at) => ({ ...each, letter: String.fromCharCode(65 + at) }));
}

function chosen(location: Place): ChosenPlace {
  return {
    lat: location.lat!,
    lon: location.lon!,
    precision: location.precision,
    ...(location.uncertainty_m === null ? {} : { uncertainty_m: Math.max(1, location.uncertainty_m) }),
    ...(location.name === null ? {} : { name: location.name }),
  };
}

function placeChoice(value: string, id: string, words: string, beside: string, checked: boolean): HTMLLabelElement {
  return element(
    "label",
    { class: "choice" },
    element("input", { type: "radio", name: "place", id, value, checked }),
    element("span", {}, words, beside !== "" && element("span", { class: "muted small choice__beside" }, beside)),
  );
}

function pickButton(
  pickPlace: () => Promise<ChosenPlace | null>,
  choices: HTMLElement,
  places: Map<string, ChosenPlace>,
  id: (part: string) => string,
): HTMLButtonElement {
  const button = element("button", { type: "button", class: "correction__pick" }, say("correct.place.pick"));
  button.addEventListener("click", async () => {
    const picked = await pickPlace();
    button.focus();
    if (picked === null) return;
    places.set("picked", picked);
    choices.querySelector(`#${CSS.escape(id("place-picked"))}`)?.closest("label")?.remove();
    const within = say("place.within", { distance: distance(picked.uncertainty_m ?? 100) });
    const choice = placeChoice("picked", id("place-picked"), say("correct.place.picked"), within, false);
    choices.append(choice);
    choice.querySelector("input")!.checked = true;
    choice.querySelector("input")!.focus();
  });
  return button;
}

/** Null when nothing is changed. */
function readChange(form: HTMLFormElement, subject: Subject, places: Map<string, ChosenPlace>): Change | null {
  const written = new FormData(form);
  const category = String(written.get("category"));
  const severity = Number(written.get("severity")) as Severity;
  const place = places.get(String(written.get("place")));
  const note = String(written.get("note") ?? "").trim();
  const change: Change = {
    ...(category === subject.category ? {} : { category }),
    ...(severity === subject.severity ? {} : { severity }),
    ...(place === undefined ? {} : { location: place }),
  };
  if (Object.keys(change).length === 0) return null;
  return note === "" ? change : { ...change, note };
}

async function submit(form: HTMLFormElement, change: Change | null, actions: FormActions): Promise<void> {
  const word = form.querySelector(".form__word")!;
  word.textContent = "";
  if (change === null) {
    complain(word, say("correct.nothing"));
    form.querySelector("select")?.focus();
    return;
  }
  const button = form.querySelector<HTMLButtonElement>(".button--primary")!;
  button.disabled = true;
  try {
    await actions.send(change);
  } catch (error) {
    complain(word, error instanceof Error ? error.message : say("error.title"));
    button.disabled = false;
    button.focus();
  }
}

function complain(word: Element, sentence: string): void {
  word.classList.add("field__error");
  word.textContent = sentence;
}
