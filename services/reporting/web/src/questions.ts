// Questions to who sent a report: asking one, taking one back, and how each stands, in words.

import { fetchOnce, post, Refused, type Question } from "./api.ts";
import { inLanguage, say, sayCode, type Word } from "./words.ts";

export interface ReadyQuestion {
  sv: string;
  en: string;
}

/** What would be read. `personal_details`: the kinds that must go first; each is marked in `text`. */
export interface Preview {
  text: string;
  text_en: string | null;
  personal_details: string[];
}

// Whoever signed in without a name.
const NO_NAME = "personal";
const FOLLOWED = ["citizen", "staff", "guard"];
const REFUSALS: Record<string, Word> = {
  "report-disposed": "question.refused.disposed",
  "nobody-follows": "question.refused.nobody",
  "too-many-open-questions": "question.refused.many",
  "personal-details": "question.refused.personal",
  "not-open": "question.refused.closed",
};

/** Whether anybody has a page on which a question could be read. */
export function canBeAsked(source: string): boolean {
  return FOLLOWED.includes(source);
}

let ready: Promise<ReadyQuestion[]> | null = null;

/** In the page's language. Without them one writes by oneself. */
export async function readyQuestions(): Promise<string[]> {
  ready ??= fetchOnce<ReadyQuestion[]>("/api/v1/questions/ready");
  try {
    return (await ready).map(inLanguage);
  } catch {
    ready = null;
    return [];
  }
}

export function previewQuestion(text: string): Promise<Preview> {
  return post<Preview>("/api/v1/questions/preview", { text });
}

/** Its id. */
export async function sendQuestion(reportId: string, text: string): Promise<string> {
  const address = `/api/v1/reports/${encodeURIComponent(reportId)}/questions`;
  return (await post<{ question_id: string }>(address, { text })).question_id;
}

export async function withdrawQuestion(questionId: string): Promise<void> {
  await post(`/api/v1/questions/${encodeURIComponent(questionId)}/withdraw`, {});
}

export function whoAsked(question: Question): string {
  return question.asked_by === NO_NAME ? sayCode("source", "staff") : question.asked_by;
}

/** What went wrong, in the page's own words where it has some. */
export function troubleInWords(error: unknown): string {
  const word = error instanceof Refused ? REFUSALS[error.kind] : undefined;
  if (word !== undefined) return say(word);
  return error instanceof Error ? error.message : say("error.title");
}
