// Following the picture: asks again every few seconds, cheaply, and says when contact is lost.

import { fetchFresh, type Picture } from "./api.ts";

export type Contact = "live" | "lost";

export interface Watch {
  askNow(): Promise<void>;
}

export function watchPicture(
  address: string,
  pollSeconds: number,
  onPicture: (picture: Picture) => void,
  onContact: (contact: Contact) => void,
): Watch {
  let etag: string | null = null;
  let timer: number | undefined;
  let asking: Promise<void> | null = null;

  async function ask(): Promise<void> {
    try {
      const answer = await fetchFresh<Picture>(address, etag);
      etag = answer.etag;
      if (answer.body !== null) onPicture(answer.body);
      onContact("live");
    } catch (error) {
      onContact("lost");
      console.warn("The picture could not be fetched", error);
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
