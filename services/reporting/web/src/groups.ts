// The 27 categories in 8 groups, each with a glyph and (in symbols.css) a hue that colour-blind eyes tell apart.

import table from "./groups.json" with { type: "json" };

export type Group = keyof typeof table;

export const GROUPS = Object.keys(table) as Group[];

const groupOf = new Map<string, Group>(
  GROUPS.flatMap((group) => table[group].map((category): [string, Group] => [category, group])),
);

export function groupOfCategory(category: string): Group {
  return groupOf.get(category) ?? "other";
}

/** Glyphs on a 16 × 16 square, filled by the even-odd rule. */
export const GLYPHS: Record<Group, string> = {
  fire: "M8.3 1c.3 2.9 4.2 4.300 4.200 8.300A4.450 4.450 0 0 1 8 14a4.450 4.450 0 0 1-4.500-4.700c0-1.900 1-3 1.900-4 .1 1.200.5 1.900 1.200 2.300C6.900 5.500 7 3 8.300 1z",
  violence:
    "M8 .8l1.700 3.100 3.400-1-1 3.400L15.200 8l-3.100 1.700 1 3.400-3.400-1L8 15.200l-1.700-3.100-3.400 1 1-3.400L.8 8l3.100-1.700-1-3.400 3.400 1z",
  property:
    "M3.200 7h1.300V5.200a3.500 3.500 0 0 1 7 0V7h1.300v7H3.200zM6.200 7h3.600V5.200a1.800 1.800 0 0 0-3.600 0z",
  disorder: "M6.400 1h3.200v3.800c0 1 1.600 1.600 1.600 3.600V15H4.800V8.400c0-2 1.600-2.600 1.600-3.600z",
  traffic:
    "M2.300 9.300l1.500-4.600Q4.100 3.600 5.300 3.600h5.400q1.200 0 1.500 1.100l1.500 4.600v4.500h-2.300v-1.700H4.600v1.700H2.300zM5.300 5.300L4.400 8.300h7.200l-.9-3z",
  people:
    "M8 1.200a2.900 2.900 0 1 1 0 5.800 2.900 2.900 0 0 1 0-5.800zM2.800 14.600c0-3.900 2-6.300 5.200-6.300s5.200 2.400 5.200 6.300z",
  place:
    "M.8 8S3.600 3.200 8 3.200 15.200 8 15.200 8 12.400 12.800 8 12.800.8 8 .8 8zM8 5.400a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200z",
  other: "M1.800 2.500h12.400v8.700H8.600L4.800 14.600v-3.400h-3z",
};
