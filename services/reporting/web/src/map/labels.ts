// Names of places in small grey, as elements over the map: the biggest first, none on top of another.

import { Marker, type Map as MapView } from "maplibre-gl";
import { byId, element } from "../element.ts";
import { middleOf } from "./geometry.ts";

interface Name {
  text: string;
  lon: number;
  lat: number;
  weight: number; // the heavier name wins the room
  from: number; // zoom
  style: string;
}

const MOST_NAMES = 28;
const BELOW_A_MARK_PX = document.body.classList.contains("wall") ? 38 : 28;

export function placeLabels(
  view: MapView,
  municipalities: GeoJSON.FeatureCollection,
  localities: GeoJSON.FeatureCollection,
  own: string,
  isCovered: (lon: number, lat: number) => boolean,
): () => void {
  const names = [...localityNames(localities), ...municipalityNames(municipalities, own)].sort((a, b) => b.weight - a.weight);
  const shown = new Map<Name, Marker>();

  function settle(): void {
    const wanted = withRoom(view, names);
    for (const [name, marker] of shown) {
      if (wanted.has(name)) continue;
      marker.remove();
      shown.delete(name);
    }
    for (const name of wanted) {
      const isLocality = name.style === "place-name--locality";
      const below = isCovered(name.lon, name.lat) ? BELOW_A_MARK_PX : 3;
      shown.get(name)?.setOffset([0, isLocality ? below : 0]);
      if (shown.has(name)) continue;
      const text = element("span", { class: `place-name ${name.style}`, "aria-hidden": "true" }, name.text);
      const marker = new Marker({ element: text, anchor: isLocality ? "top" : "center", offset: [0, isLocality ? below : 0] });
      shown.set(name, marker.setLngLat([name.lon, name.lat]).addTo(view));
    }
  }

  view.on("moveend", settle);
  settle();
  return settle;
}

function withRoom(view: MapView, names: Name[]): Set<Name> {
  const { clientWidth: width, clientHeight: height } = view.getContainer();
  const taken = controlBoxes(view);
  const wanted = new Set<Name>();
  for (const name of names) {
    if (view.getZoom() < name.from || wanted.size >= MOST_NAMES) continue;
    const { x, y } = view.project([name.lon, name.lat]);
    const half = 4 + name.text.length * 3.8;
    const box: Box = [x - half, y - 6, x + half, y + 36];
    if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) continue;
    if (taken.some(([left, top, right, bottom]) => box[0] < right && box[2] > left && box[1] < bottom && box[3] > top)) continue;
    taken.push(box);
    wanted.add(name);
  }
  return wanted;
}

type Box = [left: number, top: number, right: number, bottom: number];

/** Where the map's buttons lie: a name under them can't be read. */
function controlBoxes(view: MapView): Box[] {
  const frame = view.getContainer().getBoundingClientRect();
  return [byId("map-controls"), byId("map-unplaced")].map((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
  });
}

function localityNames(localities: GeoJSON.FeatureCollection): Name[] {
  return localities.features.flatMap((feature) => {
    if (feature.geometry?.type !== "Point") return [];
    const [lon, lat] = feature.geometry.coordinates as [number, number];
    const population = Number(feature.properties?.["population"] ?? 0);
    const text = String(feature.properties?.["name"] ?? "");
    return [{ text, lon, lat, weight: 1e6 + population, from: population > 200 ? 7 : 9.5, style: "place-name--locality" }];
  });
}

function municipalityNames(municipalities: GeoJSON.FeatureCollection, own: string): Name[] {
  return municipalities.features.flatMap((feature) => {
    const rings = outerRings(feature.geometry);
    const largest = rings.sort((a, b) => b.length - a.length)[0];
    if (largest === undefined || feature.properties?.["code"] === own) return [];
    const [lon, lat] = middleOf(largest);
    return [{ text: String(feature.properties?.["name"] ?? ""), lon, lat, weight: 0, from: 7, style: "place-name--municipality" }];
  });
}

function outerRings(geometry: GeoJSON.Geometry | null): [number, number][][] {
  if (geometry?.type === "Polygon") return [geometry.coordinates[0] as [number, number][]];
  if (geometry?.type === "MultiPolygon") return geometry.coordinates.map((polygon) => polygon[0] as [number, number][]);
  return [];
}
