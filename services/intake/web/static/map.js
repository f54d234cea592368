// The map one points on: the municipality, its neighbours, their towns and the water, all from this site, and streets where the municipality
// has chosen a server of them. Fetched when it is opened.

import { namedIn, whereabouts } from "./whereabouts.js";

const LEAFLET = "/static/leaflet.js";
/** How far from the pin the place may be, in pixels: a finger's half width. */
const FINGER_PX = 16;
const TOLD_AFTER_MS = 300;

/** `asked`: `pinned`, a point or null, and `said`, what was typed. `told`: `middle` and `noStreets` are called with what changed. */
export async function openMap(element, words, asked, told) {
  const [, ground] = await Promise.all([leaflet(), fetch("/map.json").then(readJson)]);
  const L = window.L;
  const language = document.documentElement.lang;
  const map = drawn(L, element, words, ground);
  if (ground.tiles) streets(L, map, element, ground.tiles, told.noStreets);
  const named = namedIn(asked.said, ground.localities);
  // Without streets there is nothing to see from near.
  const [near, nearest] = ground.tiles ? [15, 16] : [11, 14];
  if (asked.pinned) map.setView(asked.pinned, near, { animate: false });
  else if (named) map.setView([named.lat, named.lon], near, { animate: false });

  const middleAt = () => [map.getCenter().lat, map.getCenter().lng];
  const middleIs = () => whereabouts(middleAt(), ground.localities, words, language);
  let soon = 0;
  map.on("moveend", () => {
    clearTimeout(soon);
    soon = setTimeout(() => told.middle(middleIs()), TOLD_AFTER_MS);
  });
  told.middle(middleIs());

  const marks = L.layerGroup().addTo(map);
  return {
    credit: [ground.tiles?.attribution, words.mapCredit].filter(Boolean).join(" "),
    hasStreets: Boolean(ground.tiles),
    towns: ground.localities.filter(({ own }) => own).sort((one, other) => one.name.localeCompare(other.name, "sv")),
    focus() {
      map.invalidateSize();
      element.focus();
    },
    goTo({ lat, lon }) {
      map.setView([lat, lon], near, { animate: false });
    },
    moveTo(at, metres) {
      map.fitBounds(L.latLng(at).toBounds(2 * Math.max(metres, 50)), { animate: false, maxZoom: nearest });
    },
    pin(at, metres) {
      marks.clearLayers();
      if (!at) return;
      if (metres) L.circle(at, { radius: metres, interactive: false, className: "accuracy" }).addTo(marks);
      const icon = L.divIcon({ className: "pin", iconSize: [18, 18] });
      L.marker(at, { interactive: false, keyboard: false, icon }).addTo(marks);
    },
    middle() {
      const at = map.getCenter();
      const aside = map.containerPointToLatLng(map.latLngToContainerPoint(at).add([FINGER_PX, 0]));
      return { at: middleAt(), metres: map.distance(at, aside), where: middleIs() };
    },
  };
}

function drawn(L, element, words, ground) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 8,
    maxZoom: 17,
    zoomSnap: ground.tiles ? 1 : 0.5,
    zoomAnimation: !isCalm,
    fadeAnimation: !isCalm,
    inertia: !isCalm,
  });
  if (isCalm) map.panBy = (by, options) => L.Map.prototype.panBy.call(map, by, { ...options, animate: false });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const [west, south, east, north] = ground.box;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  // Below the streets, so that it is there while they are not.
  map.createPane("ground").style.zIndex = 150;
  const isOwn = ({ properties }) => properties.code === ground.municipality;
  const layer = (shapes, className, filter) =>
    L.geoJSON(shapes, {
      pane: "ground",
      interactive: false,
      filter,
      style: (shape) => ({ className: className(shape), weight: 1 }),
    }).addTo(map);
  layer(ground.outlines, (shape) => (isOwn(shape) ? "land land--own" : "land"));
  layer(ground.water, () => "water");
  layer(ground.outlines, () => "border", isOwn);
  for (const each of ground.localities) L.marker([each.lat, each.lon], nameOf(L, each)).addTo(map);
  const showNames = () => element.classList.toggle("map--close", map.getZoom() >= 10);
  map.on("zoomend viewreset", showNames);
  showNames();
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", words.mapLabel);
  element.tabIndex = 0;
  return map;
}

/** Names are left to the streets' map once it has come. Its server learns nothing but which squares are shown to which address. */
function streets(L, map, element, { url }, noStreets) {
  let loaded = 0;
  L.tileLayer(url, { maxZoom: 17, referrerPolicy: "no-referrer" })
    .on("tileload", () => {
      loaded += 1;
      element.classList.add("map--streets");
    })
    .on("load", () => loaded || noStreets())
    .addTo(map);
}

/** The large ones from afar, and those of one's own municipality sooner than others. */
function nameOf(L, { name, population, own }) {
  const label = document.createElement("span");
  label.textContent = name;
  const className = population >= (own ? 1500 : 5000) ? "place place--town" : "place";
  return { interactive: false, keyboard: false, icon: L.divIcon({ className, html: label, iconSize: null }) };
}

async function readJson(answer) {
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

function leaflet() {
  if (window.L) return Promise.resolve();
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/static/leaflet.css";
  document.head.append(style);
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = LEAFLET;
    script.onload = loaded;
    script.onerror = () => failed(new Error("Leaflet could not be fetched"));
    document.head.append(script);
  });
}
