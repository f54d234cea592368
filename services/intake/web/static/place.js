// The reporter's position or a pin on the map, as an addition to the typed place.

import { openMap } from "./map.js";

/** By the browser's own number of what went wrong. */
const NOT_LOCATED = { 1: "denied", 2: "notLocated", 3: "timedOut" };
/** Above this a position says little, as from a computer that only knows its network. */
const ROUGH_M = 1000;

export function choosePlace(form) {
  const box = form.querySelector("#position");
  if (!box) return;
  const part = (id) => box.querySelector(`#${id}`);
  const [use, pick, remove, status, frame] = ["use-position", "pick-place", "remove-position", "position-status", "map-box"].map(part);
  const { lat, lon, accuracy_m: accuracy } = form.elements;
  let map = null;

  const tell = (text) => {
    status.textContent = text;
  };
  const point = () => (lat.value === "" ? null : [Number(lat.value), Number(lon.value)]);
  const place = (north, east, metres, words, where = "") => {
    lat.value = north.toFixed(6);
    lon.value = east.toFixed(6);
    accuracy.value = Math.ceil(metres);
    shown(words, where);
    form.dispatchEvent(new Event("placed"));
    form.dispatchEvent(new Event("input"));
  };
  const shown = (words, where = "") => {
    const isGiven = point() !== null;
    box.classList.toggle("position--given", isGiven);
    remove.hidden = !isGiven;
    const metres = roughly(Number(accuracy.value)).toLocaleString(document.documentElement.lang);
    tell(isGiven ? `${box.dataset[words].replace("{metres}", metres)}${where && ` ${capital(where)}.`}` : "");
    map?.pin(point(), Number(accuracy.value));
  };

  box.hidden = false;
  shown("pinned");
  form.addEventListener("restored", () => shown("pinned"));

  use.hidden = !("geolocation" in navigator && window.isSecureContext);
  use.addEventListener("click", () => {
    // Not disabled: that would take the keyboard from who pressed it.
    if (use.getAttribute("aria-disabled")) return;
    use.setAttribute("aria-disabled", "true");
    tell(box.dataset.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        use.removeAttribute("aria-disabled");
        place(coords.latitude, coords.longitude, coords.accuracy, coords.accuracy > ROUGH_M ? "locatedRoughly" : "located");
        map?.moveTo([coords.latitude, coords.longitude], coords.accuracy);
      },
      ({ code }) => {
        use.removeAttribute("aria-disabled");
        tell(box.dataset[NOT_LOCATED[code] ?? "notLocated"]);
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });

  const open = (isOpen) => {
    frame.hidden = !isOpen;
    pick.setAttribute("aria-expanded", String(isOpen));
    pick.textContent = isOpen ? box.dataset.pickClose : box.dataset.pick;
  };
  const close = () => {
    open(false);
    pick.focus();
  };
  const put = () => {
    if (!map) return;
    const { at, metres, where } = map.middle();
    place(at[0], at[1], metres, "pinned", where);
    close();
  };
  const begin = async () => {
    map = await openMap(part("map"), box.dataset, { pinned: point(), said: form.elements.place_text.value }, {
      middle: (where) => {
        part("map-middle").textContent = where && box.dataset.middle.replace("{where}", where);
      },
      noStreets: () => {
        part("map-ground").textContent = box.dataset.noStreets;
        part("map-ground").hidden = false;
      },
    });
    part("map-credit").textContent = map.credit;
    part("map-ground").hidden = map.hasStreets;
    const goTo = part("go-to");
    for (const town of map.towns) goTo.add(new Option(town.name, town.name));
    goTo.addEventListener("change", () => {
      const town = map.towns.find(({ name }) => name === goTo.value);
      if (town) map.goTo(town);
    });
    part("map").addEventListener("keydown", (event) => {
      if (event.target !== part("map")) return;
      if (event.key === "Enter") {
        event.preventDefault();
        put();
      } else if (event.key === "Escape") close();
    });
    map.pin(point(), Number(accuracy.value));
  };
  pick.addEventListener("click", async () => {
    if (!frame.hidden) {
      open(false);
      return;
    }
    open(true);
    try {
      if (!map) await begin();
      map.focus();
    } catch (error) {
      open(false);
      tell(box.dataset.mapFailed);
      console.warn("The map could not be drawn", error);
    }
  });
  part("put-pin").addEventListener("click", put);
  remove.addEventListener("click", () => {
    for (const field of [lat, lon, accuracy]) field.value = "";
    shown("pinned");
    tell(box.dataset.removed);
    form.dispatchEvent(new Event("placed"));
    form.dispatchEvent(new Event("input"));
    use.hidden ? pick.focus() : use.focus();
  });
}

const capital = (words) => words.charAt(0).toLocaleUpperCase() + words.slice(1);

/** Nobody points with a finger to the metre. */
function roughly(metres) {
  const step = metres < 100 ? 10 : metres < 1000 ? 50 : 500;
  return Math.max(10, Math.ceil(metres / step) * step);
}
