// Sending a person's correction and taking one back; what it says, in words.

import { post, type Correction, type Place, type PlaceConsidered, type Severity } from "./api.ts";
import { categoryName } from "./categories.ts";
import { placeName } from "./incident_words.ts";
import { say, sayCode } from "./words.ts";

/** What is corrected, as it is now. `places`: those that were considered, for a choice among them. */
export interface Subject {
  kind: "reports" | "incidents";
  id: string;
  category: string;
  severity: Severity;
  location: Place;
  places: PlaceConsidered[];
}

export interface ChosenPlace {
  lat: number;
  lon: number;
  uncertainty_m?: number;
  name?: string;
  precision?: string;
}

/** What is left out stays as it is. The same category once more confirms it. */
export interface Change {
  category?: string;
  severity?: Severity;
  location?: ChosenPlace;
  note?: string;
}

/** Its id. */
export async function sendCorrection(subject: Subject, change: Change): Promise<string> {
  const address = `/api/v1/${subject.kind}/${encodeURIComponent(subject.id)}/correction`;
  return (await post<{ correction_id: string }>(address, change)).correction_id;
}

export async function sendUndo(correctionId: string): Promise<void> {
  await post(`/api/v1/corrections/${encodeURIComponent(correctionId)}/undo`, {});
}

/** "Händelse i skola · allvarlig · Kolsva": what a correction says, whoever made it. */
export function correctionInWords(correction: Pick<Correction, "category" | "severity" | "location">): string {
  return [
    correction.category === null ? null : categoryName(correction.category),
    correction.severity === null ? null : sayCode("severity", correction.severity),
    correction.location === null ? null : say("correct.to_place", { place: placeName(correction.location) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

export function changeInWords(subject: Subject, change: Change): string {
  const confirms = change.category === subject.category && change.severity === undefined && change.location === undefined;
  if (confirms) return say("correct.confirmed", { what: categoryName(subject.category) });
  const said = [
    change.category === undefined ? null : categoryName(change.category),
    change.severity === undefined ? null : sayCode("severity", change.severity),
    change.location === undefined ? null : say("correct.to_place", { place: change.location.name ?? say("correct.place.picked") }),
  ];
  return say("correct.changed", { what: said.filter(Boolean).join(" · ") });
}
