// The page's words in its language, and how times, numbers and distances are written.

import en from "./words/en.json" with { type: "json" };
import sv from "./words/sv.json" with { type: "json" };

export type Word = keyof typeof sv;
type Plural<W> = W extends `${infer Stem}.other` ? Stem : never;
export type Counted = Plural<Word>;
type Values = Record<string, string | number>;

const ZONE = "Europe/Stockholm";
const THIN_SPACE = "\u202f";

export const language: "sv" | "en" = globalThis.document?.documentElement.lang === "en" ? "en" : "sv";
const words: Record<Word, string> = language === "en" ? en : sv;
const locale = language === "en" ? "en-GB" : "sv-SE";

export function say(word: Word, values: Values = {}): string {
  return words[word].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? count(value) : value;
  });
}

/** The word for a code that comes from the service; the code itself when there is none. */
export function sayCode(prefix: string, code: string | number, values: Values = {}): string {
  const word = `${prefix}.${code}`;
  return word in words ? say(word as Word, values) : String(code);
}

export function sayCount(stem: Counted, n: number, values: Values = {}): string {
  const one = `${stem}.one`;
  return say((n === 1 && one in words ? one : `${stem}.other`) as Word, { n, ...values });
}

export function inLanguage(named: { sv: string; en: string }): string {
  return named[language];
}

export function count(n: number, decimals = 0): string {
  const written = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return written.format(n).replace(/[\s\u00a0,](?=\d{3}(\D|$))/g, THIN_SPACE);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}${language === "sv" ? "\u00a0" : ""}%`;
}

/** No finer than it is known: 80 m, 350 m, 1,5 km, 12 km. */
export function distance(metres: number): string {
  if (metres < 950) return say("distance.m", { n: Math.max(10, Math.round(metres / 10) * 10) });
  const km = metres / 1000;
  return say("distance.km", { n: count(km, km < 9.5 && Math.abs(km - Math.round(km)) >= 0.05 ? 1 : 0) });
}

/** Local calendar day, `2026-11-23`. */
export function dayOf(moment: Date): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short" }).format(moment);
}

export function clock(moment: Date): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" }).format(moment);
}

export function shortDay(moment: Date): string {
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, day: "numeric", month: "short" }).format(moment).replace(".", "");
}

export function weekday(moment: Date): string {
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, weekday: "short" }).format(moment);
}

/** "i dag 14:05", "i går 09:12", "17 nov 14:05". */
export function when(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  const day = dayOf(moment);
  if (day === dayOf(now)) return say("time.today", { time: clock(moment) });
  if (day === dayOf(new Date(now.getTime() - 86_400_000))) return say("time.yesterday", { time: clock(moment) });
  const year = day.slice(0, 4) === dayOf(now).slice(0, 4) ? "" : ` ${day.slice(0, 4)}`;
  return `${shortDay(moment)}${year} ${clock(moment)}`;
}

/** The moment in full, for whoever hovers. */
export function exactly(iso: string): string {
  const moment = new Date(iso);
  return `${dayOf(moment)} ${new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, timeStyle: "medium" }).format(moment)}`;
}
