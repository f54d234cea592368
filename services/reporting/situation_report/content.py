"""What an edition says, from the picture at the moment it is frozen."""

from collections.abc import Sequence
from typing import Final

from services.reporting.domain.comparison import Finding
from services.reporting.domain.edition import Edition, ListedIncident, MapDrawing
from services.reporting.domain.incident import Incident
from services.reporting.domain.map_drawing import draw_map
from services.reporting.domain.picture import Material, summary
from services.reporting.domain.proposals import proposals
from services.reporting.domain.published import Picture
from services.reporting.domain.wording import number_sv
from services.reporting.outlines import municipality_rings
from shared.events import Rhythm
from shared.geodata import localities

INCIDENTS_LISTED: Final = 60
# What the first page has room for, beside the chart, the places and the proposals.
CHANGES_TOLD: Final = 5
SERIOUS: Final = 3
_QUIET: Final = "Ingen enskild kategori skiljer sig mer än slumpen kan förklara."
_TOO_FEW: Final = "Händelserna är för få för att säga något om enskilda kategorier."


def edition_of(
    picture: Picture, material: Material, *, number: int, frozen_by: str, sharing_level: str
) -> Edition:
    code = picture.municipality.code
    incidents = material.in_period
    ranked = sorted(incidents, key=lambda each: each.severity, reverse=True)
    known = [place for place in localities() if place.municipality == code]
    drawing = draw_map(municipality_rings(code), incidents, known)
    return Edition(
        number=number,
        frozen_at=picture.generated_at,
        frozen_by=frozen_by,
        sharing_level=sharing_level,
        in_short=_in_short(picture),
        changed=_changed(picture),
        proposals=proposals(picture, incidents),
        serious=_serious(incidents),
        previous_serious=_serious(material.in_previous),
        map=drawing,
        incidents=_listed(ranked[:INCIDENTS_LISTED], drawing),
        incidents_left_out=max(0, len(ranked) - INCIDENTS_LISTED),
        picture=picture,
    )


def _serious(incidents: Sequence[Incident]) -> int:
    return sum(each.severity >= SERIOUS for each in incidents)


def _in_short(picture: Picture) -> str:
    totals = picture.totals
    reports = f"{number_sv(totals.reports)} {'rapport' if totals.reports == 1 else 'rapporter'}"
    incidents = f"{number_sv(totals.incidents)} {'händelse' if totals.incidents == 1 else 'händelser'}"
    rhythm = "daglig" if picture.rhythm.rhythm is Rhythm.DAILY else "vanlig, var fjortonde dag"
    return f"{reports} om {incidents}. Lägesrytmen är {rhythm}."


def _changed(picture: Picture) -> tuple[str, ...]:
    """What differs by more than chance; and when nothing does, that, and not more."""
    rows = [row for row in picture.categories if row.finding is Finding.MORE]
    rows += [row for row in picture.categories if row.finding is Finding.FEWER]
    total = f"{picture.totals.sentence_sv}."
    if not rows:
        return (total, _QUIET if _enough_to_say(picture) else _TOO_FEW)
    told = [f"{row.sentence_sv}." for row in rows[:CHANGES_TOLD]]
    more = len(rows) - len(told)
    if more:
        told.append(
            f"Ytterligare {more} {'kategori' if more == 1 else 'kategorier'} skiljer sig, se tabellen."
        )
    return (total, *told)


def _enough_to_say(picture: Picture) -> bool:
    return any(row.finding is not Finding.TOO_FEW for row in picture.categories)


def _listed(incidents: Sequence[Incident], drawing: MapDrawing) -> tuple[ListedIncident, ...]:
    numbers = {incident_id: place.number for place in drawing.places for incident_id in place.incident_ids}
    return tuple(
        ListedIncident(**dict(summary(each)), place=numbers.get(each.incident_id)) for each in incidents
    )
