// Serves the form when there is no connection, and keeps what is sent then until there is one.
"use strict";

importScripts("/static/waiting.js");

const CACHE = "form-2";
const FILES = [
  ...["base.css", "form.css", "photos.css", "leaflet.css", "icon.svg", "emergency.json"],
  ...["photos", "photo-file", "photo-draft"].map((name) => `${name}.js`),
  ...["form", "guard", "asking", "draft", "kept-words", "emergency", "place", "map", "whereabouts", "waiting", "leaflet"].map((name) => `${name}.js`),
].map((name) => `/static/${name}`);

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll([...FILES, "/map.json"]);
      await keepForms(cache);
      await self.skipWaiting();
    })(),
  );
});

/** The form in every language it names, so that it is there the first time the connection goes, too. */
async function keepForms(cache) {
  const answer = await fetch("/", { cache: "no-store" });
  if (!answer.ok) throw new Error(`the form answered ${answer.status}`);
  const languages = (await answer.clone().text()).matchAll(/hreflang="([a-z-]+)"/g);
  const own = answer.headers.get("Content-Language");
  await cache.put("/", answer);
  for (const language of new Set([...languages].map(([, code]) => code).concat(own ?? []))) await cache.add(`/?lang=${language}`);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  // Only a form that somebody sends: what has waited is sent by `fetch`, and must not come to wait a second time.
  const isSent = request.method === "POST" && request.mode === "navigate" && url.pathname === "/";
  if (isSent) event.respondWith(sendOrKeep(request));
  else if (request.method === "GET" && isKept(url)) event.respondWith(freshOrKept(request, url));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "reports") event.waitUntil(sendAll());
});

const isKept = ({ pathname }) => pathname === "/" || pathname === "/map.json" || FILES.includes(pathname);

/** The newest there is; what was kept, only without a connection. A form is kept once for each language. */
async function freshOrKept(request, url) {
  const cache = await caches.open(CACHE);
  const language = url.searchParams.get("lang");
  const key = url.pathname === "/" && language ? `/?lang=${language}` : url.pathname;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const kept = (await cache.match(key)) ?? (await cache.match(url.pathname));
    if (kept) return kept;
    throw error;
  }
}

async function sendOrKeep(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const url = new URL(request.url);
    // Its questions can't be asked any more when it is sent, so it is sent as it is.
    const body = await copy.formData();
    if (body.get("step") === "edit") return Response.error();
    body.set("step", "confirmed");
    body.set("kept_at", new Date().toISOString()); // "now" is when it was written
    body.set("photo_waited", "1"); // nobody is there to choose another photo in the place of one that is refused
    await waitingReports.keep(url.href, body);
    try {
      await self.registration.sync?.register("reports");
    } catch {
      // not every browser sends by itself; the page does when it is open
    }
    return Response.redirect(`/?lang=${url.searchParams.get("lang") ?? "sv"}&waiting=1`, 303);
  }
}

async function sendAll() {
  if (!(await waitingReports.send())) throw new Error("still without a connection");
}
