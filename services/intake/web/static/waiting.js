// Reports that wait for a connection, kept in this browser by the service worker and sent once: the server knows each again
// by its token and its content. A classic script, because a service worker cannot import modules in every browser.
"use strict";

const waitingReports = (() => {
  const opened = () =>
    new Promise((done, failed) => {
      const request = indexedDB.open("vardkase", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("reports", { keyPath: "id", autoIncrement: true });
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  const inStore = async (mode, act) => {
    const database = await opened();
    try {
      return await new Promise((done, failed) => {
        const turn = database.transaction("reports", mode);
        const request = act(turn.objectStore("reports"));
        turn.oncomplete = () => done(request.result);
        turn.onerror = turn.onabort = () => failed(turn.error);
      });
    } finally {
      database.close();
    }
  };
  const SENT_KEPT_MS = 24 * 3600 * 1000;
  const all = () => inStore("readonly", (store) => store.getAll());
  const put = (report) => inStore("readwrite", (store) => store.put(report));
  const remove = (id) => inStore("readwrite", (store) => store.delete(id));

  /** The same bytes each time, photos too, so that the server sees the same report. `words`: what was written, to be shown again.
   * `state`: waiting, sent (with `link`) or refused. */
  const keep = async (url, form) => {
    const words = [...form].filter(([, value]) => typeof value === "string");
    const packed = new Response(form);
    const type = packed.headers.get("Content-Type");
    await put({ url, words, body: await packed.arrayBuffer(), type, state: "waiting" });
  };

  const sendOne = async (report) => {
    const answer = await fetch(report.url, {
      method: "POST",
      body: report.body,
      headers: { "Content-Type": report.type ?? "application/x-www-form-urlencoded" },
    });
    const hasArrived = answer.ok && new URL(answer.url).pathname.startsWith("/follow/");
    if (hasArrived) await put({ ...report, state: "sent", body: "", words: [], link: answer.url, sentAt: Date.now() });
    else if (answer.status < 500 && answer.status !== 429) await put({ ...report, state: "refused" });
  };
  let sending = null;
  /** True when nothing waits any more. Stops at the first that does not get through. */
  const send = () => {
    sending ??= (async () => {
      try {
        for (const report of await all()) {
          if (report.state === "waiting") await sendOne(report);
          // The address of a report is the key to it; it is not left lying here.
          else if (report.state === "sent" && !(Date.now() - report.sentAt < SENT_KEPT_MS)) await remove(report.id);
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // fetch says so when there is no connection
      } finally {
        sending = null;
      }
      return (await all()).every((report) => report.state !== "waiting");
    })();
    return sending;
  };
  return { all, keep, remove, send };
})();
self.waitingReports = waitingReports;
