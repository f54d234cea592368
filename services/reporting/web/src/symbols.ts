// One symbol for an incident, the same on the map, in the list and in the legend: group by glyph and hue, severity by
// size and ring, how certain it is by fill.

import type { Incident, Severity, Verification } from "./api.ts";
import { drawn } from "./element.ts";
import { GLYPHS, GROUPS, groupOfCategory, type Group } from "./groups.ts";

export const RADII: Record<Severity, number> = { 1: 8, 2: 10, 3: 12.5, 4: 15.5 };
const BOX = 20;

export type Fill = "hollow" | "striped" | "solid" | "struck";

export function fillOf(verification: Verification): Fill {
  switch (verification) {
    case "confirmed":
    case "several_sources":
      return "solid";
    case "hearsay":
      return "striped";
    case "refuted":
      return "struck";
    default:
      return "hollow";
  }
}

export function incidentSymbol(incident: Incident): SVGSVGElement {
  return symbol(groupOfCategory(incident.category), incident.severity, fillOf(incident.verification));
}

export function symbol(group: Group, severity: Severity, fill: Fill): SVGSVGElement {
  const r = RADII[severity];
  const side = r * 1.25;
  const body = drawn("circle", { r, class: "symbol__body" });
  if (fill === "striped") body.setAttribute("fill", `url(#stripes-${group})`);
  const square = `translate(${-side / 2} ${-side / 2}) scale(${side / 16})`;
  return drawn(
    "svg",
    {
      class: `symbol symbol--${group} symbol--${fill} symbol--severity-${severity}`,
      viewBox: `${-BOX} ${-BOX} ${2 * BOX} ${2 * BOX}`,
      width: 2 * BOX,
      height: 2 * BOX,
      "aria-hidden": "true",
    },
    drawn("circle", { r: severity >= 3 ? r + 4 : r + 1.5, class: "symbol__halo" }),
    severity >= 3 && drawn("circle", { r: r + 2.75, class: "symbol__ring" }),
    body,
    fill === "striped" && drawn("circle", { r: r * 0.72, class: "symbol__plate" }),
    drawn("path", { d: GLYPHS[group], transform: square, class: "symbol__glyph", "fill-rule": "evenodd" }),
    fill === "struck" && drawn("path", { d: `M${-r} ${r}L${r} ${-r}`, class: "symbol__strike" }),
  );
}

/** The stripes that hearsay is filled with; once on the page, in each group's hue. */
export function stripePatterns(): SVGSVGElement {
  const patterns = GROUPS.map((group) =>
    drawn(
      "pattern",
      { id: `stripes-${group}`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      drawn("rect", { width: 5, height: 5, class: "stripes__ground" }),
      drawn("rect", { width: 2.5, height: 5, class: `stripes__line symbol--${group}` }),
    ),
  );
  return drawn("svg", { width: 0, height: 0, class: "stripes", "aria-hidden": "true" }, drawn("defs", {}, ...patterns));
}
