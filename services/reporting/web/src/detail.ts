// One incident in full: what is known, why we think so, who has been told, what has happened to it.

import { fetchOnce, type Delivery, type Incident, type IncidentDetail, type Question, type Report } from "./api.ts";
import { categoryName } from "./categories.ts";
import type { CorrectionDesk } from "./correction_desk.ts";
import { correctionList, offerCorrection } from "./correction_list.ts";
import { byId, element } from "./element.ts";
import { confidence, placeCertainty, placeName, timeOf } from "./incident_words.ts";
import { whyNobody } from "./not_alerted.ts";
import { contactOf, photosOf } from "./photos.ts";
import { offerQuestion, questionsAbout } from "./question_list.ts";
import { recordedNote, recordedReason } from "./recorded.ts";
import { stepsOf } from "./step_list.ts";
import { incidentSymbol } from "./symbols.ts";
import { inLanguage, say, sayCode, sayCount, when } from "./words.ts";

export interface DetailPanel {
  open(incident: Incident, takeFocus: boolean): Promise<void>;
  refresh(incident: Incident): Promise<void>;
  close(): void;
}

export function detailPanel(desk: CorrectionDesk): DetailPanel {
  const panel = byId("detail");
  const body = byId("detail-body");
  let opened: string | null = null;
  let shown = "";

  async function open(incident: Incident, takeFocus: boolean): Promise<void> {
    opened = incident.incident_id;
    shown = "";
    panel.hidden = false;
    body.replaceChildren(...heading(incident), element("p", { class: "muted" }, say("detail.loading")));
    panel.scrollTop = 0;
    if (takeFocus) byId("detail-heading").focus({ preventScroll: true });
    await refresh(incident);
  }

  async function refresh(incident: Incident): Promise<void> {
    let detail: IncidentDetail;
    try {
      detail = await fetchOnce(`/api/v1/incidents/${encodeURIComponent(incident.incident_id)}`);
    } catch (error) {
      if (opened === incident.incident_id && shown === "")
        body.replaceChildren(...heading(incident), element("p", { class: "notice notice--attention" }, say("detail.failed")));
      console.warn("The incident could not be fetched", error);
      return;
    }
    desk.learn(detail.corrections);
    const written = JSON.stringify(detail);
    if (opened !== incident.incident_id || written === shown) return;
    if (body.querySelector("form") !== null) return; // under someone who is correcting nothing moves
    const hadFocus = document.activeElement?.id === "detail-heading";
    const kept = body.querySelector<HTMLElement>("[data-keep]:focus")?.dataset["keep"];
    shown = written;
    body.replaceChildren(...heading(detail), ...sections(detail, desk, () => void refresh(incident)));
    if (hadFocus) byId("detail-heading").focus({ preventScroll: true });
    if (kept !== undefined) body.querySelector<HTMLElement>(`[data-keep="${CSS.escape(kept)}"]`)?.focus({ preventScroll: true });
  }

  function close(): void {
    opened = null;
    panel.hidden = true;
  }

  return { open, refresh, close };
}

function heading(incident: Incident | IncidentDetail): Node[] {
  return [
    element(
      "header",
      { class: "detail__head" },
      incidentSymbol(incident),
      element("h2", { id: "detail-heading", tabindex: -1 }, `${inLanguage(incident)}, ${placeName(incident.location)}`),
    ),
    element("p", {}, incident.summary),
    knownFacts(incident),
  ];
}

function knownFacts(incident: Incident | IncidentDetail): HTMLDListElement {
  const { first_occurred_at: first, last_occurred_at: last } = incident;
  const time = first === last ? timeOf(last) : say("detail.first_last", { first: when(first), last: when(last) });
  const where = [placeName(incident.location), placeCertainty(incident.location)].filter(Boolean).join(", ");
  const basis = [sayCode("verification", incident.verification), sayCount("list.reports", incident.report_count)];
  if (incident.ongoing) basis.push(say("list.ongoing"));
  if (incident.involves_minor) basis.push(say("list.minor"));
  if (incident.needs_review) basis.push(say("detail.review"));
  const agencies = incident.agencies.map((agency) => sayCode("agency", agency)).join(", ");
  return element(
    "dl",
    { class: "facts" },
    element("dt", {}, say("severity")),
    element("dd", { class: incident.severity === 4 ? "critical" : "" }, sayCode("severity", incident.severity)),
    element("dt", {}, say("detail.when")),
    element("dd", {}, time),
    element("dt", {}, say("detail.where")),
    element("dd", {}, where),
    element("dt", {}, say("detail.known")),
    element("dd", {}, basis.join(" · ")),
    element("dt", {}, say("detail.agencies")),
    element("dd", {}, agencies || whyNobody("not_alerted" in incident ? incident.not_alerted : null)),
  );
}

function sections(detail: IncidentDetail, desk: CorrectionDesk, onClosed: () => void): Node[] {
  const { incident_id: id, category, severity, location } = detail;
  const places = detail.reports.flatMap((report) => report.places);
  return [
    ...(detail.withdrawn
      ? []
      : [offerCorrection({ kind: "incidents", id, category, severity, location, places }, desk, onClosed)]),
    section(say("step.heading"), ...stepsOf(detail, onClosed)),
    section(say("detail.why"), ...whyThis(detail.reasons)),
    section(
      `${say("detail.reports")} (${detail.reports.length})`,
      detail.reports.length === 0
        ? muted(say("detail.reports.none"))
        : element("ol", { class: "reports" }, ...detail.reports.map((report) => reportItem(report, detail.questions, desk, onClosed))),
    ),
    section(
      say("detail.deliveries"),
      detail.deliveries.length === 0 ? muted(say("detail.agencies.none")) : deliveryTable(detail.deliveries),
    ),
    ...(detail.corrections.length === 0 ? [] : [section(say("correct.list"), correctionList(detail.corrections, desk))]),
    section(
      say("detail.history"),
      detail.history.length === 0
        ? muted(say("detail.history.none"))
        : element(
            "ol",
            { class: "history" },
            ...detail.history.map((each) => element("li", {}, timeOf(each.at), " ", sayCode("change", each.change))),
          ),
    ),
  ];
}

function section(title: string, ...content: Node[]): HTMLElement {
  return element("section", { class: "detail__section" }, element("h3", {}, title), ...content);
}

function muted(text: string): HTMLParagraphElement {
  return element("p", { class: "muted" }, text);
}

function whyThis(recorded: string[]): Node[] {
  if (recorded.length === 0) return [muted(say("detail.why.none"))];
  return [...recordedNote(), element("ul", { class: "reasons" }, ...recorded.map(recordedReason))];
}

function reportItem(report: Report, questions: Question[], desk: CorrectionDesk, onClosed: () => void): HTMLLIElement {
  const { report_id: id, category, severity, location, places } = report;
  const source = sayCode("source", report.source) + (report.hearsay ? `, ${say("detail.report.hearsay")}` : "");
  const read = say("detail.report.category", {
    category: categoryName(report.category),
    confidence: confidence(report.category_confidence),
  });
  const told = element(
    "p",
    { class: "muted small" },
    timeOf(report.occurred_at),
    ` · ${source} · ${say("detail.report.received", { when: when(report.received_at) })}`,
  );
  const asked = questionsAbout(report, questions, onClosed);
  if (report.disposed !== null) return element("li", {}, told, muted(sayCode("disposed", report.disposed)), ...asked);
  const why = [element("li", {}, read), ...report.reasons.map(recordedReason)];
  if (report.link_reason !== null && report.link_confidence !== null)
    why.push(
      element(
        "li",
        {},
        say("detail.report.link", { confidence: confidence(report.link_confidence) }),
        element("span", { lang: "sv" }, report.link_reason),
      ),
    );
  return element(
    "li",
    {},
    told,
    element("blockquote", { lang: report.language }, report.text),
    element("details", {}, element("summary", {}, say("detail.report.why")), ...recordedNote(), element("ul", { class: "reasons" }, ...why)),
    ...asked,
    element(
      "div",
      { class: "offers" },
      offerQuestion(report, onClosed),
      photosOf(report),
      contactOf(report),
      offerCorrection({ kind: "reports", id, category, severity, location, places }, desk, onClosed),
    ),
  );
}

function deliveryTable(deliveries: Delivery[]): HTMLTableElement {
  const headings = ["detail.deliveries.agency", "detail.deliveries.status", "detail.deliveries.at"] as const;
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...headings.map((word) => element("th", { scope: "col" }, say(word))))),
    element("tbody", {}, ...deliveries.map(deliveryRow)),
  );
}

function deliveryRow(delivery: Delivery): HTMLTableRowElement {
  const failed = delivery.status === "gave_up" || delivery.status === "declined";
  const details = [sayCode("kind", delivery.kind), sayCode("channel", delivery.channel)];
  if (delivery.attempts > 1) details.push(say("detail.deliveries.attempts.other", { n: delivery.attempts }));
  if (delivery.reason !== null) details.push(delivery.reason);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, sayCode("agency", delivery.agency)),
    element(
      "td",
      {},
      element("span", { class: failed ? "attention" : "" }, sayCode("delivery", delivery.status)),
      element("br"),
      element("span", { class: "muted" }, details.join(" · ")),
    ),
    element("td", {}, timeOf(delivery.at)),
  );
}
