// Incidents day by day, two periods in a row: the one before light, this one dark. Counts are not smoothed.

import type { Day } from "../api.ts";
import { byId, drawn, element } from "../element.ts";
import { count, dayOf, say, shortDay } from "../words.ts";

const WIDTH = 560;
const HEIGHT = 150;
const FLOOR = 122;
const TOP = 16;

interface Halves {
  before: Day[];
  now: Day[];
}

export function showDays(days: Day[], periodDays: number): void {
  const halves = { before: days.slice(0, -periodDays), now: days.slice(-periodDays) };
  byId("days-sentence").textContent = daysSentence(halves);
  const was = byId("days").querySelector("details")?.open ?? false;
  byId("days").replaceChildren(chart(days, halves), table(days, was));
}

function daysSentence({ before, now }: Halves): string {
  const most = now.reduce<Day | null>((top, day) => (top === null || day.incidents > top.incidents ? day : top), null);
  if (most === null || most.incidents === 0) return say("days.sentence.none", { n: now.length });
  return say("days.sentence", {
    n: most.incidents,
    day: shortDay(noon(most.date)),
    mean: count(mean(now), 1),
    before: count(mean(before), 1),
  });
}

function mean(days: Day[]): number {
  return days.length === 0 ? 0 : days.reduce((sum, day) => sum + day.incidents, 0) / days.length;
}

/** A day is a calendar day; noon keeps it the same day in every zone of Europe. */
function noon(date: string): Date {
  return new Date(`${date.slice(0, 10)}T12:00:00Z`);
}

function dayName(day: Day): string {
  return isToday(day) ? `${day.date} (${say("days.today")})` : day.date;
}

function isToday(day: Day): boolean {
  return day.date === dayOf(new Date());
}

function chart(days: Day[], { before }: Halves): SVGSVGElement {
  const top = Math.max(1, ...days.map((day) => day.incidents));
  const step = WIDTH / Math.max(1, days.length);
  const peak = days.findIndex((day, at) => at >= before.length && day.incidents === maxOf(days.slice(before.length)));
  const bars = days.flatMap((day, at) => {
    const height = ((FLOOR - TOP) * day.incidents) / top;
    const x = at * step;
    const isNow = at >= before.length;
    const labelled = day.incidents > 0 && (at === peak || at === days.length - 1);
    return [
      drawn(
        "rect",
        {
          x: x + step * 0.14,
          y: FLOOR - height,
          width: step * 0.72,
          height,
          class: `${isNow ? "chart__now" : "chart__before"}${isToday(day) ? " chart__partial" : ""}`,
        },
        drawn("title", {}, `${dayName(day)}: ${day.incidents}`),
      ),
      labelled
        ? drawn("text", { x: x + step / 2, y: FLOOR - height - 4, class: "chart__label chart__label--middle" }, String(day.incidents))
        : null,
    ];
  });
  return drawn(
    "svg",
    { class: "days__chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    ...bars,
    drawn("line", { x1: 0, x2: WIDTH, y1: FLOOR, y2: FLOOR, class: "chart__axis" }),
    ...bracket(0, before.length * step, say("categories.previous"), before[0]),
    ...bracket(before.length * step, WIDTH, say("categories.this"), days[before.length]),
  );
}

/** A line under the axis that says which period this is, and where it begins. */
function bracket(from: number, to: number, name: string, first: Day | undefined): SVGElement[] {
  if (first === undefined || to - from < 1) return [];
  const label = `${name}, ${shortDay(noon(first.date))}–`;
  return [
    drawn("path", { d: `M${from + 2} ${FLOOR + 4}v5H${to - 2}v-5`, class: "chart__bracket" }),
    drawn("text", { x: from + 2, y: HEIGHT - 4, class: "chart__label chart__label--quiet" }, label),
  ];
}

function maxOf(days: Day[]): number {
  return Math.max(0, ...days.map((day) => day.incidents));
}

function table(days: Day[], open: boolean): HTMLDetailsElement {
  const headings = [say("days.day"), say("days.incidents"), say("days.reports"), say("categories.max_severity")];
  const rows = days.toReversed().map((day) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, dayName(day)),
      element("td", {}, String(day.incidents)),
      element("td", {}, String(day.reports)),
      element("td", {}, day.max_severity === 0 ? "–" : String(day.max_severity)),
    ),
  );
  return element(
    "details",
    { open },
    element("summary", {}, say("categories.table")),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...headings.map((each) => element("th", { scope: "col" }, each)))),
      element("tbody", {}, ...rows),
    ),
  );
}
