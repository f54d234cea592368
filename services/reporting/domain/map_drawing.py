"""The edition's map: the municipality's outline on paper, and one numbered mark for incidents at one place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.domain.edition import MapDrawing, MapLabel, MapPlace
from services.reporting.domain.incident import Incident, has_point
from shared.categories import load_categories
from shared.geodata.localities import Locality
from shared.geodata.plane import to_plane

WIDTH_MM: Final = 122.0
MAX_HEIGHT_MM: Final = 112.0
PADDING_MM: Final = 5.0
# Marks nearer than this would hide each other's numbers.
MERGE_MM: Final = 5.5
LOCALITIES_NAMED: Final = 6
Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """From metres on the plane to millimetres on paper, north up."""

    west: float
    north: float
    mm_per_m: float
    width_mm: float
    height_mm: float

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        east, north = to_plane(lat, lon)
        return (
            round(PADDING_MM + (east - self.west) * self.mm_per_m, 2),
            round(PADDING_MM + (self.north - north) * self.mm_per_m, 2),
        )

    def holds(self, x_mm: float, y_mm: float) -> bool:
        return 0 <= x_mm <= self.width_mm and 0 <= y_mm <= self.height_mm


def sheet_for(rings: Sequence[Ring]) -> Sheet:
    """The largest sheet within the limits that holds `rings` (longitude, latitude)."""
    points = [to_plane(lat, lon) for ring in rings for lon, lat in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    scale = min(
        (WIDTH_MM - 2 * PADDING_MM) / (east - west), (MAX_HEIGHT_MM - 2 * PADDING_MM) / (north - south)
    )
    return Sheet(
        west,
        north,
        scale,
        round((east - west) * scale + 2 * PADDING_MM, 2),
        round((north - south) * scale + 2 * PADDING_MM, 2),
    )


def draw_map(rings: Sequence[Ring], incidents: Sequence[Incident], known: Sequence[Locality]) -> MapDrawing:
    """`known`: the municipality's localities, the most populous first; the first few are named."""
    sheet = sheet_for(rings)
    placed = [each for each in incidents if _on_sheet(sheet, each) is not None]
    scale_km = _scale_km(sheet)
    return MapDrawing(
        width_mm=sheet.width_mm,
        height_mm=sheet.height_mm,
        outlines=tuple(tuple(sheet.place(lat, lon) for lon, lat in ring) for ring in rings),
        places=_places(sheet, placed),
        localities=tuple(
            MapLabel(name=place.name, x_mm=x, y_mm=y)
            for place in known[:LOCALITIES_NAMED]
            for x, y in [sheet.place(place.lat, place.lon)]
        ),
        scale_km=scale_km,
        scale_mm=round(scale_km * 1000 * sheet.mm_per_m, 2),
        without_place=len(incidents) - len(placed),
    )


def _on_sheet(sheet: Sheet, incident: Incident) -> tuple[float, float] | None:
    location = incident.location
    if not has_point(location) or location.lat is None or location.lon is None:
        return None
    spot = sheet.place(location.lat, location.lon)
    return spot if sheet.holds(*spot) else None


def _places(sheet: Sheet, incidents: Sequence[Incident]) -> tuple[MapPlace, ...]:
    """Worst first; each incident joins the first mark that is near enough, or makes one of its own."""
    marks: list[tuple[tuple[float, float], list[Incident]]] = []
    for incident in sorted(incidents, key=lambda each: (-each.severity, each.first_occurred_at)):
        x, y = _on_sheet(sheet, incident) or (0.0, 0.0)
        near = (mark for mark in marks if (mark[0][0] - x) ** 2 + (mark[0][1] - y) ** 2 < MERGE_MM**2)
        mark = next(near, None)
        if mark is None:
            marks.append(((x, y), [incident]))
        else:
            mark[1].append(incident)
    marks.sort(key=lambda mark: (-len(mark[1]), -mark[1][0].severity, mark[0]))
    return tuple(_place(sheet, number, *mark) for number, mark in enumerate(marks, start=1))


def _place(sheet: Sheet, number: int, spot: tuple[float, float], incidents: Sequence[Incident]) -> MapPlace:
    names = Counter(each.location.name for each in incidents if each.location.name)
    uncertainty_m = max(each.location.uncertainty_m or 0.0 for each in incidents)
    return MapPlace(
        number=number,
        name=names.most_common(1)[0][0] if names else "Okänd plats",
        x_mm=spot[0],
        y_mm=spot[1],
        uncertainty_mm=round(min(uncertainty_m * sheet.mm_per_m, sheet.width_mm / 2), 2),
        severity=max(each.severity for each in incidents),
        count=len(incidents),
        kinds=kinds(incidents),
        incident_ids=tuple(each.incident_id for each in incidents),
    )


def kinds(incidents: Sequence[Incident], shown: int = 3) -> str:
    """`brand 3, stöld 2, trafik 1 m.fl.`: the most frequent categories with their counts."""
    counted = Counter(each.category for each in incidents)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    labels = [f"{load_categories()[code].sv.lower()} {count}" for code, count in ranked[:shown]]
    return ", ".join(labels) + (" m.fl." if len(ranked) > shown else "")


def _scale_km(sheet: Sheet) -> int:
    """The longest round distance that takes at most a third of the width."""
    return max(
        (km for km in (1, 2, 5, 10, 20, 50) if km * 1000 * sheet.mm_per_m <= sheet.width_mm / 3), default=1
    )
