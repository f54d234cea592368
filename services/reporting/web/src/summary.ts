// The head of the picture: what sticks out, the totals, the rhythm and its reason, and whether we are in contact.

import type { Picture, Rhythm } from "./api.ts";
import { aboveExpected, headline } from "./charts/categories.ts";
import { byId, element } from "./element.ts";
import { isFiltering, type Filters } from "./filters.ts";
import type { Contact } from "./watch.ts";
import { language, say, sayCode, sayCount, shortDay, clock, count } from "./words.ts";

export function showSummary(picture: Picture): void {
  document.body.classList.remove("is-loading");
  byId("municipality").textContent = picture.municipality.name;
  byId("period-dates").textContent = `${shortDay(new Date(picture.period.from))} – ${shortDay(lastMoment(picture.period.to))}`;
  byId("headline").textContent = headline(picture);
  const more = aboveExpected(picture.categories).length - 1;
  byId("headline-more").textContent = more > 0 ? sayCount("headline.more", more) : "";
  byId("totals").replaceChildren(...totals(picture));
  byId("review-count").textContent = String(picture.totals.needs_review);
  showRhythm(picture.rhythm);
}

/** A period ends with the first moment that no longer belongs to it. */
function lastMoment(to: string): Date {
  return new Date(new Date(to).getTime() - 1);
}

function totals({ totals: now }: Picture): Node[] {
  const before = (n: number): string => say("totals.before", { n });
  return [
    figure(now.incidents, sayCount("totals.incidents", now.incidents), before(now.previous_incidents)),
    figure(now.reports, sayCount("totals.reports", now.reports), before(now.previous_reports)),
    figure(now.reported, say("totals.reported"), `${count(now.discovered)} ${say("totals.discovered")}`),
  ];
}

function figure(n: number, what: string, beside: string): HTMLElement {
  return element(
    "li",
    { class: "total" },
    element("span", { class: "total__number" }, count(n)),
    element("span", { class: "total__words" }, what, element("br"), element("span", { class: "muted" }, beside)),
  );
}

function showRhythm(rhythm: Rhythm): void {
  const holder = byId("rhythm");
  const reason = language === "en" ? (rhythm.reason_en ?? rhythm.reason) : rhythm.reason;
  holder.classList.toggle("rhythm--daily", rhythm.rhythm === "daily");
  const stands = rhythm.stands_down_at === null ? null : say("rhythm.until", { when: shortDay(new Date(rhythm.stands_down_at)) });
  holder.replaceChildren(
    element("strong", {}, sayCode("rhythm", rhythm.rhythm)),
    rhythm.since === null ? "" : ` ${say("rhythm.since", { when: shortDay(new Date(rhythm.since)) })}`,
    stands === null || rhythm.rhythm !== "daily" ? "" : `, ${stands}`,
    element("span", { class: "rhythm__reason" }, reason),
  );
}

let lastContact: string | null = null;

export function showContact(contact: Contact): void {
  const state = byId("contact");
  const failed = contact === "lost";
  if (!failed) lastContact = clock(new Date());
  const asOf = lastContact;
  state.classList.toggle("contact--lost", failed);
  if (!failed && asOf !== null) state.textContent = say("state.live", { when: asOf });
  else if (failed) state.textContent = asOf === null ? say("state.failed") : say("state.offline", { when: asOf });
  if (failed && asOf === null) byId("headline").textContent = say("state.failed");
  byId("ask-again").hidden = !failed;
}

export function showListState(
  picture: Picture | null,
  all: number,
  shown: number,
  filters: Filters,
  unplaced: boolean,
): void {
  if (picture === null) return;
  byId("list-count").textContent = listCount(all, shown, picture, filters, unplaced);
  const empty = byId("list-empty");
  empty.hidden = shown > 0;
  empty.textContent = say(isFiltering(filters) ? "list.empty.filter" : "list.empty");
}

function listCount(all: number, shown: number, picture: Picture, filters: Filters, unplaced: boolean): string {
  if (filters.places !== null) return say(unplaced ? "list.narrowed.unplaced" : "list.narrowed", { n: shown });
  if (isFiltering(filters)) return say("list.count", { shown, all });
  const total = picture.totals.incidents;
  return total > picture.incidents.length ? say("list.capped", { n: all, all: total }) : count(all);
}
