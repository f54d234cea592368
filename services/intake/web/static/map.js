// The map one points on: the municipality, its neighbours and their towns, all from this site. Fetched when it is opened.

const LEAFLET = "/static/leaflet.js";
/** How far from the pin the place may be, in pixels: a finger's half width. */
const FINGER_PX = 16;

export async function openMap(element, words, pinned) {
  const [, ground] = await Promise.all([leaflet(), fetch("/map.json").then(readJson)]);
  const L = window.L;
  const map = L.map(element, { zoomControl: false, attributionControl: false, minZoom: 8, maxZoom: 17, zoomSnap: 0.5 });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  L.geoJSON(ground.outlines, {
    interactive: false,
    style: ({ properties }) => ({
      className: properties.code === ground.municipality ? "land land--own" : "land",
      weight: 1,
    }),
  }).addTo(map);
  for (const each of ground.localities) L.marker([each.lat, each.lon], nameOf(L, each)).addTo(map);
  const showNames = () => element.classList.toggle("map--close", map.getZoom() >= 10);
  map.on("zoomend", showNames);
  const [west, south, east, north] = ground.box;
  map.fitBounds([[south, west], [north, east]]);
  if (pinned) map.setView(pinned, 14, { animate: false });
  showNames();
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", words.mapLabel);
  element.tabIndex = 0;

  let mark = null;
  return {
    focus() {
      map.invalidateSize();
      element.focus();
    },
    moveTo(at) {
      map.setView(at, 15, { animate: false });
    },
    pin(at) {
      mark?.remove();
      mark = at && L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "pin", iconSize: [18, 18] }) }).addTo(map);
    },
    middle() {
      const middle = map.getCenter();
      const aside = map.containerPointToLatLng(map.latLngToContainerPoint(middle).add([FINGER_PX, 0]));
      return { at: [middle.lat, middle.lng], metres: map.distance(middle, aside) };
    },
  };
}

function nameOf(L, { name, population }) {
  const label = document.createElement("span");
  label.textContent = name;
  const className = population >= 5000 ? "place place--town" : "place";
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
