// The incidents over the ground. Those that would cover one another become one mark with a count; opening it zooms in,
// or lays them out when they share a place that no zoom can part.

import { LngLatBounds, Marker, type Map as MapView } from "maplibre-gl";
import type { Incident } from "../api.ts";
import { drawn, element } from "../element.ts";
import { GLYPHS, groupOfCategory, type Group } from "../groups.ts";
import { hasPoint, placeName, spoken } from "../incident_words.ts";
import { incidentSymbol } from "../symbols.ts";
import { sayCount, say } from "../words.ts";
import { clustered, spiral, worldPixel, type Cluster } from "./geometry.ts";

const REACH_PX = document.body.classList.contains("wall") ? 62 : 45; // the wall draws its marks larger
const CLOSEST_ZOOM = 15;
const MOST_LAID_OUT = 24;
const NAMES_OF_A_CLUSTER = 3;
const GROUPS_IN_A_CLUSTER = 3;
const GLYPH_PX = 10.5;

export interface Markers {
  show(incidents: Incident[]): void;
  mark(chosen: string | null, pointed: string | null): void;
  covers(lon: number, lat: number): boolean;
}

interface Shown {
  marker: Marker;
  ids: string[];
  written: string;
}

export function incidentMarkers(view: MapView, onOpen: (id: string) => void, onNarrow: (ids: string[] | null) => void): Markers {
  const shown = new Map<string, Shown>();
  let incidents: Incident[] = [];
  let laidOut: Set<string> | null = null;
  let marked: { chosen: string | null; pointed: string | null } = { chosen: null, pointed: null };

  function settle(): void {
    const wanted = new Map(clustersNow().flatMap((cluster) => marksOf(cluster)));
    for (const [key, { marker }] of shown) {
      if (wanted.has(key)) continue;
      marker.remove();
      shown.delete(key);
    }
    for (const [key, make] of wanted) if (!shown.has(key)) shown.set(key, make());
    paintMarks();
  }

  function clustersNow(): Cluster<Incident>[] {
    const zoom = Math.round(view.getZoom() * 4) / 4;
    const placed = incidents.map((item) => ({ item, ...worldPixel(item.location.lon!, item.location.lat!, zoom) }));
    return clustered(placed, REACH_PX);
  }

  function marksOf({ members }: Cluster<Incident>): [string, () => Shown][] {
    const first = members[0]!;
    if (members.length === 1) return [[keyOf(first), () => single(first, { x: 0, y: 0 })]];
    if (laidOut !== null && members.every((each) => laidOut?.has(each.incident_id))) {
      const offsets = spiral(members.length, 25);
      return members.map((each, at) => [`${keyOf(each)} laid out ${at}`, () => single(each, offsets[at]!)]);
    }
    return [[members.map(keyOf).join(" "), () => together(members)]];
  }

  function single(incident: Incident, { x, y }: { x: number; y: number }): Shown {
    const button = element(
      "button",
      {
        type: "button",
        class: "mark",
        tabindex: -1,
        title: spoken(incident),
        "aria-label": spoken(incident),
        click: (event: MouseEvent) => {
          event.stopPropagation();
          onOpen(incident.incident_id);
        },
      },
      incidentSymbol(incident),
    );
    return place([incident], button, [x, y]);
  }

  function together(members: Incident[]): Shown {
    const where = [...new Set(members.map((each) => placeName(each.location)))].slice(0, NAMES_OF_A_CLUSTER).join(", ");
    const words = say("map.cluster", { n: members.length, where });
    const button = element(
      "button",
      {
        type: "button",
        class: "mark",
        tabindex: -1,
        title: words,
        "aria-label": words,
        click: (event: MouseEvent) => {
          event.stopPropagation();
          part(members);
        },
      },
      clusterSymbol(members),
    );
    return place(members, button, [0, 0]);
  }

  function place(members: Incident[], button: HTMLElement, offset: [number, number]): Shown {
    const { lon, lat } = members[0]!.location;
    button.style.zIndex = String(10 * Math.max(...members.map((each) => each.severity)) + (members.length > 1 ? 5 : 0));
    const marker = new Marker({ element: button, anchor: "center", offset }).setLngLat([lon!, lat!]).addTo(view);
    return { marker, ids: members.map((each) => each.incident_id), written: "" };
  }

  function part(members: Incident[]): void {
    const bounds = new LngLatBounds();
    for (const { location } of members) bounds.extend([location.lon!, location.lat!]);
    const camera = view.cameraForBounds(bounds, { padding: 80, maxZoom: CLOSEST_ZOOM });
    const corners = [bounds.getNorthEast(), bounds.getSouthWest()].map((each) => worldPixel(each.lng, each.lat, CLOSEST_ZOOM));
    const apart = Math.hypot(corners[0]!.x - corners[1]!.x, corners[0]!.y - corners[1]!.y);
    if (apart > REACH_PX && camera?.zoom !== undefined && camera.zoom > view.getZoom() + 0.3) {
      view.easeTo({ ...camera, duration: 400 });
      return;
    }
    laidOut = members.length <= MOST_LAID_OUT ? new Set(members.map((each) => each.incident_id)) : null;
    settle();
    onNarrow(members.map((each) => each.incident_id));
  }

  function paintMarks(): void {
    for (const { marker, ids } of shown.values()) {
      const classes = marker.getElement().classList;
      classes.toggle("mark--chosen", marked.chosen !== null && ids.includes(marked.chosen));
      classes.toggle("mark--pointed", marked.pointed !== null && ids.includes(marked.pointed));
    }
  }

  function gatherAgain(): void {
    if (laidOut === null) return;
    laidOut = null;
    settle();
    onNarrow(null);
  }

  view.on("zoomend", settle);
  view.on("click", gatherAgain);
  return {
    show(next) {
      incidents = next.filter(hasPoint).toSorted((a, b) => b.severity - a.severity);
      settle();
    },
    mark(chosen, pointed) {
      marked = { chosen, pointed };
      paintMarks();
    },
    covers(lon, lat) {
      const at = view.project([lon, lat]);
      return [...shown.values()].some(({ marker }) => view.project(marker.getLngLat()).dist(at) < REACH_PX);
    },
  };
}

/** What decides how an incident is drawn; a change makes a new mark. */
function keyOf(incident: Incident): string {
  const { lat, lon } = incident.location;
  return `${incident.incident_id}/${incident.category}/${incident.severity}/${incident.verification}/${lat}/${lon}`;
}

/** A count in a ring as heavy as the gravest of them, over the glyphs of their most frequent groups. */
export function clusterSymbol(members: Pick<Incident, "category" | "severity">[]): SVGSVGElement {
  const severity = Math.max(...members.map((each) => each.severity));
  const groups = mostFrequentGroups(members);
  const style = groups.length === 1 ? `symbol--${groups[0]}` : "symbol--mixed";
  const r = 22;
  return drawn(
    "svg",
    {
      class: `symbol cluster ${style} symbol--severity-${severity}`,
      viewBox: "-29 -29 58 58",
      width: 58,
      height: 58,
      "aria-hidden": "true",
    },
    drawn("circle", { r: r + 4.5, class: "symbol__halo" }),
    severity >= 3 && drawn("circle", { r: r + 3, class: "symbol__ring" }),
    drawn("circle", { r, class: "cluster__body" }),
    drawn("text", { y: 0, class: "cluster__count" }, String(members.length)),
    ...groups.map((group, at) => {
      const x = (at - groups.length / 2) * (GLYPH_PX + 1);
      const square = `translate(${x} 3.5) scale(${GLYPH_PX / 16})`;
      return drawn("path", { d: GLYPHS[group], transform: square, class: `cluster__glyph symbol--${group}`, "fill-rule": "evenodd" });
    }),
  );
}

function mostFrequentGroups(members: Pick<Incident, "category">[]): Group[] {
  const counts = new Map<Group, number>();
  for (const { category } of members) counts.set(groupOfCategory(category), (counts.get(groupOfCategory(category)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, GROUPS_IN_A_CLUSTER).map(([group]) => group);
}

export function unplacedWords(n: number): string {
  return sayCount("map.unplaced", n);
}
