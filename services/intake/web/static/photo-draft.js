// The photos of a draft, kept in this browser like its words, and no longer.

const KEPT_MS = 24 * 3600 * 1000;
const KEY = "form";

const opened = () =>
  new Promise((done, failed) => {
    const request = indexedDB.open("vardkase-photos", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

async function inStore(mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const turn = database.transaction("drafts", mode);
      const request = act(turn.objectStore("drafts"));
      turn.oncomplete = () => done(request.result);
      turn.onerror = turn.onabort = () => failed(turn.error);
    });
  } finally {
    database.close();
  }
}

/** Without room, or in a private window, they are not kept: the page works all the same. */
async function unlessRefused(act) {
  try {
    return await act();
  } catch {
    return undefined;
  }
}

export const keepPhotos = (photos) =>
  unlessRefused(() =>
    photos.length > 0 ? inStore("readwrite", (store) => store.put({ at: Date.now(), photos }, KEY)) : forget(),
  );

export const forgetPhotos = () => unlessRefused(forget);

export const keptPhotos = () =>
  unlessRefused(async () => {
    const kept = await inStore("readonly", (store) => store.get(KEY));
    if (kept && Date.now() - kept.at < KEPT_MS) return kept.photos;
    if (kept) await forget();
    return [];
  }).then((photos) => photos ?? []);

const forget = () => inStore("readwrite", (store) => store.delete(KEY));
