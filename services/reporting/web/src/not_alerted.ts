// Why nobody was alerted of an incident, in one sentence.

import type { NotAlerted } from "./api.ts";
import { say, sayCode, sayCount, type Counted } from "./words.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Unit {
  seconds: number;
  from: number; // what is shorter is said in the next one
  word: Counted;
}

const MINUTES: Unit = { seconds: MINUTE, from: 0, word: "duration.minutes" };
const UNITS: Unit[] = [{ seconds: DAY, from: 3 * DAY, word: "duration.days" }, { seconds: HOUR, from: HOUR, word: "duration.hours" }, MINUTES];

/** Nothing is known of it, or a code that is newer than this page: then that nobody was alerted, and no more. */
export function whyNobody(why: NotAlerted | null): string {
  if (why === null) return say("detail.agencies.none");
  const sentence = sayCode("not_alerted", why.reason, ages(why));
  return sentence === why.reason ? say("detail.agencies.none") : sentence;
}

function ages({ age_s, limit_s }: NotAlerted): Record<string, string> {
  if (age_s === null || limit_s === null) return {};
  const age = inRound(age_s);
  const limit = inExactly(limit_s);
  return { limit, age: age === limit ? say("duration.just_over", { duration: age }) : age };
}

/** A limit as it was set: in the largest unit that leaves nothing over. */
function inExactly(seconds: number): string {
  return said(seconds, UNITS.find((unit) => seconds >= unit.from && seconds % unit.seconds === 0));
}

function inRound(seconds: number): string {
  return said(seconds, UNITS.find((unit) => seconds >= unit.from));
}

function said(seconds: number, unit = MINUTES): string {
  return sayCount(unit.word, Math.floor(seconds / unit.seconds));
}
