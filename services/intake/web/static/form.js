// The form works without this. With it: the reporter's position as an addition to the place, and errors come into view.
"use strict";

const summary = document.getElementById("error-summary");
if (summary) summary.focus();

const box = document.getElementById("position");
const hidden = (name) => box.querySelector(`input[name=${name}]`);
const use = document.getElementById("use-position");
const remove = document.getElementById("remove-position");
const hint = document.getElementById("position-hint");
const status = document.getElementById("position-status");

function show(given, text) {
  box.classList.toggle("position--given", given);
  use.hidden = given;
  hint.hidden = given;
  remove.hidden = !given;
  status.textContent = text;
}

function locatedText() {
  return box.dataset.located.replace("{metres}", Math.ceil(Number(hidden("accuracy_m").value)));
}

function located({ coords }) {
  hidden("lat").value = coords.latitude.toFixed(6);
  hidden("lon").value = coords.longitude.toFixed(6);
  hidden("accuracy_m").value = Math.ceil(coords.accuracy);
  show(true, locatedText());
  use.disabled = false;
  remove.focus();
}

function notLocated() {
  use.disabled = false;
  show(false, box.dataset.notLocated);
}

if ("geolocation" in navigator && window.isSecureContext) {
  box.hidden = false;
  if (hidden("lat").value) show(true, locatedText());
  use.addEventListener("click", () => {
    use.disabled = true;
    show(false, box.dataset.locating);
    navigator.geolocation.getCurrentPosition(located, notLocated, {
      enableHighAccuracy: true,
      timeout: 15000,
      maximumAge: 60000,
    });
  });
  remove.addEventListener("click", () => {
    for (const name of ["lat", "lon", "accuracy_m"]) hidden(name).value = "";
    show(false, box.dataset.removed);
    use.focus();
  });
}
