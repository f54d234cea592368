// The review queue: what the machine was not sure of, one card a report, beside the map. One key or click settles one.

import type { ReportToReview, ReviewQueue } from "./api.ts";
import { announce } from "./announce.ts";
import type { CorrectionDesk, Sent } from "./correction_desk.ts";
import { placesToChoose } from "./correction_form.ts";
import { byId, element } from "./element.ts";
import { isOverdue, reviewCard, subjectOf } from "./review_card.ts";
import type { PlaceMark } from "./map/places.ts";
import { toast } from "./toast.ts";
import { count, say, sayCount } from "./words.ts";

const LOOK_AGAIN_MS = 60_000;

export interface ReviewPanel {
  show(queue: ReviewQueue): void;
  open(): void;
  close(): boolean; // false when it was not open
  isOpen(): boolean;
  step(by: 1 | -1): void;
  choose(number: number): boolean; // false when no card has the focus
  hasPending(): boolean;
}

export interface ReviewActions {
  desk: CorrectionDesk;
  onOpenChanged(isOpen: boolean): void;
  markPlaces(places: PlaceMark[]): void;
  /** Look at the queue anew, as something in it was changed here. */
  askAgain(): void;
}

interface Card {
  item: HTMLLIElement;
  written: string;
  report: ReportToReview;
}

export function reviewPanel(actions: ReviewActions): ReviewPanel {
  const panel = byId("review");
  const head = panel.querySelector<HTMLElement>(".review__head")!;
  const list = byId<HTMLOListElement>("review-list");
  const opener = byId<HTMLButtonElement>("open-review");
  const cards = new Map<string, Card>();
  const sent = new Map<string, Sent>(); // by report: what was said of it here, until its answer has come
  const settledHere = new Map<string, string>(); // report → the correction that settled it
  let marked: string | null = null;
  let latest: ReviewQueue | null = null;

  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  byId("review-close").addEventListener("click", close);
  window.setInterval(() => latest !== null && show(latest), LOOK_AGAIN_MS); // an answer that does not come is told
  list.addEventListener("focusin", (event) => markPlacesOf(event.target));

  function show(queue: ReviewQueue): void {
    const before = latest;
    latest = queue;
    const settled = [...cards.values()].filter(({ report }) => !queue.reports.some((each) => each.report_id === report.report_id));
    for (const card of settled) settle(card, queue);
    if (marked !== null && !cards.has(marked)) unmark();
    let place = list.firstElementChild;
    for (const report of queue.reports) {
      const item = cardFor(report).item;
      if (item === place) place = place.nextElementSibling;
      else list.insertBefore(item, place);
    }
    tellState(queue);
    tellArrivals(before === null ? [] : queue.reports.filter((each) => !before.reports.some((was) => was.report_id === each.report_id)));
  }

  function tellArrivals(fresh: ReportToReview[]): void {
    const back = fresh.map((report) => settledHere.get(report.report_id)).filter((id) => id !== undefined);
    for (const report of fresh) settledHere.delete(report.report_id);
    back.forEach(actions.desk.forget);
    if (back.length > 0) toast(say("review.back"));
    else if (fresh.length > 0) announce(sayCount("review.arrived", fresh.length));
  }

  /** Whoever is writing about a report that somebody else settled meanwhile keeps what is written. */
  function settle({ item, report }: Card, queue: ReviewQueue): void {
    const mine = sent.get(report.report_id);
    if (mine === undefined && item.querySelector("form") !== null) return;
    sent.delete(report.report_id);
    const hadFocus = item.contains(document.activeElement);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    cards.delete(report.report_id);
    if (hadFocus) focusOn(next);
    if (mine === undefined) return;
    settledHere.set(report.report_id, mine.correctionId);
    actions.desk.forget(mine.correctionId);
    const left = queue.count === 0 ? say("review.none_left") : sayCount("review.left", queue.count);
    toast(`${mine.words} ${say("review.settled")} ${left}`, () => void actions.desk.takeBack(mine.correctionId));
  }

  function cardFor(report: ReportToReview): Card {
    const written = JSON.stringify([report, sent.get(report.report_id), isOverdue(report)]);
    const known = cards.get(report.report_id);
    if (known !== undefined && (known.written === written || known.item.querySelector("form") !== null)) return known;
    const item = known?.item ?? element("li", { class: "review__item", "data-report": report.report_id });
    const hadFocus = item.contains(document.activeElement);
    item.replaceChildren(
      reviewCard(report, sent.get(report.report_id) ?? null, {
        desk: actions.desk,
        onSent: (what) => onSent(report, what),
        onFormOpened: () => showFromTop(item),
        onClosed: () => latest !== null && show(latest),
        onAsked: actions.askAgain,
      }),
    );
    if (hadFocus) focusOn(item);
    const card = { item, written, report };
    cards.set(report.report_id, card);
    return card;
  }

  function onSent(report: ReportToReview, what: Sent): void {
    sent.set(report.report_id, what);
    const item = cards.get(report.report_id)?.item;
    item?.querySelector("form")?.remove();
    const next = nextToDo(item ?? null);
    cardFor(report);
    focusOn(next);
  }

  function nextToDo(item: Element | null): Element | null {
    const items = [...list.children];
    const at = item === null ? -1 : items.indexOf(item);
    const isToDo = (each: Element): boolean => each !== item && each.querySelector("[data-choice]") !== null;
    return items.slice(at + 1).find(isToDo) ?? items.find(isToDo) ?? null;
  }

  function tellState(queue: ReviewQueue): void {
    const open = queue.count - queue.waiting;
    byId("review-queue-count").textContent = queue.count === 0 ? "" : count(queue.count);
    byId("review-empty").hidden = queue.count > 0;
    byId("review-lead").hidden = queue.count === 0;
    const more = byId("review-more");
    more.hidden = queue.next === null;
    more.textContent = say("review.more", { n: queue.reports.length, all: queue.count });
    opener.hidden = false;
    opener.classList.toggle("list__review--waiting", open > 0);
    opener.textContent = open > 0 ? sayCount("review.open", open) : say(queue.count > 0 ? "review.waiting" : "review.empty");
  }

  function open(): void {
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    actions.onOpenChanged(true);
    const first = list.querySelector<HTMLElement>("[data-choice]");
    (first ?? byId("review-heading")).focus({ preventScroll: true });
    panel.scrollTop = 0;
  }

  function close(): boolean {
    if (panel.hidden) return false;
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    unmark();
    actions.onOpenChanged(false);
    opener.focus({ preventScroll: true });
    return true;
  }

  function step(by: 1 | -1): void {
    const items = [...list.children];
    const at = items.findIndex((item) => item.contains(document.activeElement));
    focusOn(items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by))] ?? null);
  }

  function focusOn(item: Element | null): void {
    const target = item?.querySelector<HTMLElement>("[data-choice], button") ?? byId("review-heading");
    target.focus({ preventScroll: true });
    if (item !== null) bringIntoPanel(item);
  }

  /** Only the panel scrolls: the map beside it stays where it is. */
  function bringIntoPanel(item: Element): void {
    const [seen, whole] = [panel.getBoundingClientRect(), item.getBoundingClientRect()];
    const top = seen.top + head.offsetHeight;
    if (whole.top < top || whole.height > seen.bottom - top) panel.scrollTop += whole.top - top;
    else if (whole.bottom > seen.bottom) panel.scrollTop += whole.bottom - seen.bottom;
  }

  function showFromTop(item: Element): void {
    panel.scrollTop += item.getBoundingClientRect().top - panel.getBoundingClientRect().top - head.offsetHeight;
  }

  function choose(number: number): boolean {
    const item = document.activeElement?.closest("[data-report]");
    const button = item?.querySelector<HTMLButtonElement>(`[data-choice="${number}"]`);
    button?.click();
    return button !== null && button !== undefined;
  }

  function unmark(): void {
    marked = null;
    actions.markPlaces([]);
  }

  function markPlacesOf(target: EventTarget | null): void {
    const id = target instanceof Element ? target.closest<HTMLElement>("[data-report]")?.dataset["report"] : undefined;
    const report = id === undefined || id === marked ? undefined : cards.get(id)?.report;
    if (report === undefined) return;
    marked = report.report_id;
    actions.markPlaces(placesOnMap(report));
  }

  return {
    show,
    open,
    close,
    step,
    choose,
    isOpen: () => !panel.hidden,
    hasPending: () => sent.size > 0 || (latest?.waiting ?? 0) > 0,
  };
}

function placesOnMap(report: ReportToReview): PlaceMark[] {
  const now = { letter: "•", location: report.location, isNow: true };
  return [now, ...placesToChoose(subjectOf(report)).map(({ letter, location }) => ({ letter, location, isNow: false }))];
}
