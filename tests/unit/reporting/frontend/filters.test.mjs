import assert from "node:assert/strict";
import { test } from "node:test";
import { isFiltering, NO_FILTERS, passes, readFilters, writeFilters } from "../../../../services/reporting/web/src/filters.ts";

const fire = {
  incident_id: "a",
  category: "fire",
  sv: "Brand",
  en: "Fire",
  severity: 3,
  summary: "Det brinner i en container",
  location: { name: "Inre hamnen, Köping" },
  needs_review: false,
};

test("filters that are kept in the address come back the same", () => {
  const kept = { group: "fire", severity: 3, text: "hamnen brand", review: true, places: null };
  assert.deepEqual(readFilters(writeFilters(new URLSearchParams("days=14"), kept)), kept);
});

test("an address keeps what is not a filter, and loses filters that are off", () => {
  const written = writeFilters(new URLSearchParams("days=28&q=brand&review=1"), NO_FILTERS);
  assert.equal(written.toString(), "days=28");
});

test("nonsense in the address filters nothing", () => {
  const read = readFilters(new URLSearchParams("group=__proto__&severity=99&review=yes"));
  assert.equal(isFiltering(read), false);
});

test("text finds words in any order, whatever case and accents", () => {
  assert.ok(passes(fire, { ...NO_FILTERS, text: "HAMNEN  brand" }));
  assert.ok(passes(fire, { ...NO_FILTERS, text: "koping" }));
  assert.ok(!passes(fire, { ...NO_FILTERS, text: "hamnen stöld" }));
});

test("severity is a floor", () => {
  assert.ok(passes(fire, { ...NO_FILTERS, severity: 3 }));
  assert.ok(!passes(fire, { ...NO_FILTERS, severity: 4 }));
});

test("a place chosen on the map narrows to its incidents", () => {
  assert.ok(!passes(fire, { ...NO_FILTERS, places: new Set(["b"]) }));
  assert.ok(isFiltering({ ...NO_FILTERS, places: new Set(["b"]) }));
});
