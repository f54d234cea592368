// The keyboard: j and k through the list, Enter opens, Esc closes, / searches, g opens the review queue, where 1-9 settle a
// report and 0 opens its form, z takes back, ? shows the keys.

import { byId } from "./element.ts";

export interface KeyActions {
  step(by: 1 | -1): void;
  close(): void;
  showWhole(): void;
  toggleReview(): void;
  /** False when no card of the review queue has the focus. */
  choose(number: number): boolean;
  /** False when there is nothing to take back. */
  takeBack(): boolean;
}

export function listenToKeys(actions: KeyActions): void {
  const help = byId<HTMLDialogElement>("keys");
  byId("show-keys").addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (isWriting(event.target)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    if (act(event.key, event.target)) event.preventDefault();
  });

  function act(pressed: string, target: EventTarget | null): boolean {
    const inList = target instanceof Element && target.closest("#incidents") !== null;
    switch (pressed) {
      case "j":
        actions.step(1);
        return true;
      case "k":
        actions.step(-1);
        return true;
      case "ArrowDown":
      case "ArrowUp":
        if (inList) actions.step(pressed === "ArrowDown" ? 1 : -1);
        return inList;
      case "Escape":
        actions.close();
        return true;
      case "/":
        byId("filter-text").focus();
        return true;
      case "g":
        actions.toggleReview();
        return true;
      case "z":
        return actions.takeBack();
      case "h":
        actions.showWhole();
        return true;
      case "?":
        help.showModal();
        return true;
      default:
        return /^[0-9]$/.test(pressed) && actions.choose(Number(pressed));
    }
  }
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}
