// The keyboard: j and k through the list, Enter opens, Esc closes, / searches, ? shows the keys.

import { byId } from "./element.ts";

export interface KeyActions {
  step(by: 1 | -1): void;
  close(): void;
  showWhole(): void;
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
      case "h":
        actions.showWhole();
        return true;
      case "?":
        help.showModal();
        return true;
      default:
        return false;
    }
  }
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
}
