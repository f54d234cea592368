// What the service answers, and how we ask.

import { say } from "./words.ts";

export type Severity = 1 | 2 | 3 | 4;
export type Verification = "unverified" | "several_sources" | "hearsay" | "confirmed" | "refuted";
export type Verdict = "unverified" | "under_review" | "confirmed" | "refuted";

export interface Place {
  lat: number | null;
  lon: number | null;
  uncertainty_m: number | null;
  precision: "address" | "street" | "place" | "locality" | "municipality" | "unknown";
  name: string | null;
  municipality: string | null;
}

export interface Incident {
  incident_id: string;
  category: string;
  sv: string;
  en: string;
  severity: Severity;
  summary: string;
  location: Place;
  first_occurred_at: string;
  last_occurred_at: string;
  report_count: number;
  hearsay_only: boolean;
  ongoing: boolean;
  involves_minor: boolean;
  needs_review: boolean;
  verification: Verification;
  agencies: string[];
}

export interface PlaceConsidered {
  words: string;
  location: Place;
  role: "chosen" | "also_named" | "set_aside";
  why: string;
}

export interface AssessedReport {
  report_id: string;
  source: string;
  text: string;
  language: string;
  category: string;
  category_confidence: number;
  category_alternatives: { category: string; confidence: number }[];
  severity: Severity;
  hearsay: boolean;
  ongoing: boolean;
  involves_minor: boolean;
  occurred_at: string;
  received_at: string;
  happened: { start: string; end: string; words: string } | null;
  location: Place;
  places: PlaceConsidered[];
  contradicts_pin: boolean;
  outside_municipality: boolean;
  reasons: string[];
}

export interface Report extends AssessedReport {
  needs_review: boolean;
  link_reason: string | null;
  link_confidence: number | null;
  disposed: "withdrawn" | "retention" | "request" | null; // why its words are gone
}

export interface Correction {
  correction_id: string;
  report_id: string | null; // null: about the whole incident
  category: string | null;
  severity: Severity | null;
  location: Place | null;
  note: string | null;
  corrected_by: string;
  at: string;
  state: "pending" | "applied" | "undone";
  undo_asked_at: string | null;
}

/** `text` is empty when the report that it is about is disposed of. */
export interface Question {
  question_id: string;
  report_id: string;
  text: string;
  text_en: string | null; // where it was chosen from those that are ready
  asked_by: string;
  at: string;
  state: "open" | "answered" | "withdrawn" | "undeliverable";
  withdrawn_at: string | null;
  answer: { report_id: string; text: string; language: string; at: string; disposed: Report["disposed"] } | null;
}

/** What staff did and told all who reported. `told`: to how many reports; `text` is empty when nothing was written. */
export interface Step {
  step_id: string;
  incident_id: string;
  status: "measure_taken" | "closed";
  reason: string | null;
  text: string;
  text_en: string | null;
  recorded_by: string;
  at: string;
  told: number;
  taken_back_by: string | null;
  taken_back_at: string | null;
}

export interface ReportToReview extends AssessedReport {
  incident_id: string;
  pending: Correction | null;
  questions: Question[];
}

/** The gravest first, of equally grave ones the oldest. */
export interface ReviewQueue {
  municipality: string;
  count: number;
  waiting: number;
  reports: ReportToReview[];
  next: string | null;
}

export interface Delivery {
  agency: string;
  channel: string;
  kind: string;
  status: string;
  attempts: number;
  reason: string | null;
  at: string;
}

/** Why nobody was alerted. `age_s`: how old the news was, `limit_s`: how old it might have been; null where age is not the reason. */
export interface NotAlerted {
  reason: string;
  age_s: number | null;
  limit_s: number | null;
  at: string;
}

export interface IncidentDetail extends Incident {
  reports: Report[];
  deliveries: Delivery[];
  not_alerted: NotAlerted | null; // null also when somebody was alerted
  history: { revision: number; change: string; at: string }[];
  corrections: Correction[];
  questions: Question[];
  revision: number;
  steps: Step[];
  is_closed: boolean;
  reports_since_closed: number; // who sent them is not told that it is closed
  reasons: string[];
  withdrawn: boolean; // all who told of it took it back
}

/** Held against what was expected, or against the period before when there is too little history. */
export type Finding = "more" | "fewer" | "as_expected" | "too_few";

export interface CategoryCount {
  category: string;
  sv: string;
  en: string;
  count: number;
  previous: number;
  expected_low: number | null;
  expected_high: number | null;
  max_severity: Severity | 0; // 0: none this period
  finding: Finding;
  sentence_sv: string;
  sentence_en: string;
}

export interface Day {
  date: string;
  incidents: number;
  reports: number;
  max_severity: Severity | 0;
}

export interface Claim {
  claim_id: string;
  statement: string;
  verdict: Verdict;
  explanation: string | null;
  decided_by: string | null;
  at: string;
  incident_ids: string[];
}

export interface SituationReport {
  number: number | string;
  frozen_at: string;
  pdf: string;
  json: string;
}

export interface Rhythm {
  rhythm: "fortnightly" | "daily";
  reason: string;
  reason_en?: string;
  since: string | null;
  stands_down_at: string | null;
  incident_ids: string[];
}

export interface Picture {
  municipality: { code: string; name: string };
  generated_at: string;
  period: { from: string; to: string; days: number };
  previous: { from: string; to: string };
  totals: {
    reports: number;
    incidents: number;
    previous_reports: number;
    previous_incidents: number;
    reported: number;
    discovered: number;
    needs_review: number;
    by_source: Record<string, number>;
    finding: Finding;
    sentence_sv: string;
    sentence_en: string;
  };
  categories: CategoryCount[];
  days: Day[];
  rhythm: Rhythm;
  claims: Claim[];
  incidents: Incident[];
  situation_reports: SituationReport[];
}

export interface MapSettings {
  tile_url: string | null;
  attribution: string | null;
  tile_attribution: string;
  center: [number, number];
  bounds: [number, number, number, number];
  municipality: string;
  poll_s: number;
}

/** The service said no; the message is its own explanation, fit to show. `kind`: the problem's short name. */
export class Refused extends Error {
  readonly kind: string;

  constructor(message: string, kind: string) {
    super(message);
    this.kind = kind;
  }
}

/** The service could not be reached, or broke. */
export class Unreachable extends Error {}

export interface Answer<T> {
  etag: string | null;
  body: T | null; // null: not modified
}

export async function fetchFresh<T>(address: string, etag: string | null = null): Promise<Answer<T>> {
  const response = await reach(address, etag === null ? {} : { headers: { "If-None-Match": etag } });
  if (response.status === 304) return { etag, body: null };
  return { etag: response.headers.get("ETag"), body: (await accepted(response)) as T };
}

export async function fetchOnce<T>(address: string, cache: RequestCache = "no-store"): Promise<T> {
  return (await accepted(await reach(address, { cache }))) as T;
}

export async function post<T>(address: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-Requested-With": "vardkase" };
  return (await accepted(await reach(address, { method: "POST", headers, body: JSON.stringify(body) }))) as T;
}

async function reach(address: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { cache: "no-store", credentials: "same-origin", ...options });
  } catch {
    throw new Unreachable(say("error.unreachable"));
  }
  if (response.status === 401) location.assign("/sign-in");
  if (response.status >= 500) throw new Unreachable(say("error.unreachable"));
  return response;
}

async function accepted(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  const problem: { type?: string; title?: string; detail?: string } = await response.json().catch(() => ({}));
  const why = problem.detail ?? problem.title ?? String(response.status);
  throw new Refused(say("error.refused", { why }), problem.type?.replace("/problems/", "") ?? "");
}
