// The legend, always there. Its groups are also the quickest filter.

import type { Incident, Severity } from "../api.ts";
import { byId, drawn, element } from "../element.ts";
import { GROUPS, groupOfCategory, type Group } from "../groups.ts";
import { symbol, type Fill } from "../symbols.ts";
import { say, sayCode } from "../words.ts";
import { clusterSymbol } from "./markers.ts";

const FILLS: [Fill, string][] = [
  ["hollow", "verification.unverified"],
  ["striped", "verification.hearsay"],
  ["solid", "legend.solid"],
  ["struck", "verification.refuted"],
];

export interface Legend {
  show(incidents: Incident[], chosen: Group | null): void;
}

export function legend(onChoose: (group: Group | null) => void): Legend {
  const counts = new Map<Group, HTMLElement>();
  const buttons = new Map<Group, HTMLButtonElement>();
  let current: Group | null = null;
  for (const group of GROUPS) {
    const number = element("span", { class: "muted" });
    const button = element(
      "button",
      { type: "button", class: "legend__group", "aria-pressed": "false", click: () => onChoose(current === group ? null : group) },
      symbol(group, 2, "solid"),
      sayCode("group", group),
      number,
    );
    counts.set(group, number);
    buttons.set(group, button);
  }
  byId("legend-groups").replaceChildren(...buttons.values());
  byId("legend-marks").replaceChildren(...marks());

  return {
    show(incidents, chosen) {
      current = chosen;
      for (const group of GROUPS) {
        const n = incidents.filter((incident) => groupOfCategory(incident.category) === group).length;
        counts.get(group)!.textContent = String(n);
        const button = buttons.get(group)!;
        button.setAttribute("aria-pressed", String(group === chosen));
        button.classList.toggle("legend__group--none", n === 0);
      }
    },
  };
}

function marks(): Node[] {
  const severities = ([1, 2, 3, 4] as Severity[]).map((each) => entry(symbol("other", each, "solid"), sayCode("severity", each)));
  const fills = FILLS.map(([fill, word]) => entry(symbol("other", 2, fill), sayCode(...split(word))));
  const disc = drawn("svg", { width: 30, height: 30, viewBox: "-15 -15 30 30", "aria-hidden": "true" }, drawn("circle", { r: 13, class: "legend__disc" }));
  const several = clusterSymbol([{ category: "other", severity: 2 }, { category: "fire", severity: 2 }, { category: "theft", severity: 2 }]);
  return [
    line(say("legend.severity"), [...severities, entry(several, say("legend.cluster"))]),
    line(say("legend.verification"), [...fills, entry(disc, say("legend.disc"))]),
  ];
}

function split(word: string): [string, string] {
  const at = word.indexOf(".");
  return [word.slice(0, at), word.slice(at + 1)];
}

function line(title: string, entries: Node[]): HTMLElement {
  return element("p", { class: "legend__line" }, element("strong", {}, title), ...entries);
}

function entry(picture: SVGSVGElement, words: string): HTMLElement {
  return element("span", { class: "legend__entry" }, picture, words);
}
