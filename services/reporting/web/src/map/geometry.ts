// Plane arithmetic of the map: Web Mercator pixels, discs in metres, which symbols would cover one another.

const EARTH_RADIUS_M = 6_371_009;
const TILE_PX = 512;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export interface Pixel {
  x: number;
  y: number;
}

export interface Placed<T> extends Pixel {
  item: T;
}

export interface Cluster<T> extends Pixel {
  members: T[];
}

/** Where a point lies on the whole world drawn at this zoom, in pixels. */
export function worldPixel(lon: number, lat: number, zoom: number): Pixel {
  const side = TILE_PX * 2 ** zoom;
  const sine = Math.sin((lat * Math.PI) / 180);
  return { x: side * (0.5 + lon / 360), y: side * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) };
}

/** A ring of [lon, lat] around a point, closed, first corner in the north. */
export function discAround(lon: number, lat: number, radiusM: number, corners = 72): [number, number][] {
  const angle = radiusM / EARTH_RADIUS_M;
  const lat0 = (lat * Math.PI) / 180;
  return Array.from({ length: corners + 1 }, (_, at): [number, number] => {
    const bearing = (2 * Math.PI * (at % corners)) / corners;
    const latitude = Math.asin(
      Math.sin(lat0) * Math.cos(angle) + Math.cos(lat0) * Math.sin(angle) * Math.cos(bearing),
    );
    const turned = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(lat0),
      Math.cos(angle) - Math.sin(lat0) * Math.sin(latitude),
    );
    return [lon + (turned * 180) / Math.PI, (latitude * 180) / Math.PI];
  });
}

/** Gather what lies closer than `reachPx` to a cluster's first member; the first in the list leads, so order decides. */
export function clustered<T>(placed: Placed<T>[], reachPx: number): Cluster<T>[] {
  const clusters: Cluster<T>[] = [];
  for (const { x, y, item } of placed) {
    const near = clusters.find((cluster) => Math.hypot(cluster.x - x, cluster.y - y) < reachPx);
    if (near === undefined) clusters.push({ x, y, members: [item] });
    else near.members.push(item);
  }
  return clusters;
}

/** Offsets in pixels that lay n symbols out in a spiral, none closer than about `gapPx` to another. */
export function spiral(n: number, gapPx: number): Pixel[] {
  return Array.from({ length: n }, (_, at) => {
    const radius = gapPx * Math.sqrt(at + 0.6);
    return { x: radius * Math.cos(at * GOLDEN_ANGLE), y: radius * Math.sin(at * GOLDEN_ANGLE) };
  });
}

/** The middle of a ring's area, a place for its name. */
export function middleOf(ring: [number, number][]): [number, number] {
  let [area, lon, lat] = [0, 0, 0];
  for (let at = 0; at + 1 < ring.length; at++) {
    const [x0, y0] = ring[at]!;
    const [x1, y1] = ring[at + 1]!;
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    lon += (x0 + x1) * cross;
    lat += (y0 + y1) * cross;
  }
  return area === 0 ? ring[0]! : [lon / (3 * area), lat / (3 * area)];
}
