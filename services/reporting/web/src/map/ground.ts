// The quiet ground: municipalities, water, and the soft discs of what is not known exactly. Colours come from the
// stylesheet, so that light and dark are decided in one place.

import type { GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Incident, MapSettings } from "../api.ts";
import { hasPoint } from "../incident_words.ts";
import { discAround } from "./geometry.ts";

type Shapes = Exclude<GeoJSONSourceSpecification["data"], string>;

export function groundStyle(municipalities: Shapes, discs: Shapes, settings: MapSettings): StyleSpecification {
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const own = ["==", ["get", "code"], settings.municipality] as unknown as boolean;
  const tiles = settings.tile_url;
  const layers: LayerSpecification[] = [
    { id: "water", type: "background", paint: { "background-color": colour("--map-water") } },
    {
      id: "land",
      type: "fill",
      source: "municipalities",
      paint: { "fill-color": ["case", own, colour("--map-own"), colour("--map-land")] },
    },
  ];
  if (tiles !== null) layers.push({ id: "tiles", type: "raster", source: "tiles", paint: { "raster-saturation": -0.7, "raster-opacity": 0.6 } });
  layers.push(
    {
      id: "borders",
      type: "line",
      source: "municipalities",
      paint: { "line-color": colour("--map-border"), "line-width": 0.75 },
    },
    {
      id: "own-border",
      type: "line",
      source: "municipalities",
      filter: own,
      paint: { "line-color": colour("--map-own-border"), "line-width": 1.5 },
    },
    {
      id: "discs",
      type: "fill",
      source: "discs",
      paint: {
        "fill-color": colour("--map-disc"),
        "fill-opacity": ["case", ["get", "chosen"], 0.1, 0.05],
      },
    },
    {
      id: "disc-edges",
      type: "line",
      source: "discs",
      paint: {
        "line-color": colour("--map-disc"),
        "line-opacity": ["case", ["get", "chosen"], 0.9, 0.25],
        "line-width": ["case", ["get", "chosen"], 1.5, 0.75],
      },
    },
  );
  return {
    version: 8,
    sources: {
      municipalities: { type: "geojson", data: municipalities },
      discs: { type: "geojson", data: discs },
      ...(tiles === null
        ? {}
        : { tiles: { type: "raster" as const, tiles: [tiles], tileSize: 256, attribution: settings.attribution ?? "" } }),
    },
    layers,
  };
}

/** One disc for each place and radius: many incidents at one place make one disc, not a dark heap. */
export function uncertaintyDiscs(incidents: Incident[], chosen: string | null): Shapes {
  const features = new Map<string, GeoJSON.Feature>();
  for (const incident of incidents) {
    const { lat, lon, uncertainty_m: radius } = incident.location;
    if (!hasPoint(incident) || lat === null || lon === null || radius === null || radius <= 0) continue;
    const isChosen = incident.incident_id === chosen;
    const place = `${lat.toFixed(4)} ${lon.toFixed(4)} ${Math.round(radius)}`;
    if (features.has(place) && !isChosen) continue;
    features.set(place, {
      type: "Feature",
      properties: { chosen: isChosen },
      geometry: { type: "Polygon", coordinates: [discAround(lon, lat, radius)] },
    });
  }
  return { type: "FeatureCollection", features: [...features.values()] };
}
