// The situation picture: one state, shown in the map, the list, the charts and the panels, and kept fresh.

import { announceArrivals, compare } from "./announce.ts";
import { fetchOnce, type Incident, type MapSettings, type Picture, type ReviewQueue } from "./api.ts";
import { showCategories } from "./charts/categories.ts";
import { showDays } from "./charts/days.ts";
import { prepareNewClaim, showClaims } from "./claims.ts";
import { correctionDesk } from "./correction_desk.ts";
import { detailPanel } from "./detail.ts";
import { byId } from "./element.ts";
import { filterForm } from "./filter_form.ts";
import { passes, readFilters, writeFilters, type Filters } from "./filters.ts";
import { listenToKeys } from "./keys.ts";
import { incidentList } from "./list.ts";
import { legend } from "./map/legend.ts";
import { pictureMap, type PictureMap } from "./map/map.ts";
import { reviewPanel } from "./review.ts";
import { prepareNewReport, showSituationReports } from "./situation_reports.ts";
import { showContact, showListState, showSummary } from "./summary.ts";
import { stripePatterns } from "./symbols.ts";
import { undoByKey } from "./toast.ts";
import { watch } from "./watch.ts";
import { sayCount } from "./words.ts";

const FALLBACK_POLL_S = 10;
const query = new URLSearchParams(location.search);
const onWall = query.get("wall") === "1";
const municipality = query.get("municipality");
const days = Math.min(90, Math.max(1, Number(query.get("days")) || 14));

let picture: Picture | null = null;
let shownIncidents: Incident[] = [];
let filters: Filters = readFilters(query);
let narrowedToUnplaced = false;
let openId: string | null = null;
let map: PictureMap | null = null;
const fresh = new Set<string>();

document.body.append(stripePatterns());
const desk = correctionDesk(onCorrectionSent, () => map?.pickPlace ?? null);
const panel = detailPanel(desk);
const review = reviewPanel({
  desk,
  onOpenChanged: (isOpen) => document.body.classList.toggle("has-review", isOpen),
  markPlaces: (places) => map?.markPlaces(places),
  askAgain: () => askReviewNow(),
});
const list = incidentList(open, (id) => map?.point(id));
const key = legend((group) => changeFilters({ ...filters, group }));
const form = filterForm(filters, changeFilters);

function changeFilters(next: Filters): void {
  if (next.places === null) narrowedToUnplaced = false;
  filters = next;
  keepInAddress();
  form.show(filters);
  showIncidents();
}

function keepInAddress(): void {
  const written = writeFilters(new URLSearchParams(location.search), filters);
  if (openId === null) written.delete("incident");
  else written.set("incident", openId);
  const search = written.size > 0 ? `?${written}` : "";
  history.replaceState(null, "", `${location.pathname}${search}`);
  keepLinks(written);
}

/** The language switch and the period leave everything else as it is. */
function keepLinks(written: URLSearchParams): void {
  const other = new URLSearchParams(written);
  other.set("lang", document.documentElement.lang === "sv" ? "en" : "sv");
  byId<HTMLAnchorElement>("other-language").href = `?${other}`;
}

function showIncidents(): void {
  const everywhere = { ...filters, places: null };
  const inList = shownIncidents.filter((incident) => passes(incident, filters));
  list.show(onWall ? inList.slice(0, 9) : inList, fresh);
  key.show(shownIncidents.filter((each) => passes(each, { ...everywhere, group: null })), filters.group);
  map?.show(shownIncidents.filter((each) => passes(each, everywhere)));
  showListState(picture, shownIncidents.length, inList.length, filters, narrowedToUnplaced);
}

function onPicture(next: Picture): void {
  const arrivals = compare(picture, next);
  announceArrivals(picture, next, arrivals);
  arrivals.fresh.forEach((incident) => fresh.add(incident.incident_id));
  const first = picture === null;
  picture = next;
  const waiting = first || onWall || !list.isBeingRead() ? [] : unseen(next);
  if (waiting.length === 0) shownIncidents = next.incidents;
  else shownIncidents = next.incidents.filter((incident) => !waiting.includes(incident));
  offerWaiting(waiting.length);
  showSummary(next);
  whenChanged("categories", { categories: next.categories, totals: next.totals }, showCategories);
  whenChanged("days", next.days, (value) => showDays(value, next.period.days));
  whenChanged("claims", next.claims, (value) => showClaims(value, askNow));
  whenChanged("reports", next.situation_reports, showSituationReports);
  showIncidents();
  if (first) openFromAddress();
  if (map === null) void prepareLateMap();
  const opened = next.incidents.find((incident) => incident.incident_id === openId);
  if (!first && opened !== undefined) void panel.refresh(opened);
}

/** Incidents that are not in the list yet: while someone reads it they wait for a click, so that nothing moves. */
function unseen(next: Picture): Incident[] {
  const inList = new Set(shownIncidents.map((incident) => incident.incident_id));
  return next.incidents.filter((incident) => !inList.has(incident.incident_id));
}

function offerWaiting(n: number): void {
  const offer = byId<HTMLButtonElement>("show-waiting");
  offer.hidden = n === 0;
  offer.textContent = sayCount("live.show", n);
}

function showWaiting(): void {
  if (picture === null) return;
  shownIncidents = picture.incidents;
  offerWaiting(0);
  showIncidents();
  byId("list-pane").scrollTop = 0;
  list.step(-1);
}

const written = new Map<string, string>();
const postponed = new Map<string, () => void>();

/** Draws a part only when its content changed, and never under someone who is writing in it. */
function whenChanged<T>(part: string, value: T, show: (value: T) => void): void {
  const now = JSON.stringify(value);
  if (written.get(part) === now) return;
  const card = byId(`${part}-card`);
  const isWriting = card.contains(document.activeElement) && document.activeElement?.matches("textarea, select, input");
  if (isWriting) {
    postponed.set(part, () => whenChanged(part, value, show));
    card.addEventListener("focusout", () => window.setTimeout(() => postponed.get(part)?.(), 200), { once: true });
    return;
  }
  postponed.delete(part);
  written.set(part, now);
  show(value);
}

function open(id: string): void {
  const incident = picture?.incidents.find((each) => each.incident_id === id);
  if (incident === undefined) return;
  const takeFocus = !(document.activeElement?.closest("#incidents") && openId !== null);
  openId = id;
  fresh.delete(id);
  document.body.classList.add("has-detail");
  list.select(id);
  map?.choose(incident);
  keepInAddress();
  void panel.open(incident, takeFocus && !onWall);
}

function close(): void {
  if (openId === null) {
    review.close();
    return;
  }
  const closed = openId;
  openId = null;
  panel.close();
  document.body.classList.remove("has-detail");
  list.select(null);
  map?.choose(null);
  keepInAddress();
  if (!review.isOpen()) list.focusOn(closed);
}

/** A form that is open is what Esc closes first. */
function callOffForm(): boolean {
  const cancel = document.querySelector<HTMLButtonElement>("form.correction [data-cancel]");
  cancel?.click();
  return cancel !== null;
}

function openFromAddress(): void {
  const id = query.get("incident"); // as the page was opened: the address has been written anew since
  if (id !== null) open(id);
}

const ANSWER_AWAITED_MS = 60_000;
let askUntil = 0;

/** The answer comes within a second or two: ask for it, and show at once what was said in the incident that is open. */
function onCorrectionSent(): void {
  askUntil = Date.now() + ANSWER_AWAITED_MS;
  refreshOpened();
  askEagerly();
}

function askEagerly(): void {
  askNow();
  askReviewNow();
  refreshOpened();
  if (review.hasPending() || desk.awaitsAnswer()) window.setTimeout(() => Date.now() < askUntil && askEagerly(), 1_500);
}

function refreshOpened(): void {
  const opened = picture?.incidents.find((incident) => incident.incident_id === openId);
  if (opened !== undefined) void panel.refresh(opened);
}

function reviewAddress(): string {
  return municipality === null ? "/api/v1/review" : `/api/v1/review?${new URLSearchParams({ municipality })}`;
}

function address(): string {
  const asked = new URLSearchParams({ days: String(days) });
  if (municipality !== null) asked.set("municipality", municipality);
  const to = query.get("to");
  if (to !== null) asked.set("to", to);
  return `/api/v1/picture?${asked}`;
}

let askNow: () => void = () => {};
let askReviewNow: () => void = () => {};

async function start(): Promise<void> {
  byId("detail-close").addEventListener("click", close);
  byId("show-waiting").addEventListener("click", showWaiting);
  byId("ask-again").addEventListener("click", () => askNow());
  byId("period").addEventListener("change", (event) => (event.target as HTMLSelectElement).form?.requestSubmit());
  prepareNewClaim(() => openId, () => askNow());
  prepareNewReport(municipality, days, () => askNow());
  listenToKeys({
    step: (by) => (review.isOpen() && openId === null ? review.step(by) : list.step(by)),
    close: () => callOffForm() || close(),
    showWhole: () => map?.showWhole(),
    toggleReview: () => review.close() || review.open(),
    choose: review.choose,
    takeBack: undoByKey,
  });
  keepInAddress();
  const settings = await mapSettings();
  const pollSeconds = settings?.poll_s ?? FALLBACK_POLL_S;
  const pictureWatch = watch<Picture>(address(), pollSeconds, onPicture, showContact);
  askNow = () => void pictureWatch.askNow();
  if (!onWall) {
    const reviewWatch = watch<ReviewQueue>(reviewAddress(), pollSeconds, review.show, () => {});
    askReviewNow = () => void reviewWatch.askNow();
  }
  if (settings !== null) await prepareMap(settings);
}

function mapSettings(): Promise<MapSettings | null> {
  const asked = municipality === null ? "" : `?${new URLSearchParams({ municipality })}`;
  return fetchOnce<MapSettings>(`/api/v1/map-settings${asked}`).catch(() => null);
}

let preparing = false;

async function prepareMap(settings: MapSettings): Promise<void> {
  if (preparing) return;
  preparing = true;
  map = await pictureMap(settings, open, (ids, unplaced) => {
    narrowedToUnplaced = unplaced;
    changeFilters({ ...filters, places: ids === null ? null : new Set(ids) });
  });
  if (picture !== null) showIncidents();
}

/** The service was away when the page was opened: the map comes with the first picture. */
async function prepareLateMap(): Promise<void> {
  const settings = preparing ? null : await mapSettings();
  if (settings !== null) await prepareMap(settings);
}

void start();
