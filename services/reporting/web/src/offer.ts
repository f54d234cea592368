// A button that opens a form beside it, and closes it again.

import { element } from "./element.ts";

/** `keep`: the button's name when the list around it is drawn anew. `form`: drawn when it is opened. `onClosed`: called when it has
 * been closed.
 */
export function offer(words: string, keep: string | null, form: (close: () => void) => HTMLFormElement, onClosed: () => void): HTMLElement {
  const button = element("button", { type: "button", class: "correct-button", "aria-expanded": "false", "data-keep": keep }, words);
  const holder = element("div", { class: "offer screen-only" }, button);
  button.addEventListener("click", () => (holder.childElementCount === 1 ? open() : close()));

  function open(): void {
    const opened = form(close);
    holder.append(opened);
    button.setAttribute("aria-expanded", "true");
    opened.querySelector("select")?.focus();
  }

  function close(): void {
    holder.replaceChildren(button);
    button.setAttribute("aria-expanded", "false");
    button.focus();
    onClosed();
  }

  return holder;
}
