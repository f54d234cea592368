// Over the map: the places a report may mean, by letter, and picking a place by hand.

import { Marker, type Map as MapView, type MapMouseEvent } from "maplibre-gl";
import type { Place } from "../api.ts";
import type { ChosenPlace } from "../corrections.ts";
import { byId, element } from "../element.ts";
import { hasDot } from "../incident_words.ts";
import { distance, say } from "../words.ts";

export interface PlaceMark {
  letter: string;
  location: Place;
  isNow: boolean;
}

const METRES_A_PIXEL_AT_0 = 78_271.517;
const AIM_PX = 16;
const STEM_PX = 30; // review.css draws it as long: the letter stands clear of the incidents at its foot

/** Replaces what was marked before. */
export function placeMarks(view: MapView): (places: PlaceMark[]) => void {
  let shown: Marker[] = [];
  return (places) => {
    for (const marker of shown) marker.remove();
    shown = places
      .filter(({ location }) => hasDot(location))
      .map(({ letter, location, isNow }) => {
        const mark = element("span", { class: isNow ? "place-mark place-mark--now" : "place-mark", "aria-hidden": "true" }, letter);
        return new Marker({ element: mark, anchor: "bottom", offset: [0, -STEM_PX] }).setLngLat([location.lon!, location.lat!]).addTo(view);
      });
  };
}

/** A click picks; so does Enter or the button, for the cross in the middle, which the arrow keys move. Null: called off. */
export function pickOnMap(view: MapView): Promise<ChosenPlace | null> {
  const frame = byId("map-view").parentElement!;
  document.body.classList.add("is-picking");
  return new Promise((resolve) => {
    const here = element("button", { type: "button", class: "button--primary", click: () => done(at(view.getCenter())) });
    const bar = element(
      "div",
      { class: "map__pick", role: "group", "aria-label": say("pick.title") },
      element("p", {}, say("pick.how")),
      here,
      element("button", { type: "button", click: () => done(null) }, say("correct.cancel")),
    );
    const cross = element("div", { class: "map__cross", "aria-hidden": "true" });
    frame.before(bar);
    frame.append(cross);
    view.on("click", onClick);
    view.on("zoom", tellAim);
    tellAim();
    document.addEventListener("keydown", onKey, true);
    bar.scrollIntoView({ block: "nearest" });
    frame.scrollIntoView({ block: "nearest" });
    view.getCanvas().focus({ preventScroll: true });

    function tellAim(): void {
      here.textContent = say("pick.here", { distance: distance(aimAt(view.getCenter().lat, view.getZoom())) });
    }

    function onClick(event: MapMouseEvent): void {
      done(at(event.lngLat));
    }

    function onKey(event: KeyboardEvent): void {
      const onButton = event.target instanceof HTMLButtonElement;
      if (event.key === "Escape") done(null);
      else if (event.key === "Enter" && !onButton) done(at(view.getCenter()));
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    function at({ lat, lng }: { lat: number; lng: number }): ChosenPlace {
      return { lat: round(lat), lon: round(lng), uncertainty_m: aimAt(lat, view.getZoom()) };
    }

    function done(place: ChosenPlace | null): void {
      document.removeEventListener("keydown", onKey, true);
      view.off("click", onClick);
      view.off("zoom", tellAim);
      bar.remove();
      cross.remove();
      document.body.classList.remove("is-picking");
      resolve(place);
    }
  });
}

/** How closely a hand can aim at this zoom: 10 m to 5 km. */
function aimAt(lat: number, zoom: number): number {
  const metres = (AIM_PX * METRES_A_PIXEL_AT_0 * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
  return Math.min(5_000, Math.max(10, Math.round(metres / 10) * 10));
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

export function pickedMark({ lat, lon }: ChosenPlace): PlaceMark {
  const location: Place = { lat, lon, uncertainty_m: null, precision: "place", name: null, municipality: null };
  return { letter: "✛", location, isNow: false };
}
