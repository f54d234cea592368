import assert from "node:assert/strict";
import { test } from "node:test";
import { whyNobody } from "../../../../services/reporting/web/src/not_alerted.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const old = (reason, age_s, limit_s) => whyNobody({ reason, age_s, limit_s, at: "2026-11-23T08:00:00Z" });

test("old news is told with its age and the limit, each in a unit that says it best", () => {
  assert.equal(
    old("told_late", 31 * DAY + 5 * HOUR, DAY),
    "Ingen aktör aviserades: nyheten var 31 dagar gammal när den kom, gränsen är 24 timmar.",
  );
  assert.match(old("told_late", 50 * HOUR + 59, 48 * HOUR), /var 50 timmar gammal .* är 48 timmar\.$/);
  assert.match(old("told_late", 3 * DAY, 1.5 * HOUR), /var 3 dagar gammal .* är 90 minuter\.$/);
  assert.match(old("told_late", 1.5 * HOUR, HOUR), /var drygt 1 timme gammal .* är 1 timme\.$/);
  assert.match(old("history", 30 * DAY + 1, 30 * DAY), /för drygt 30 dagar sedan, och efter 30 dagar aviseras ingen\.$/);
});

test("what has nothing to do with age says so without one", () => {
  assert.equal(old("nobody_concerned", null, null), "Ingen aktör aviserades: enligt reglerna behöver ingen veta om en sådan händelse.");
});

test("what is not known, or newer than the page, is only that nobody was alerted", () => {
  assert.equal(whyNobody(null), "Ingen aktör har aviserats.");
  assert.equal(old("on_holiday", null, null), "Ingen aktör har aviserats.");
});
