// Following what the service knows: asks again every few seconds, cheaply, and says when contact is lost.

import { fetchFresh } from "./api.ts";

export type Contact = "live" | "lost";

export interface Watch {
  askNow(): Promise<void>;
}

export function watch<T>(
  address: string,
  pollSeconds: number,
  onChanged: (body: T) => void,
  onContact: (contact: Contact) => void,
): Watch {
  let etag: string | null = null;
  let timer: number | undefined;
  let asking: Promise<void> | null = null;

  async function ask(): Promise<void> {
    try {
      const answer = await fetchFresh<T>(address, etag);
      etag = answer.etag;
      if (answer.body !== null) onChanged(answer.body);
      onContact("live");
    } catch (error) {
      onContact("lost");
      console.warn(`${address} could not be fetched`, error);
    }
  }

  function askNow(): Promise<void> {
    window.clearTimeout(timer);
    asking ??= ask().finally(() => {
      asking = null;
      timer = window.setTimeout(askNow, pollSeconds * 1000);
    });
    return asking;
  }

  document.addEventListener("visibilitychange", () => document.hidden || void askNow());
  window.addEventListener("online", () => void askNow());
  window.addEventListener("offline", () => onContact("lost"));
  void askNow();
  return { askNow };
}
