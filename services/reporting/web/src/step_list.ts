// In an incident's detail: what was done and told, whether it is closed, and the ways to say more or to take back.

import type { IncidentDetail, Step } from "./api.ts";
import { element } from "./element.ts";
import { timeOf } from "./incident_words.ts";
import { offer } from "./offer.ts";
import { stepForm } from "./step_form.ts";
import { stepTrouble, takeStep, takeStepBack, whoSaid } from "./steps.ts";
import { closeToast, toast } from "./toast.ts";
import { language, say, sayCode, sayCount } from "./words.ts";

/** `onChanged`: something was told or taken back, or a form was closed. */
export function stepsOf(detail: IncidentDetail, onChanged: () => void): Node[] {
  const { steps, is_closed: isClosed, reports_since_closed: since, withdrawn } = detail;
  const closing = steps.find((each) => each.status === "closed" && each.taken_back_at === null);
  return [
    steps.length === 0
      ? element("p", { class: "muted" }, say("step.none"))
      : element("ul", { class: "steps", "aria-label": say("step.list") }, ...steps.map((each) => stepItem(each, onChanged))),
    isClosed && since > 0 && element("p", { class: "notice notice--attention" }, sayCount("step.since", since)),
    !withdrawn &&
      element(
        "div",
        { class: "offers" },
        isClosed && closing !== undefined && openAgain(closing, since, onChanged),
        (!isClosed || since > 0) && offerStep("closed", detail, onChanged),
        offerStep("measure_taken", detail, onChanged),
      ),
  ].filter((each) => each !== false);
}

function stepItem(step: Step, onChanged: () => void): HTMLLIElement {
  const isBack = step.taken_back_at !== null;
  const reason = step.reason === null ? "" : `: ${sayCode("step.reason", step.reason)}`;
  return element(
    "li",
    { class: isBack ? "step step--taken-back" : `step step--${step.status}` },
    element("p", { class: "step__what" }, `${sayCode("step.status", step.status)}${reason}`),
    step.text !== "" && element("blockquote", { lang: "sv" }, step.text),
    step.text_en !== null && language === "en" && element("blockquote", { lang: "en" }, step.text_en),
    element("p", { class: "muted small" }, say("step.by", { who: whoSaid(step.recorded_by) }), " ", timeOf(step.at), isBack ? "" : ` · ${sayCount("step.told_to", step.told)}`),
    step.taken_back_at !== null &&
      element("p", { class: "muted small" }, sayCode("step.back", step.status), " ", say("step.by", { who: whoSaid(step.taken_back_by ?? "") }), " ", timeOf(step.taken_back_at)),
    !isBack &&
      step.status === "measure_taken" &&
      element(
        "button",
        { type: "button", class: "button--quiet screen-only", "data-keep": `step-back-${step.step_id}`, click: () => void takeBack(step, onChanged) },
        say("step.take_back"),
      ),
  );
}

function openAgain(closing: Step, since: number, onChanged: () => void): HTMLElement {
  const look = since > 0 ? "button--primary" : "correct-button";
  return element(
    "div",
    { class: "offer screen-only" },
    element("button", { type: "button", class: look, "data-keep": "open-again", click: () => void takeBack(closing, onChanged) }, say("step.open_again")),
  );
}

function offerStep(status: Step["status"], detail: IncidentDetail, onChanged: () => void): HTMLElement {
  const words = detail.is_closed && status === "closed" ? say("step.close_again") : sayCode("step.offer", status);
  return offer(words, `take-${status}`, form, onChanged);

  function form(close: () => void): HTMLFormElement {
    const reports = detail.reports.filter((each) => each.disposed === null).length;
    const toTell = detail.is_closed && status === "closed" ? detail.reports_since_closed : reports;
    return stepForm(status, detail.incident_id, toTell, {
      send: async (step) => {
        const taken = await takeStep(detail.incident_id, step, detail.revision);
        const back = { step_id: taken.step_id, status };
        toast(`${sayCode("step.done", status)} ${sayCount("step.told_to", taken.told)}.`, () => void takeBack(back, onChanged));
        close();
      },
      cancel: close,
    });
  }
}

async function takeBack({ step_id: id, status }: Pick<Step, "step_id" | "status">, onChanged: () => void): Promise<void> {
  closeToast();
  try {
    await takeStepBack(id);
    toast(sayCode("step.undone", status));
  } catch (error) {
    toast(stepTrouble(error));
  }
  onChanged();
}
