import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../../../../services/reporting/web/src/announce.ts";
import { aboveExpected, headline } from "../../../../services/reporting/web/src/charts/categories.ts";
import { placeCertainty, hasPoint } from "../../../../services/reporting/web/src/incident_words.ts";
import { fillOf } from "../../../../services/reporting/web/src/symbols.ts";

const category = (name, count, finding, max_severity = 2) => ({
  category: name,
  count,
  previous: 1,
  expected_low: 1,
  expected_high: 3,
  finding,
  max_severity,
  sentence_sv: `${name}: ${count}`,
  sentence_en: `${name}: ${count}`,
});
const totals = (finding) => ({ finding, sentence_sv: "Händelser: 30", sentence_en: "Incidents: 30" });
const incident = (id, at, more = {}) => ({ incident_id: id, first_occurred_at: at, report_count: 1, ...more });
const picture = (...incidents) => ({ incidents });

test("the headline is the gravest category above what is expected", () => {
  const categories = [category("stölder", 12, "more"), category("bränder", 9, "more", 4), category("klotter", 30, "as_expected")];
  assert.equal(headline({ categories, totals: totals("more") }), "bränder: 9");
  assert.deepEqual(aboveExpected(categories).map((each) => each.count), [9, 12]);
});

test("with too little to judge by, the headline does not say that all is as expected", () => {
  const categories = [category("bränder", 2, "too_few")];
  assert.match(headline({ categories, totals: totals("too_few") }), /För få/);
  assert.match(headline({ categories: [category("bränder", 2, "as_expected")], totals: totals("as_expected") }), /Inget avviker/);
});

test("a category below what is expected is not called as expected", () => {
  const categories = [category("bränder", 2, "as_expected"), category("stölder", 1, "fewer")];
  assert.equal(headline({ categories, totals: totals("as_expected") }), "stölder: 1");
});

test("the first picture brings no news", () => {
  assert.deepEqual(compare(null, picture(incident("a", "2026-11-23"))), { fresh: [], changed: [] });
});

test("an incident is new once, and changed when anything in it changed", () => {
  const before = picture(incident("b", "2026-11-22"), incident("a", "2026-11-20"));
  const now = picture(incident("c", "2026-11-23"), incident("b", "2026-11-22", { report_count: 2 }), incident("a", "2026-11-20"));
  const arrivals = compare(before, now);
  assert.deepEqual(arrivals.fresh.map((each) => each.incident_id), ["c"]);
  assert.deepEqual(arrivals.changed.map((each) => each.incident_id), ["b"]);
});

test("only several sources or a person's word make a symbol solid", () => {
  assert.equal(fillOf("unverified"), "hollow");
  assert.equal(fillOf("hearsay"), "striped");
  assert.equal(fillOf("several_sources"), "solid");
  assert.equal(fillOf("confirmed"), "solid");
  assert.equal(fillOf("refuted"), "struck");
});

test("a place known only as the municipality is never a point", () => {
  const location = { lat: 59.5, lon: 15.9, uncertainty_m: 9000, precision: "municipality", name: "Köping" };
  assert.equal(hasPoint({ location }), false);
  assert.equal(placeCertainty(location), "");
  assert.equal(placeCertainty({ ...location, precision: "place", uncertainty_m: 800 }), "ungefär här (inom 800 m)");
});
