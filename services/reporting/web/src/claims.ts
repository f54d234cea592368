// What is being said, and what a person found. The verdict is always a person's.

import { post, type Claim, type Verdict } from "./api.ts";
import { announce } from "./announce.ts";
import { byId, element } from "./element.ts";
import { exactly, say, sayCode, sayCount, when } from "./words.ts";

const VERDICTS: Verdict[] = ["unverified", "under_review", "confirmed", "refuted"];

export function showClaims(claims: Claim[], onChanged: () => void): void {
  const list = byId("claims");
  if (claims.length === 0) {
    list.replaceChildren(element("li", { class: "muted" }, say("claims.empty")));
    return;
  }
  list.replaceChildren(...claims.map((claim) => claimItem(claim, onChanged)));
}

function claimItem(claim: Claim, onChanged: () => void): HTMLLIElement {
  const about = claim.incident_ids.length > 0 ? ` · ${sayCount("claims.about", claim.incident_ids.length)}` : "";
  const by = claim.decided_by === null ? when(claim.at) : say("claims.by", { who: claim.decided_by, when: when(claim.at) });
  return element(
    "li",
    { class: "claim" },
    element(
      "p",
      { class: "claim__statement" },
      element("span", { class: `verdict verdict--${claim.verdict}` }, sayCode("verdict", claim.verdict)),
      ` ${claim.statement}`,
    ),
    claim.explanation ? element("p", { class: "claim__explanation" }, claim.explanation) : null,
    element("p", { class: "muted small", title: exactly(claim.at) }, by + about),
    element(
      "details",
      {},
      element("summary", { "aria-label": `${say("claims.decide")}: ${claim.statement}` }, say("claims.decide")),
      verdictForm(claim, onChanged),
    ),
  );
}

function verdictForm(claim: Claim, onChanged: () => void): HTMLFormElement {
  const verdictId = `verdict-${claim.claim_id}`;
  const whyId = `explanation-${claim.claim_id}`;
  const options = VERDICTS.map((verdict) =>
    element("option", { value: verdict, selected: verdict === claim.verdict }, sayCode("verdict", verdict)),
  );
  return element(
    "form",
    {
      class: "stack",
      novalidate: true,
      submit: (event: SubmitEvent) => {
        event.preventDefault();
        void saveVerdict(event.target as HTMLFormElement, claim, onChanged);
      },
    },
    element(
      "div",
      { class: "field" },
      element("label", { for: verdictId }, say("claims.verdict")),
      element("select", { id: verdictId, name: "verdict" }, ...options),
    ),
    element(
      "div",
      { class: "field" },
      element("label", { for: whyId }, say("claims.explanation")),
      element("span", { class: "field__hint small", id: `${whyId}-hint` }, say("claims.explanation.hint")),
      element(
        "textarea",
        { id: whyId, name: "explanation", rows: 3, maxlength: 500, "aria-describedby": `${whyId}-hint` },
        claim.explanation,
      ),
    ),
    element("button", { class: "button--primary" }, say("claims.save")),
    element("p", { class: "form__word", role: "status" }),
  );
}

async function saveVerdict(form: HTMLFormElement, claim: Claim, onChanged: () => void): Promise<void> {
  const written = new FormData(form);
  const verdict = String(written.get("verdict")) as Verdict;
  const explanation = String(written.get("explanation") ?? "").trim();
  if (explanation === "") return complain(form, "explanation", say("error.missing", { field: say("claims.explanation").toLowerCase() }));
  await send(form, `/api/v1/claims/${encodeURIComponent(claim.claim_id)}/verdict`, { verdict, explanation }, () => {
    announce(say("claims.saved", { verdict: sayCode("verdict", verdict) }));
    (form.closest("details") as HTMLDetailsElement).open = false;
    onChanged();
  });
}

/** The form under the list, where a claim is added. */
export function prepareNewClaim(openIncident: () => string | null, onChanged: () => void): void {
  const form = byId<HTMLFormElement>("new-claim");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const statement = String(new FormData(form).get("statement") ?? "").trim();
    if (statement === "") {
      complain(form, "statement", say("error.missing", { field: say("claims.statement").toLowerCase() }));
      return;
    }
    const about = openIncident();
    void send(form, "/api/v1/claims", { statement, incident_ids: about === null ? [] : [about] }, () => {
      form.reset();
      announce(say("claims.added"));
      tell(form, say("claims.added"));
      onChanged();
    });
  });
}

async function send(form: HTMLFormElement, address: string, body: unknown, done: () => void): Promise<void> {
  const button = form.querySelector("button");
  button?.setAttribute("disabled", "");
  clearComplaints(form);
  tell(form, say("claims.saving"));
  try {
    await post<Claim>(address, body);
    tell(form, "");
    done();
  } catch (error) {
    tell(form, error instanceof Error ? error.message : say("error.title"), "field__error");
  } finally {
    button?.removeAttribute("disabled");
  }
}

function tell(form: HTMLFormElement, sentence: string, style = ""): void {
  const word = form.querySelector(".form__word");
  if (word === null) return;
  word.textContent = sentence;
  word.className = `form__word ${style}`;
}

function complain(form: HTMLFormElement, name: string, sentence: string): void {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLElement)) return;
  field.setAttribute("aria-invalid", "true");
  field.closest(".field")?.classList.add("field--wrong");
  tell(form, sentence, "field__error");
  field.focus();
}

function clearComplaints(form: HTMLFormElement): void {
  form.querySelectorAll(".field--wrong").forEach((field) => field.classList.remove("field--wrong"));
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}
