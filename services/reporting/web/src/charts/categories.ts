// Categories as bars from zero: this period dark, the one before light, the expected interval as a band behind.

import type { CategoryCount, Picture } from "../api.ts";
import { byId, drawn, element } from "../element.ts";
import { inLanguage, language, say, sayCode } from "../words.ts";

const SHOWN_FIRST = 8;
const HEIGHT = 22;

export function sentence(finding: { sentence_sv: string; sentence_en: string }): string {
  return language === "en" ? finding.sentence_en : finding.sentence_sv;
}

/** Categories with more than expected, the gravest first and then the farthest above. */
export function aboveExpected(categories: CategoryCount[]): CategoryCount[] {
  return categories
    .filter((category) => category.finding === "more")
    .sort((a, b) => b.max_severity - a.max_severity || excess(b) - excess(a));
}

function excess(category: CategoryCount): number {
  return category.count - (category.expected_high ?? category.previous);
}

/** The one thing to know: the gravest category above what is expected, else the whole, else a category below, else that
 * all is as expected. */
export function headline({ categories, totals }: Pick<Picture, "categories" | "totals">): string {
  const first = aboveExpected(categories)[0];
  if (first !== undefined) return sentence(first);
  if (totals.finding === "more" || totals.finding === "fewer") return sentence(totals);
  const fewer = categories.find((category) => category.finding === "fewer");
  if (fewer !== undefined) return sentence(fewer);
  if (!categories.some((category) => category.count > 0)) return say("headline.none");
  return say(categories.every((category) => category.finding === "too_few") ? "headline.unknown" : "headline.quiet");
}

export function showCategories(picture: Pick<Picture, "categories" | "totals">): void {
  const { categories } = picture;
  const holder = byId("categories");
  const counted = categories.filter((each) => each.count > 0 || each.previous > 0);
  byId("categories-title").textContent = counted.length === 0 ? say("categories.title") : headline(picture);
  if (counted.length === 0) {
    holder.replaceChildren(element("p", { class: "muted" }, say("categories.empty")));
    return;
  }
  const top = Math.max(...counted.flatMap((each) => [each.count, each.previous, each.expected_high ?? 0]), 1);
  const rows = counted.map((each) => categoryRow(each, top));
  const rest = rows.splice(SHOWN_FIRST);
  const wasOpen = holder.querySelector<HTMLDetailsElement>("details[data-part='rest']")?.open ?? false;
  holder.replaceChildren(
    key(),
    element("ul", { class: "bars", role: "list" }, ...rows),
    ...(rest.length > 0
      ? [
          element(
            "details",
            { "data-part": "rest", open: wasOpen },
            element("summary", {}, say("categories.rest", { n: counted.length })),
            element("ul", { class: "bars", role: "list" }, ...rest),
          ),
        ]
      : []),
    table(counted),
  );
}

function categoryRow(category: CategoryCount, top: number): HTMLLIElement {
  return element(
    "li",
    { class: `bar bar--${category.finding}` },
    element("span", { class: "bar__sentence" }, sentence(category)),
    bar(category, top),
  );
}

function bar(category: CategoryCount, top: number): SVGSVGElement {
  const share = (n: number): string => `${(100 * n) / (top * 1.12)}%`;
  const { expected_low: low, expected_high: high } = category;
  const edge = (n: number): SVGLineElement =>
    drawn("line", { x1: share(n), x2: share(n), y1: 0, y2: HEIGHT, class: "chart__band-edge" });
  return drawn(
    "svg",
    { class: "bar__chart", height: HEIGHT, width: "100%", "aria-hidden": "true" },
    low !== null && high !== null && drawn("rect", { x: share(low), y: 0, width: share(high - low), height: HEIGHT, class: "chart__band" }),
    drawn("rect", { x: 0, y: 14, width: share(category.previous), height: 4, class: "chart__before" }),
    drawn("rect", {
      x: 0,
      y: 4,
      width: share(category.count),
      height: 9,
      class: "chart__now",
    }),
    low !== null && low > 0 && edge(low),
    high !== null && edge(high),
    drawn("line", { x1: 0.5, x2: 0.5, y1: 0, y2: HEIGHT, class: "chart__axis" }),
    drawn("text", { x: share(category.count), dx: 5, y: 12.5, class: "chart__label" }, String(category.count)),
  );
}

function key(): HTMLParagraphElement {
  const entry = (name: string, words: string): HTMLElement =>
    element(
      "span",
      { class: "chart__entry" },
      drawn("svg", { width: 22, height: 10, "aria-hidden": "true" }, drawn("rect", { width: 22, height: 10, class: name })),
      words,
    );
  return element(
    "p",
    { class: "chart__key small muted", "aria-hidden": "true" },
    entry("chart__now", say("categories.this")),
    entry("chart__before", say("categories.previous")),
    entry("chart__band", say("categories.expected")),
  );
}

function table(categories: CategoryCount[]): HTMLDetailsElement {
  const headings = [
    say("categories.category"),
    say("categories.this"),
    say("categories.previous"),
    say("categories.expected"),
    say("categories.max_severity"),
  ];
  const was = byId("categories").querySelector<HTMLDetailsElement>("details[data-part='table']")?.open ?? false;
  return element(
    "details",
    { "data-part": "table", open: was },
    element("summary", {}, say("categories.table")),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...headings.map((each) => element("th", { scope: "col" }, each)))),
      element("tbody", {}, ...categories.map(tableRow)),
    ),
  );
}

function tableRow(category: CategoryCount): HTMLTableRowElement {
  const { expected_low: low, expected_high: high, max_severity: severity } = category;
  const expected =
    low === null || high === null ? say("categories.few") : say("categories.expected.range", { low, high });
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, inLanguage(category)),
    element("td", {}, String(category.count)),
    element("td", {}, String(category.previous)),
    element("td", {}, expected),
    element("td", {}, severity === 0 ? "–" : sayCode("severity", severity)),
  );
}
