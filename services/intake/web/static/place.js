// The reporter's position or a pin on the map, as an addition to the typed place.

import { openMap } from "./map.js";

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
  const place = (north, east, metres, words) => {
    lat.value = north.toFixed(6);
    lon.value = east.toFixed(6);
    accuracy.value = Math.ceil(metres);
    shown(words);
    form.dispatchEvent(new Event("placed"));
    form.dispatchEvent(new Event("input"));
  };
  const shown = (words) => {
    const isGiven = lat.value !== "";
    box.classList.toggle("position--given", isGiven);
    remove.hidden = !isGiven;
    tell(isGiven ? box.dataset[words].replace("{metres}", roughly(Number(accuracy.value)).toLocaleString(document.documentElement.lang)) : "");
    map?.pin(isGiven ? [Number(lat.value), Number(lon.value)] : null);
  };

  box.hidden = false;
  shown("pinned");
  form.addEventListener("restored", () => shown("pinned"));

  use.hidden = !("geolocation" in navigator && window.isSecureContext);
  use.addEventListener("click", () => {
    use.disabled = true;
    tell(box.dataset.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        use.disabled = false;
        place(coords.latitude, coords.longitude, coords.accuracy, "located");
        map?.moveTo([coords.latitude, coords.longitude]);
      },
      () => {
        use.disabled = false;
        tell(box.dataset.notLocated);
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });

  const open = (isOpen) => {
    frame.hidden = !isOpen;
    pick.setAttribute("aria-expanded", String(isOpen));
    pick.textContent = isOpen ? box.dataset.pickClose : box.dataset.pick;
  };
  pick.addEventListener("click", async () => {
    if (!frame.hidden) {
      open(false);
      return;
    }
    open(true);
    try {
      map ??= await openMap(part("map"), box.dataset, lat.value ? [Number(lat.value), Number(lon.value)] : null);
      map.focus();
    } catch (error) {
      open(false);
      tell(box.dataset.mapFailed);
      console.warn("The map could not be drawn", error);
    }
  });
  part("put-pin").addEventListener("click", () => {
    if (!map) return;
    const { at, metres } = map.middle();
    place(at[0], at[1], metres, "pinned");
    open(false);
    pick.focus();
  });
  remove.addEventListener("click", () => {
    for (const field of [lat, lon, accuracy]) field.value = "";
    shown("pinned");
    tell(box.dataset.removed);
    form.dispatchEvent(new Event("placed"));
    form.dispatchEvent(new Event("input"));
    use.hidden ? pick.focus() : use.focus();
  });
}

/** Nobody points with a finger to the metre. */
function roughly(metres) {
  const step = metres < 100 ? 10 : metres < 1000 ? 50 : 500;
  return Math.max(10, Math.ceil(metres / step) * step);
}
