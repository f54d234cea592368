// A point in words, for those who can't see the map: "1,2 km nordost om Kolsva".

const RADIUS_M = 6371000;
const AT_M = 250;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** `words`: the page's own, with `whereAt`, `whereOff` and the eight `directions` from north by east. */
export function whereabouts([lat, lon], localities, words, language) {
  let nearest = null;
  for (const each of localities) {
    const metres = distance(lat, lon, each.lat, each.lon);
    if (!nearest || metres < nearest.metres) nearest = { ...each, metres };
  }
  if (!nearest) return "";
  if (nearest.metres < AT_M) return words.whereAt.replace("{name}", nearest.name);
  return words.whereOff
    .replace("{distance}", inWords(nearest.metres, language))
    .replace("{direction}", words.directions.split(",")[sector(nearest.lat, nearest.lon, lat, lon)])
    .replace("{name}", nearest.name);
}

/** The place that the text names, if the map knows it; the longest name counts, and one's own municipality before others. */
export function namedIn(text, localities) {
  const said = ` ${text.toLocaleLowerCase("sv").replace(/[^\p{L}\p{N}-]+/gu, " ")} `;
  const found = localities.filter(({ name }) => said.includes(` ${name.toLocaleLowerCase("sv")} `));
  found.sort((one, other) => other.own - one.own || other.name.length - one.name.length);
  return found[0] ?? null;
}

export function distance(lat, lon, otherLat, otherLon) {
  const east = radians(otherLon - lon) * Math.cos(radians((lat + otherLat) / 2));
  return RADIUS_M * Math.hypot(east, radians(otherLat - lat));
}

/** 0 is north, 2 east, as seen from the first point. */
function sector(fromLat, fromLon, lat, lon) {
  const east = (lon - fromLon) * Math.cos(radians((lat + fromLat) / 2));
  return (Math.round((Math.atan2(east, lat - fromLat) / (2 * Math.PI)) * 8) + 8) % 8;
}

function inWords(metres, language) {
  if (metres < 950) return `${Math.max(50, Math.round(metres / 50) * 50)} m`;
  const digits = metres < 9500 ? 1 : 0;
  return `${(metres / 1000).toLocaleString(language, { maximumFractionDigits: digits })} km`;
}
