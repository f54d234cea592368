// Whom to ring first, while somebody writes. The same words and the same rule as domain/emergency.py.

const ORDER = ["112", "11414", "1177"];

export function numberToRing(words, text, danger) {
  if (danger === "yes") return "112";
  let said = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  for (const calm of words.calm) said = said.replaceAll(calm, " ");
  const says = (anyOf) => anyOf.some((each) => said.includes(each));
  const isOver = danger === "no" || says(words.over);
  return ORDER.find((number) => says(words.numbers[number]) && !(number === "112" && isOver)) ?? null;
}

/** Shows the number's template after the text once writing pauses; nothing moves while the number stays the same. */
export async function watchText(form) {
  const box = form.querySelector(".ring-words");
  if (!box) return;
  const answer = await fetch(box.dataset.words);
  if (!answer.ok) return;
  const words = await answer.json();
  const text = form.elements.text;
  let shown = null;
  const look = () => {
    const danger = form.elements.danger?.value ?? "";
    // The answer has its own words beside it; saying the same twice would only be louder.
    const found = danger === "yes" ? null : numberToRing(words, text.value, danger);
    if (found === shown) return;
    shown = found;
    const template = form.querySelector(`template[data-number="${found}"]`);
    box.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  };
  let pause = 0;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, 400);
  });
  look();
}
