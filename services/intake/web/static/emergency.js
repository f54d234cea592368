// Whom to ring first, while somebody writes. The same expressions and the same rules as domain/emergency.py, where they are told.

const EXPRESSIONS = ["ended", "elsewhen", "now", "going_on", "event"];
const MILDER = ["11414", "1177"];
const SHORTENED = /([ ,](?:kl|ca|nr|st|gm|mrs?))\./g;
const SENTENCE_ENDS = /[.!?…]+|\n\s*\n/;
const CLAUSE_ENDS = /[,;:()–—]+| (?:men|fast|but) /;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/gu;
const TWICE = /([\p{L}\p{Nl}\p{No}])\1+/gu;

const compiled = new WeakMap();

/** What came from the server, made ready once. */
function expressions(words) {
  if (!compiled.has(words)) {
    const made = Object.fromEntries(EXPRESSIONS.map((name) => [name, new RegExp(`${words[name]}(?= )`)]));
    made.aside = new RegExp(`(?:${words.aside}|${words.denied}(?: [^ ]+)?${words.event})(?= )`, "g");
    for (const number of MILDER) made[number] = new RegExp(`${words.milder[number]}(?= )`);
    compiled.set(words, made);
  }
  return compiled.get(words);
}

const folded = (text) => text.replace(BETWEEN_WORDS, " ").replace(TWICE, "$1").trim();

/** Each as its clauses, folded, without what is to be set aside. */
function sentences(text, aside) {
  const lower = text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "");
  return ` ${lower}`
    .replace(SHORTENED, "$1 ")
    .split(SENTENCE_ENDS)
    .map((sentence) => sentence.split(CLAUSE_ENDS).map((clause) => ` ${folded(clause)} `.replace(aside, " -")));
}

function isEmergency(say, clauses) {
  const lasting = clauses.filter((clause) => !say.ended.test(clause));
  if (lasting.some((clause) => say.going_on.test(clause))) return true;
  const isElsewhen = clauses.some((clause) => say.elsewhen.test(clause));
  return lasting.some((clause) => say.event.test(clause) && (!isElsewhen || say.now.test(clause)));
}

export function numberToRing(words, text, danger) {
  if (danger === "yes") return "112";
  const say = expressions(words);
  const said = sentences(text, say.aside);
  if (danger !== "no" && said.some((clauses) => isEmergency(say, clauses))) return "112";
  return MILDER.find((number) => said.flat().some((clause) => say[number].test(clause))) ?? null;
}

/** An answer about what goes on now. */
function answersRing(form, danger) {
  if (danger === "no" || form.elements.when?.value === "earlier") return null;
  return form.querySelector("[data-rings]:checked")?.dataset.rings ?? null;
}

/** What the server told of words, or nothing without a connection. */
async function toldWords(box) {
  try {
    const answer = await fetch(box.dataset.words);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const templateOf = (form, number) => form.querySelector(`template[data-number="${number}"]`);

/** The template of whom to ring for what was written and could not be sent; nothing when there is nobody. `reports`: names and values
 * of each. */
export async function ringForUnsent(form, reports) {
  const written = reports.map((report) => Object.fromEntries(report));
  if (written.some(({ danger }) => danger === "yes")) return templateOf(form, "112");
  const words = await toldWords(form.querySelector(".ring-words"));
  const numbers = written.map(({ text = "", danger = "", when, category, ...others }) => {
    const questions = form.querySelector(`template[data-questions="${category}"]`)?.content;
    const rings = [...(questions?.querySelectorAll("[data-rings]") ?? [])].find((each) => others[each.name] === each.value);
    if (rings && danger !== "no" && when !== "earlier") return rings.dataset.rings;
    return words && numberToRing(words, text, danger);
  });
  const first = ["112", ...MILDER].find((number) => numbers.includes(number));
  return first ? templateOf(form, first) : null;
}

/** Shows the number's template after the text once writing pauses; nothing moves while the number stays the same. */
export async function watchText(form) {
  const box = form.querySelector(".ring-words");
  if (!box) return;
  const words = await toldWords(box);
  if (!words) return;
  const text = form.elements.text;
  let shown = null;
  const look = () => {
    const danger = form.elements.danger?.value ?? "";
    // The answer has its own words beside it; saying the same twice would only be louder.
    const found = danger === "yes" ? null : (answersRing(form, danger) ?? numberToRing(words, text.value, danger));
    if (found === shown) return;
    shown = found;
    const template = templateOf(form, found);
    box.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  };
  let pause = 0;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, 400);
  });
  look();
}
