// What staff tell everybody who reported an incident: that a measure was taken, that it is closed and why, and taking either back.

import { fetchOnce, post, Refused, type Step } from "./api.ts";
import { say, sayCode, type Word } from "./words.ts";

export interface Sentence {
  sv: string;
  en: string;
}

export interface StepToTake {
  status: Step["status"];
  reason?: string;
  text?: string;
  text_en?: string;
}

/** `personal_details`: the kinds that must go first; each is marked in the words. */
export interface StepPreview {
  text: string | null;
  text_en: string | null;
  personal_details: string[];
}

export const REASONS = ["handled", "other_authority", "nothing_found", "over", "not_followed_up"] as const;
// Whoever signed in without a name.
const NO_NAME = "personal";
const REFUSALS: Record<string, Word> = {
  "incident-withdrawn": "step.refused.withdrawn",
  "changed-meanwhile": "step.refused.changed",
  "already-closed": "step.refused.closed",
  "already-taken-back": "step.refused.taken_back",
  "personal-details": "question.refused.personal",
};

let ready: Promise<Sentence[]> | null = null;

/** Without them one writes by oneself. */
export async function readySentences(): Promise<Sentence[]> {
  ready ??= fetchOnce<Sentence[]>("/api/v1/steps/ready");
  try {
    return await ready;
  } catch {
    ready = null;
    return [];
  }
}

export async function previewStep({ text, text_en }: StepToTake): Promise<StepPreview> {
  if (text === undefined) return { text: null, text_en: null, personal_details: [] };
  return post<StepPreview>("/api/v1/steps/preview", text_en === undefined ? { text } : { text, text_en });
}

/** `revision`: of the incident, as it was looked at. */
export async function takeStep(incidentId: string, step: StepToTake, revision: number): Promise<{ step_id: string; told: number }> {
  return post(`/api/v1/incidents/${encodeURIComponent(incidentId)}/steps`, { ...step, revision });
}

export async function takeStepBack(stepId: string): Promise<void> {
  await post(`/api/v1/steps/${encodeURIComponent(stepId)}/take-back`, {});
}

export function whoSaid(name: string): string {
  return name === NO_NAME ? sayCode("source", "staff") : name;
}

export function stepTrouble(error: unknown): string {
  const word = error instanceof Refused ? REFUSALS[error.kind] : undefined;
  if (word !== undefined) return say(word);
  return error instanceof Error ? error.message : say("error.title");
}
