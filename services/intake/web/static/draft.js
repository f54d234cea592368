// What one writes is kept in this browser until it is sent, and what waits for a connection is told and sent.

import { ringForUnsent } from "./emergency.js";

const KEY = "vardkase-draft";
const KEPT_MS = 24 * 3600 * 1000;
/** Who somebody is stays out of the draft: the browser may be shared. */
const NEVER = new Set(["name", "email", "phone", "step", "seen", "same_as", "altcha", "shown", "website", "photo", "photo_ref", "photo_alt", "photo_told", "photo_drop"]);

export function keepDraft(form) {
  const words = draftWords(form);
  const box = document.getElementById("waiting");
  if (new URLSearchParams(location.search).has("waiting")) {
    forgetDraft(); // it waits as a whole now
    history.replaceState(null, "", `/?lang=${form.dataset.lang}`);
  }
  restore(form, box, words);
  let pause = 0;
  let isSent = false;
  const save = () => {
    isSent = false;
    clearTimeout(pause);
    pause = setTimeout(() => store(form), 300);
  };
  const storeNow = () => {
    clearTimeout(pause);
    if (!isSent) store(form);
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  // Only what the server or the waiting reports have taken over may go, which is not certain yet. What is sent is stored at once and
  // not when the page goes: by then the next one may be there, and have forgotten it.
  form.addEventListener("submit", () => {
    storeNow();
    isSent = true;
  });
  addEventListener("pagehide", storeNow);
  addEventListener("pageshow", () => (isSent = false));
  watchConnection(form, box, words);
}

function forgetDraft() {
  localStorage.removeItem(KEY);
}

function draftWords(form) {
  const named = Object.entries(form.dataset).filter(([name]) => name.startsWith("draft"));
  return Object.fromEntries(named.map(([name, text]) => [name.slice(5, 6).toLowerCase() + name.slice(6), text]));
}

function store(form) {
  const values = [...new FormData(form)].filter(([name, value]) => !NEVER.has(name) && value !== "");
  const isWritten = values.some(([name]) => !["token", "when", "asked"].includes(name));
  if (isWritten) localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), values }));
  else forgetDraft();
}

function restore(form, box, words) {
  const kept = read();
  if (!kept || "filled" in form.dataset) return;
  fill(form, kept.values);
  note(box, words.restored, "notice", [
    words.discard,
    (notice) => {
      forgetDraft();
      form.reset();
      clear(form);
      notice.replaceChildren(words.discarded);
    },
  ]);
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept && Date.now() - kept.at < KEPT_MS) return kept;
  } catch {
    // something else wrote there
  }
  forgetDraft();
  return null;
}

function fill(form, values) {
  const byName = new Map(values);
  // The category first: its questions must be there to be answered.
  if (byName.has("category")) set(form, "category", byName.get("category"));
  form.elements.category.dispatchEvent(new Event("change", { bubbles: true }));
  for (const [name, value] of byName) if (name !== "category" && name !== "asked") set(form, name, value);
  form.dispatchEvent(new Event("restored"));
  form.dispatchEvent(new Event("placed"));
  form.dispatchEvent(new Event("input"));
}

function set(form, name, value) {
  const field = form.elements[name];
  if (field) field.value = value;
}

function clear(form) {
  for (const name of ["lat", "lon", "accuracy_m"]) set(form, name, "");
  form.elements.category.dispatchEvent(new Event("change", { bubbles: true }));
  form.dispatchEvent(new Event("restored"));
  form.dispatchEvent(new Event("input"));
}

async function watchConnection(form, box, words) {
  if (!("serviceWorker" in navigator)) return;
  await import("./waiting.js");
  await navigator.serviceWorker.register("/service-worker.js");
  const list = document.createElement("div");
  list.className = "stack";
  box.append(list);
  const show = () => showWaiting(form, list, words);
  const send = async () => {
    await self.waitingReports.send();
    await show();
  };
  addEventListener("online", send);
  addEventListener("offline", show);
  await show();
  if (navigator.onLine) await send();
}

async function showWaiting(form, list, words) {
  const reports = await self.waitingReports.all();
  const of = (state) => reports.filter((report) => report.state === state);
  const waiting = of("waiting");
  list.replaceChildren();
  if (waiting.length > 0) {
    const text = (waiting.length > 1 ? words.waitingMany : words.waiting).replace("{count}", waiting.length);
    const again = async () => {
      await self.waitingReports.send();
      await showWaiting(form, list, words);
    };
    const drop = async () => {
      for (const report of waiting) await self.waitingReports.remove(report.id);
      await showWaiting(form, list, words);
    };
    const notice = note(list, text, "notice notice--attention", [words.sendNow, again], [words.drop, drop]);
    nameWhomToRing(form, waiting, notice);
  } else if (!navigator.onLine) note(list, words.offline, "notice");
  for (const report of of("sent")) {
    const forget = async (notice) => {
      await self.waitingReports.remove(report.id);
      notice.remove();
    };
    const notice = note(list, words.sent, "notice notice--done", [words.close, forget]);
    const link = document.createElement("a");
    link.className = "button";
    link.href = report.link;
    link.textContent = words.follow;
    link.addEventListener("click", () => self.waitingReports.remove(report.id));
    notice.lastChild.prepend(link);
  }
  for (const report of of("refused")) {
    note(list, words.refused, "notice notice--attention");
    fill(form, writtenIn(report).filter(([name]) => name !== "step" && !name.startsWith("photo_")));
    await self.waitingReports.remove(report.id);
  }
}

/** Before the notice, which need not wait for the words; not where it has been drawn anew meanwhile. */
async function nameWhomToRing(form, waiting, notice) {
  const ring = await ringForUnsent(form, waiting.map(writtenIn));
  if (ring && notice.isConnected) notice.before(ring.content.cloneNode(true));
}

/** Names and values. */
function writtenIn(report) {
  return report.words ?? [...new URLSearchParams(report.body)];
}

function note(box, text, style, ...actions) {
  const notice = document.createElement("div");
  notice.className = style;
  const words = document.createElement("p");
  words.textContent = text;
  notice.append(words);
  if (actions.length > 0) {
    const row = document.createElement("p");
    row.className = "row";
    for (const [label, act] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => act(notice));
      row.append(button);
    }
    notice.append(row);
  }
  box.append(notice);
  return notice;
}
