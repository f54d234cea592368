import assert from "node:assert/strict";
import { test } from "node:test";
import { clustered, discAround, middleOf, spiral, worldPixel } from "../../../../services/reporting/web/src/map/geometry.ts";

const EARTH_RADIUS_M = 6371009;

function metresBetween([lon0, lat0], [lon1, lat1]) {
  const [a, b] = [(lat0 * Math.PI) / 180, (lat1 * Math.PI) / 180];
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(((lon1 - lon0) * Math.PI) / 360) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(half));
}

test("a disc has its real radius in metres everywhere, and is closed", () => {
  for (const radius of [50, 800, 12000]) {
    const ring = discAround(15.99, 59.51, radius);
    assert.deepEqual(ring[0], ring.at(-1));
    for (const corner of ring) assert.ok(Math.abs(metresBetween([15.99, 59.51], corner) - radius) < radius * 1e-6 + 1e-3);
  }
});

test("the whole world is one tile wide at zoom 0, and doubles with each zoom", () => {
  assert.deepEqual(worldPixel(0, 0, 0), { x: 256, y: 256 });
  assert.equal(worldPixel(180, 0, 3).x, 512 * 8);
});

test("what would overlap becomes one cluster, what would not stays apart, and nobody is lost", () => {
  const placed = [0, 10, 100, 105, 400].map((x, item) => ({ x, y: 0, item }));
  const clusters = clustered(placed, 34);
  assert.deepEqual(clusters.map((each) => each.members), [[0, 1], [2, 3], [4]]);
});

test("incidents laid out from one place do not cover one another", () => {
  const places = spiral(24, 25);
  places.forEach((a, at) => places.slice(at + 1).forEach((b) => assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > 25)));
});

test("a name stands in the middle of its area", () => {
  const square = [[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]];
  assert.deepEqual(middleOf(square), [2, 1]);
});
