// An incident in words: the same sentences in the list, on the map and in the detail panel.

import type { Incident, Place } from "./api.ts";
import { element } from "./element.ts";
import { distance, exactly, inLanguage, say, sayCode, when } from "./words.ts";

export function placeName(place: Place): string {
  if (place.precision === "unknown") return place.name ?? say("place.unknown");
  if (place.precision === "municipality") return say("place.municipality");
  return place.name ?? say("place.unknown");
}

/** How close the place is known, in words. */
export function placeCertainty(place: Place): string {
  if (place.precision === "unknown" || place.precision === "municipality") return "";
  if (place.uncertainty_m === null) return sayCode("place.precision", place.precision);
  return say("place.within", { distance: distance(place.uncertainty_m) });
}

/** Whether the incident may be drawn as a point. */
export function hasPoint(incident: Incident): boolean {
  return hasDot(incident.location);
}

export function hasDot({ lat, lon, precision }: Place): boolean {
  return lat !== null && lon !== null && precision !== "municipality" && precision !== "unknown";
}

export function spoken(incident: Incident): string {
  const severity = sayCode("severity", incident.severity);
  return `${inLanguage(incident)}, ${placeName(incident.location)}, ${when(incident.first_occurred_at)}, ${severity}, ${sayCode("verification", incident.verification)}`;
}

export function timeOf(iso: string): HTMLTimeElement {
  return element("time", { datetime: iso, title: exactly(iso) }, when(iso));
}

export function confidence(share: number): string {
  const word = share >= 0.8 ? "confidence.high" : share >= 0.5 ? "confidence.middle" : "confidence.low";
  return say(word, { percent: `${Math.round(share * 100)} %` });
}
