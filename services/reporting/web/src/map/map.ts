// The map: a quiet ground, places' names, and the incidents. Works with no internet; says in words when it can't.

import { Map as MapView, ScaleControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import { fetchOnce, type Incident, type MapSettings } from "../api.ts";
import type { ChosenPlace } from "../corrections.ts";
import { byId, element } from "../element.ts";
import { hasPoint } from "../incident_words.ts";
import { say } from "../words.ts";
import { groundStyle, uncertaintyDiscs } from "./ground.ts";
import { placeLabels } from "./labels.ts";
import { incidentMarkers, unplacedWords } from "./markers.ts";
import { pickedMark, pickOnMap, placeMarks, type PlaceMark } from "./places.ts";

export interface PictureMap {
  show(incidents: Incident[]): void;
  choose(incident: Incident | null): void;
  point(id: string | null): void;
  showWhole(): void;
  markPlaces(places: PlaceMark[]): void;
  /** Null where there is no map to pick on. */
  pickPlace: (() => Promise<ChosenPlace | null>) | null;
}

const NO_MAP: PictureMap = {
  show: () => {},
  choose: () => {},
  point: () => {},
  showWhole: () => {},
  markPlaces: () => {},
  pickPlace: null,
};

export async function pictureMap(
  settings: MapSettings,
  onOpen: (id: string) => void,
  onNarrow: (ids: string[] | null, unplaced: boolean) => void,
): Promise<PictureMap> {
  if (document.createElement("canvas").getContext("webgl2") === null) return withoutMap(say("map.missing"), onNarrow);
  let ground: [GeoJSON.FeatureCollection, GeoJSON.FeatureCollection];
  try {
    ground = await Promise.all([
      fetchOnce<GeoJSON.FeatureCollection>("/api/v1/municipalities.geojson", "default"),
      fetchOnce<GeoJSON.FeatureCollection>(`/api/v1/localities.geojson?municipality=${settings.municipality}`, "default"),
    ]);
  } catch (error) {
    console.warn("The map's ground could not be fetched", error);
    return withoutMap(say("map.failed"), onNarrow);
  }
  return drawMap(settings, ground, onOpen, onNarrow);
}

/** The incidents and names are elements of the page: they do not wait for the ground to be drawn. */
function drawMap(
  settings: MapSettings,
  [municipalities, localities]: [GeoJSON.FeatureCollection, GeoJSON.FeatureCollection],
  onOpen: (id: string) => void,
  onNarrow: (ids: string[] | null, unplaced: boolean) => void,
): PictureMap {
  setWorkerUrl(new URL("map-worker.js", import.meta.url).href);
  let incidents: Incident[] = [];
  let chosen: string | null = null;
  let pointed: string | null = null;
  const discs = () => uncertaintyDiscs(incidents, pointed ?? chosen);
  const style = () => groundStyle(municipalities, discs(), settings);
  const view = newView(settings, style());
  addControls(view, settings);
  const markers = incidentMarkers(view, onOpen, (ids) => onNarrow(ids, false));
  const settleLabels = placeLabels(view, municipalities, localities, settings.municipality, markers.covers);
  const refreshDiscs = () => (view.getSource("discs") as GeoJSONSource | undefined)?.setData(discs());
  const drawPlaces = placeMarks(view);
  let marked: PlaceMark[] = [];
  view.once("load", refreshDiscs);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.setStyle(style()));

  return {
    show(next) {
      incidents = next;
      markers.show(next);
      settleLabels();
      refreshDiscs();
      showUnplaced(next, onNarrow);
    },
    choose(incident) {
      chosen = incident?.incident_id ?? null;
      markers.mark(chosen, pointed);
      refreshDiscs();
      if (incident !== null && hasPoint(incident)) bringIntoView(view, incident);
    },
    point(id) {
      if (id === pointed) return;
      pointed = id;
      markers.mark(chosen, pointed);
      refreshDiscs();
    },
    showWhole: () => showWhole(view, settings),
    markPlaces(places) {
      marked = places;
      drawPlaces(places);
    },
    async pickPlace() {
      const picked = await pickOnMap(view);
      if (picked !== null) drawPlaces([...marked, pickedMark(picked)]);
      return picked;
    },
  };
}

function newView(settings: MapSettings, style: ReturnType<typeof groundStyle>): MapView {
  const view = new MapView({
    container: byId("map-view"),
    style,
    bounds: settings.bounds,
    fitBoundsOptions: { padding: 24 },
    minZoom: 5,
    maxZoom: 17,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: {
      "Map.Title": say("map.describe"),
      "CooperativeGesturesHandler.MobileHelpText": say("map.two_fingers"),
      "CooperativeGesturesHandler.WindowsHelpText": say("map.ctrl_scroll"),
      "CooperativeGesturesHandler.MacHelpText": say("map.ctrl_scroll"),
    },
  });
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  view.addControl(new ScaleControl({ maxWidth: 90, unit: "metric" }), "top-left");
  return view;
}

function addControls(view: MapView, settings: MapSettings): void {
  byId("map-controls").hidden = false;
  byId("map-in").addEventListener("click", () => view.zoomIn());
  byId("map-out").addEventListener("click", () => view.zoomOut());
  byId("map-whole").addEventListener("click", () => showWhole(view, settings));
  byId("map-attribution").textContent = [settings.tile_attribution, say("footer.sources")].filter(Boolean).join(" ");
}

function showWhole(view: MapView, settings: MapSettings): void {
  view.fitBounds(settings.bounds, { padding: 24, duration: 400 });
}

/** The map moves only when the chosen incident can't be seen. */
function bringIntoView(view: MapView, incident: Incident): void {
  const at: [number, number] = [incident.location.lon!, incident.location.lat!];
  const { x, y } = view.project(at);
  const { clientWidth: width, clientHeight: height } = view.getContainer();
  if (x < 40 || y < 40 || x > width - 40 || y > height - 40) view.easeTo({ center: at, duration: 400 });
}

/** Incidents that have no closer place are a label at the map's edge, never a dot. */
function showUnplaced(incidents: Incident[], onNarrow: (ids: string[] | null, unplaced: boolean) => void): void {
  const unplaced = incidents.filter((incident) => !hasPoint(incident));
  const label = byId("map-unplaced");
  label.hidden = unplaced.length === 0;
  label.textContent = unplacedWords(unplaced.length);
  label.onclick = () => onNarrow(unplaced.map((incident) => incident.incident_id), true);
}

function withoutMap(
  sentence: string,
  onNarrow: (ids: string[] | null, unplaced: boolean) => void,
): PictureMap {
  byId("map-view").replaceChildren(element("p", { class: "notice notice--attention map__missing" }, sentence));
  return { ...NO_MAP, show: (incidents) => showUnplaced(incidents, onNarrow) };
}
