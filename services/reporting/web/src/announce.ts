// What arrives is said once, in a live region; nothing on the page moves for it.

import type { Incident, Picture } from "./api.ts";
import { byId } from "./element.ts";
import { placeName } from "./incident_words.ts";
import { inLanguage, say, sayCode, sayCount } from "./words.ts";

export interface Arrivals {
  fresh: Incident[];
  changed: Incident[];
}

export function compare(before: Picture | null, now: Picture): Arrivals {
  if (before === null) return { fresh: [], changed: [] };
  const known = new Map(before.incidents.map((incident) => [incident.incident_id, incident]));
  const oldest = before.incidents.at(-1)?.first_occurred_at ?? "";
  return {
    fresh: now.incidents.filter((each) => !known.has(each.incident_id) && each.first_occurred_at >= oldest),
    changed: now.incidents.filter((each) => {
      const earlier = known.get(each.incident_id);
      return earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(each);
    }),
  };
}

export function announceArrivals(before: Picture | null, now: Picture, { fresh, changed }: Arrivals): void {
  const sentences: string[] = [];
  if (fresh[0] !== undefined) sentences.push(sayCount("live.new", fresh.length, { what: inShort(fresh[0]) }));
  if (changed[0] !== undefined) sentences.push(sayCount("live.changed", changed.length, { what: inShort(changed[0]) }));
  if (before !== null && before.rhythm.rhythm !== now.rhythm.rhythm)
    sentences.push(say("live.rhythm", { what: sayCode("rhythm", now.rhythm.rhythm) }));
  if (sentences.length > 0) announce(sentences.join(" "));
}

export function announce(sentence: string): void {
  byId("announcements").textContent = sentence;
}

function inShort(incident: Incident): string {
  return `${inLanguage(incident)}, ${placeName(incident.location)}.`;
}
