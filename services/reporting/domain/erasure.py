"""A frozen edition after disposal: what it quoted is taken out and the place says so; every count stays as it was frozen. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from services.reporting.domain.edition import Edition, MapDrawing, MapMark, MapPanel, MapPlace, Proposal
from services.reporting.domain.periods import LOCAL
from services.reporting.domain.published import ClaimState, IncidentSummary, Picture
from shared.events import Location

ERASED_SV: Final = "Uppgifterna raderades {day}."
PLACE_ERASED_SV: Final = "raderad plats"
_QUOTED_FROM: Final = 4
"""Shorter than this is no name and no statement."""

Listed = TypeVar("Listed", bound=IncidentSummary)


@dataclass(frozen=True, slots=True)
class Erasure:
    """`gone`: incidents of which words are gone, and where they are known to be now; `claims`: what the machine set down of them."""

    gone: Mapping[UUID, Location]
    claims: Collection[UUID]
    at: datetime

    @property
    def mark(self) -> str:
        return ERASED_SV.format(day=self.at.astimezone(LOCAL).date().isoformat())


@dataclass(slots=True)
class _Found:
    """`moved`: incidents whose place is not to be read any more; `words`: what stands for them elsewhere in the edition."""

    moved: set[UUID] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)


def erased(edition: Edition, erasure: Erasure) -> Edition:
    """The same edition where it quotes nothing of them. Done twice it is as done once."""
    found = _found(edition, erasure)
    picture = _picture(edition.picture, erasure, found)
    return edition.model_copy(
        update={
            "erased_at": erasure.at,
            "incidents": tuple(
                _incident(each, erasure, found).model_copy(
                    update={"place": None if each.incident_id in found.moved else each.place}
                )
                for each in edition.incidents
            ),
            "picture": picture,
            "map": _map(edition.map, found),
            "proposals": tuple(_proposal(each, found) for each in edition.proposals),
        }
    )


def _found(edition: Edition, erasure: Erasure) -> _Found:
    found = _Found()
    listed: dict[UUID, IncidentSummary] = {each.incident_id: each for each in edition.picture.incidents}
    listed.update({each.incident_id: each for each in edition.incidents})
    staying = {
        each.location.name
        for each in listed.values()
        if each.incident_id not in erasure.gone or _stays(each, erasure)
    }
    for incident_id in erasure.gone:
        known = listed.get(incident_id)
        if known is None or not _stays(known, erasure):
            found.moved.add(incident_id)
        if known is not None:
            _replace(found, known.summary, erasure.mark)
        if known is not None and incident_id in found.moved and known.location.name not in staying:
            _replace(found, known.location.name or "", PLACE_ERASED_SV)
    for place in edition.map.places:
        if set(place.incident_ids) <= found.moved and place.name not in staying:
            found.names.add(place.name)
    for claim in edition.picture.claims:
        if claim.claim_id in erasure.claims:
            _replace(found, claim.statement, erasure.mark)
    return found


def _stays(incident: IncidentSummary, erasure: Erasure) -> bool:
    """Others told of the same place, so nothing of it is to be taken out."""
    return erasure.gone[incident.incident_id].name == incident.location.name


def _replace(found: _Found, words: str, by: str) -> None:
    if len(words) >= _QUOTED_FROM:
        found.words[words] = by


def _incident(incident: Listed, erasure: Erasure, found: _Found) -> Listed:
    if incident.incident_id not in erasure.gone:
        return incident
    moved = incident.incident_id in found.moved
    location = erasure.gone[incident.incident_id] if moved else incident.location
    return incident.model_copy(update={"summary": erasure.mark, "location": location})


def _picture(picture: Picture, erasure: Erasure, found: _Found) -> Picture:
    rhythm = picture.rhythm
    return picture.model_copy(
        update={
            "incidents": tuple(_incident(each, erasure, found) for each in picture.incidents),
            "claims": tuple(_claim(each, erasure) for each in picture.claims),
            "rhythm": rhythm.model_copy(update={"reason": _without(rhythm.reason, found.words)}),
        }
    )


def _claim(claim: ClaimState, erasure: Erasure) -> ClaimState:
    return claim.model_copy(update={"statement": erasure.mark}) if claim.claim_id in erasure.claims else claim


def _proposal(proposal: Proposal, found: _Found) -> Proposal:
    return proposal.model_copy(
        update={
            "text": _without(proposal.text, found.words),
            "reason": _without(proposal.reason, found.words),
        }
    )


def _without(text: str, words: Mapping[str, str]) -> str:
    """The longest first: one name may stand within another."""
    for each in sorted(words, key=len, reverse=True):
        text = text.replace(each, words[each])
    return text


def _map(drawing: MapDrawing, found: _Found) -> MapDrawing:
    empty = {place.number for place in drawing.places if set(place.incident_ids) <= found.moved}
    return drawing.model_copy(
        update={
            "places": tuple(_place(each, empty) for each in drawing.places),
            "whole": _panel(drawing.whole, found, empty),
            "inset": None if drawing.inset is None else _panel(drawing.inset, found, empty),
        }
    )


def _place(place: MapPlace, empty: Collection[int]) -> MapPlace:
    return place.model_copy(update={"name": PLACE_ERASED_SV}) if place.number in empty else place


def _panel(panel: MapPanel, found: _Found, empty: Collection[int]) -> MapPanel:
    marks = [each for each in panel.marks if not set(_numbers(each.label)) <= set(empty)]
    return panel.model_copy(update={"marks": tuple(_mark(each, found) for each in marks)})


def _mark(mark: MapMark, found: _Found) -> MapMark:
    return mark.model_copy(update={"name": PLACE_ERASED_SV}) if mark.name in found.names else mark


def _numbers(label: str) -> Iterable[int]:
    """From `1, 3–5`."""
    for part in label.split(", "):
        first, _, last = part.partition("–")
        yield from range(int(first), int(last or first) + 1)
