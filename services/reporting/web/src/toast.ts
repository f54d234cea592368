// One calm line at the foot of the page after something was saved, with the way back. It goes when it is closed, when
// the next one comes, or after a while in which nobody is at it.

import { announce } from "./announce.ts";
import { byId, element } from "./element.ts";
import { say } from "./words.ts";

const SHOWN_MS = 30_000;

let timer: number | undefined;
let undoNow: (() => void) | null = null;

export function toast(sentence: string, undo: (() => void) | null = null): void {
  const place = byId("toast");
  undoNow = undo;
  place.hidden = false;
  place.replaceChildren(
    element("p", {}, sentence),
    undo && element("button", { type: "button", "aria-keyshortcuts": "z", click: undo }, say("correct.undo"), " ", element("kbd", { "aria-hidden": "true" }, "z")) || "",
    element("button", { type: "button", class: "button--quiet", "aria-label": say("toast.close"), click: closeToast }, "×"),
  );
  announce(sentence);
  window.clearTimeout(timer);
  timer = window.setTimeout(closeUnlessUsed, SHOWN_MS);
}

/** Whether there was something to take back. */
export function undoByKey(): boolean {
  const undo = undoNow;
  undo?.();
  return undo !== null;
}

export function closeToast(): void {
  undoNow = null;
  byId("toast").hidden = true;
}

function closeUnlessUsed(): void {
  const place = byId("toast");
  if (place.matches(":hover, :focus-within")) timer = window.setTimeout(closeUnlessUsed, SHOWN_MS);
  else closeToast();
}
