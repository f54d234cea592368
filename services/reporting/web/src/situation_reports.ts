// The frozen editions, and the button that freezes the next one.

import { post, type SituationReport } from "./api.ts";
import { announce } from "./announce.ts";
import { byId, element } from "./element.ts";
import { timeOf } from "./incident_words.ts";
import { say } from "./words.ts";

export function showSituationReports(reports: SituationReport[]): void {
  const list = byId("situation-reports");
  if (reports.length === 0) {
    list.replaceChildren(element("li", { class: "muted" }, say("reports.empty")));
    return;
  }
  list.replaceChildren(...reports.map(reportItem));
}

function reportItem(report: SituationReport): HTMLLIElement {
  const name = say("reports.number", { number: String(report.number) });
  return element(
    "li",
    { class: "edition" },
    element("a", { href: report.pdf, target: "_blank", rel: "noopener" }, `${name} (PDF)`),
    element(
      "span",
      { class: "muted small" },
      `${say("reports.frozen", { when: "" }).trim()} `,
      timeOf(report.frozen_at),
      " · ",
      element("a", { href: report.json, "aria-label": `${name}, ${say("reports.json")}` }, say("reports.json")),
    ),
  );
}

export function prepareNewReport(municipality: string | null, days: number, onCreated: () => void): void {
  const button = byId<HTMLButtonElement>("create-report");
  const word = byId("report-word");
  button.addEventListener("click", async () => {
    button.disabled = true;
    byId("report-progress").hidden = false;
    word.className = "";
    word.textContent = say("reports.creating");
    try {
      const made = await post<SituationReport>("/api/v1/situation-reports", municipality === null ? { days } : { municipality, days });
      const sentence = say("reports.created", { number: String(made.number) });
      const link = element("a", { href: made.pdf, target: "_blank", rel: "noopener" }, say("reports.open"));
      word.replaceChildren(`${sentence} `, link);
      announce(sentence);
      onCreated();
    } catch (error) {
      word.className = "field__error";
      word.textContent = error instanceof Error ? error.message : say("error.title");
    } finally {
      button.disabled = false;
      byId("report-progress").hidden = true;
    }
  });
}
