// Which incidents are shown. The choice lives in the page's address, so it can be kept, sent and gone back to.

import type { Incident } from "./api.ts";
import { GROUPS, groupOfCategory, type Group } from "./groups.ts";

export interface Filters {
  group: Group | null;
  severity: number; // at least this; 1 shows all
  text: string;
  review: boolean;
  places: ReadonlySet<string> | null; // incidents narrowed to from the map; not kept in the address
}

export const NO_FILTERS: Filters = { group: null, severity: 1, text: "", review: false, places: null };

export function readFilters(query: URLSearchParams): Filters {
  const group = query.get("group") as Group | null;
  const severity = Number(query.get("severity"));
  return {
    group: group !== null && GROUPS.includes(group) ? group : null,
    severity: severity >= 2 && severity <= 4 ? Math.floor(severity) : 1,
    text: (query.get("q") ?? "").slice(0, 200),
    review: query.get("review") === "1",
    places: null,
  };
}

export function writeFilters(query: URLSearchParams, filters: Filters): URLSearchParams {
  const written = new URLSearchParams(query);
  setOrDrop(written, "group", filters.group);
  setOrDrop(written, "severity", filters.severity > 1 ? String(filters.severity) : null);
  setOrDrop(written, "q", filters.text.trim() || null);
  setOrDrop(written, "review", filters.review ? "1" : null);
  return written;
}

function setOrDrop(query: URLSearchParams, name: string, value: string | null): void {
  if (value === null) query.delete(name);
  else query.set(name, value);
}

export function isFiltering(filters: Filters): boolean {
  return (
    filters.group !== null || filters.severity > 1 || filters.text.trim() !== "" || filters.review || filters.places !== null
  );
}

export function passes(incident: Incident, filters: Filters): boolean {
  if (filters.group !== null && groupOfCategory(incident.category) !== filters.group) return false;
  if (incident.severity < filters.severity) return false;
  if (filters.review && !incident.needs_review) return false;
  if (filters.places !== null && !filters.places.has(incident.incident_id)) return false;
  return passesText(incident, filters.text);
}

/** Every word must be found somewhere, whatever its case or accents. */
function passesText(incident: Incident, text: string): boolean {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const searched = plain(`${incident.sv} ${incident.en} ${incident.summary} ${incident.location.name ?? ""}`);
  return words.every((word) => searched.includes(word));
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
