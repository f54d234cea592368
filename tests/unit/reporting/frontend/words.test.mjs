import assert from "node:assert/strict";
import { test } from "node:test";
import { count, distance, exactly, say, sayCode, sayCount, when } from "../../../../services/reporting/web/src/words.ts";

const now = new Date("2026-11-23T14:00:00+01:00");

test("times are said as people say them, by Swedish time", () => {
  assert.equal(when("2026-11-23T13:05:00Z", now), "i dag 14:05");
  assert.equal(when("2026-11-22T08:12:00+01:00", now), "i går 08:12");
  assert.equal(when("2026-11-17T23:30:00Z", now), "18 nov 00:30");
  assert.equal(when("2025-12-31T12:00:00+01:00", now), "31 dec 2025 12:00");
  assert.equal(exactly("2026-11-23T13:05:09Z"), "2026-11-23 14:05:09");
});

test("thousands are parted by a thin space and decimals by a comma", () => {
  assert.equal(count(12345), "12\u202f345");
  assert.equal(count(3.71, 1), "3,7");
});

test("a distance is no finer than it is known", () => {
  assert.deepEqual([83, 800, 1500, 12400].map(distance), ["80 m", "800 m", "1,5 km", "12 km"]);
});

test("one is said in the singular", () => {
  assert.equal(sayCount("map.unplaced", 1), "1 händelse utan närmare plats");
  assert.equal(sayCount("map.unplaced", 3), "3 händelser utan närmare plats");
});

test("a code without a word is shown as it is", () => {
  assert.equal(sayCode("agency", "police"), "polisen");
  assert.equal(sayCode("agency", "coastguard"), "coastguard");
});

test("what a person wrote is never read as a placeholder of its own", () => {
  assert.equal(say("live.new.one", { what: "{n} $& brand" }), "En ny händelse: {n} $& brand");
});
