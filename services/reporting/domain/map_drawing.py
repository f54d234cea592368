"""The edition's map: the municipality on paper with numbered places, and where they crowd, drawn larger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.domain.edition import MapDrawing, MapLabel, MapMark, MapPanel
from services.reporting.domain.incident import Incident
from services.reporting.domain.map_places import Place, Spot, apart, map_place, numbers, places_of
from shared.geodata.localities import Locality
from shared.geodata.plane import to_plane

WIDTH_MM: Final = 132.0
MAX_HEIGHT_MM: Final = 84.0
INSET_HEIGHT_MM: Final = 62.0
PADDING_MM: Final = 7.0
# Marks nearer than this would hide each other's numbers.
MERGE_MM: Final = 6.0
# A mark this near to the right (across, up or down) leaves no room for words there.
WORDS_MM: Final = (32.0, 6.0)
LOCALITIES_NAMED: Final = 6
NAMES_APART_MM: Final = 14.0
MIN_INSET_M: Final = 2_500.0
Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rectangle of the plane (metres) on paper (millimetres), north up."""

    west: float
    north: float
    mm_per_m: float
    width_mm: float
    height_mm: float

    def on_paper(self, spot: Spot) -> Spot:
        return (
            round((spot[0] - self.west) * self.mm_per_m, 2),
            round((self.north - spot[1]) * self.mm_per_m, 2),
        )

    def holds(self, spot: Spot) -> bool:
        x, y = self.on_paper(spot)
        return 0 <= x <= self.width_mm and 0 <= y <= self.height_mm


def sheet_for(spots: Sequence[Spot], max_height_mm: float = MAX_HEIGHT_MM, min_size_m: float = 0.0) -> Sheet:
    """The largest scale at which all `spots` lie inside, with a margin."""
    west, east = min(x for x, _ in spots), max(x for x, _ in spots)
    south, north = min(y for _, y in spots), max(y for _, y in spots)
    wide, high = max(east - west, min_size_m), max(north - south, min_size_m * max_height_mm / WIDTH_MM)
    scale = min((WIDTH_MM - 2 * PADDING_MM) / wide, (max_height_mm - 2 * PADDING_MM) / high)
    height_mm = high * scale + 2 * PADDING_MM
    return Sheet(
        west=(west + east) / 2 - WIDTH_MM / 2 / scale,
        north=(south + north) / 2 + height_mm / 2 / scale,
        mm_per_m=scale,
        width_mm=WIDTH_MM,
        height_mm=round(height_mm, 2),
    )


def draw_map(rings: Sequence[Ring], incidents: Sequence[Incident], known: Sequence[Locality]) -> MapDrawing:
    """`rings`: outlines as (longitude, latitude); `known`: localities, the most populous first, a few are named."""
    outlines = [[to_plane(lat, lon) for lon, lat in ring] for ring in rings]
    sheet = sheet_for([spot for ring in outlines for spot in ring])
    places = [place for place in places_of(incidents) if sheet.holds(place.spot)]
    crowd = _largest_crowd(sheet, places)
    inset = sheet_for([place.spot for place in crowd], INSET_HEIGHT_MM, MIN_INSET_M) if crowd else None
    return MapDrawing(
        places=tuple(map_place(number, place) for number, place in enumerate(places, start=1)),
        without_place=len(incidents) - sum(len(place.incidents) for place in places),
        whole=_panel(sheet, outlines, places, known),
        inset=_panel(inset, outlines, places, ()) if inset else None,
        inset_frame=_frame(sheet, inset) if inset else None,
    )


def _panel(
    sheet: Sheet, outlines: Sequence[Sequence[Spot]], places: Sequence[Place], known: Sequence[Locality]
) -> MapPanel:
    scale_km = _scale_km(sheet)
    groups = _groups(sheet, places)
    spots = [sheet.on_paper(places[group[0]].spot) for group in groups]
    return MapPanel(
        width_mm=sheet.width_mm,
        height_mm=sheet.height_mm,
        outlines=tuple(tuple(sheet.on_paper(spot) for spot in ring) for ring in outlines),
        marks=tuple(_mark(sheet, places, group, spots) for group in groups),
        localities=tuple(_labels(sheet, known)),
        scale_km=scale_km,
        scale_mm=round(scale_km * 1000 * sheet.mm_per_m, 2),
    )


def _groups(sheet: Sheet, places: Sequence[Place]) -> list[list[int]]:
    """Indexes of places that share a mark: each joins the first mark that is too near."""
    groups: list[list[int]] = []
    for index, place in enumerate(places):
        if not sheet.holds(place.spot):
            continue
        here = sheet.on_paper(place.spot)
        near = (group for group in groups if apart(sheet.on_paper(places[group[0]].spot), here) < MERGE_MM)
        group = next(near, None)
        if group is None:
            groups.append([index])
        else:
            group.append(index)
    return groups


def _mark(sheet: Sheet, places: Sequence[Place], group: Sequence[int], others: Sequence[Spot]) -> MapMark:
    first = places[group[0]]
    x, y = sheet.on_paper(first.spot)
    return MapMark(
        x_mm=x,
        y_mm=y,
        uncertainty_mm=round(max(places[index].uncertainty_m for index in group) * sheet.mm_per_m, 2),
        severity=max(places[index].severity for index in group),
        label=numbers([index + 1 for index in group]),
        name=map_place(group[0] + 1, first).name,
        label_left=any(
            0 < other_x - x < WORDS_MM[0] and abs(other_y - y) < WORDS_MM[1] for other_x, other_y in others
        ),
    )


def _labels(sheet: Sheet, known: Sequence[Locality]) -> list[MapLabel]:
    """The most populous localities, left out where their names would run into each other."""
    labels: list[MapLabel] = []
    for place in known:
        x, y = sheet.on_paper(to_plane(place.lat, place.lon))
        free = all(apart((label.x_mm, label.y_mm), (x, y)) >= NAMES_APART_MM for label in labels)
        if free and len(labels) < LOCALITIES_NAMED:
            labels.append(MapLabel(name=place.name, x_mm=x, y_mm=y))
    return labels


def _largest_crowd(sheet: Sheet, places: Sequence[Place]) -> list[Place]:
    """Places that share the mark with most incidents; empty when every place has a mark of its own."""
    crowds = [[places[index] for index in group] for group in _groups(sheet, places) if len(group) > 1]
    return max(crowds, key=lambda crowd: sum(len(place.incidents) for place in crowd), default=[])


def _frame(sheet: Sheet, inset: Sheet) -> tuple[float, float, float, float]:
    x, y = sheet.on_paper((inset.west, inset.north))
    shrink = sheet.mm_per_m / inset.mm_per_m
    return x, y, round(inset.width_mm * shrink, 2), round(inset.height_mm * shrink, 2)


def _scale_km(sheet: Sheet) -> float:
    """The longest round distance that takes at most a quarter of the width."""
    fitting = (
        km for km in (0.2, 0.5, 1, 2, 5, 10, 20, 50) if km * 1000 * sheet.mm_per_m <= sheet.width_mm / 4
    )
    return max(fitting, default=0.2)
