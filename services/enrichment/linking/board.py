"""The open incidents of municipalities, indexed so that a report meets only those it may belong to."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Final, TypeAlias
from uuid import UUID

from services.enrichment.linking.decide import Decision, Existing, link, second_choices
from services.enrichment.linking.incident import Heard, Incident, joined, opened
from services.enrichment.linking.kinds import RELATIVES
from services.enrichment.linking.nearness import is_vague
from shared.categories import CategoryCode
from shared.events import Location

_HEARSAY: Final = "hearsay"
_CELL_LAT, _CELL_LON = 0.1, 0.2
_COARSE_M: Final = 4_000.0
_MET: Final = 64
"""A report meets at most so many incidents, the nearest in time: a flood can't make linking slow."""

Cell: TypeAlias = tuple[int, int]
Bucket: TypeAlias = tuple[str, Cell | None]


@dataclass(frozen=True, slots=True)
class Linked:
    """`incident`: as it is after this report."""

    report: Heard
    decision: Decision
    incident: Incident

    @property
    def is_new(self) -> bool:
        return not isinstance(self.decision, Existing)


@dataclass(slots=True)
class Board:
    """One municipality's open incidents."""

    incidents: dict[UUID, Incident] = field(default_factory=dict)
    _buckets: dict[Bucket, dict[UUID, None]] = field(default_factory=dict)
    _by_code: dict[str, dict[UUID, None]] = field(default_factory=dict)
    _by_text: dict[str | frozenset[str], dict[UUID, None]] = field(default_factory=dict)

    @classmethod
    def of(cls, incidents: Iterable[Incident]) -> "Board":
        board = cls()
        for incident in incidents:
            board.put(incident)
        return board

    def take(self, report: Heard) -> Linked:
        """Link one report, and remember what its incident became."""
        decision = link(report, self.candidates(report))
        if isinstance(decision, Existing):
            before = self.incidents[decision.incident_id]
            after = joined(before, report, is_repeat=decision.is_repeat, reason=decision.reason)
            self._remove(before)
        else:
            after = opened(report)
        self.put(after)
        return Linked(report, decision, after)

    def candidates(self, report: Heard) -> list[Incident]:
        """Every incident the rules could link the report to, unless there are more than a report can meet."""
        found: dict[UUID, None] = {}
        for key in (report.words.plain, report.words.sketch):
            found.update(self._by_text.get(key, {}))
        for identity in self._near(report):
            found[identity] = None
        incidents = [self.incidents[identity] for identity in found]
        if len(incidents) <= _MET:
            return incidents
        return nsmallest(
            _MET, incidents, key=lambda each: (_away(each, report.occurred_at), each.incident_id.int)
        )

    def put(self, incident: Incident) -> None:
        identity = incident.incident_id
        self.incidents[identity] = incident
        cell = _cell(incident.location)
        for code in _codes_of(incident):
            self._by_code.setdefault(code, {})[identity] = None
            self._buckets.setdefault((code, cell), {})[identity] = None
        for words in incident.words:
            self._by_text.setdefault(words.plain, {})[identity] = None
            if words.is_telling:
                self._by_text.setdefault(words.sketch, {})[identity] = None

    def drop_before(self, at: datetime) -> None:
        """Forget incidents that ended before `at`."""
        for incident in [each for each in self.incidents.values() if each.last_occurred_at < at]:
            self._remove(incident)
            del self.incidents[incident.incident_id]

    def _remove(self, incident: Incident) -> None:
        identity, cell = incident.incident_id, _cell(incident.location)
        for code in _codes_of(incident):
            self._by_code[code].pop(identity, None)
            self._buckets[code, cell].pop(identity, None)
        for words in incident.words:
            for key in (words.plain, words.sketch):
                self._by_text.get(key, {}).pop(identity, None)

    def _near(self, report: Heard) -> Iterator[UUID]:
        cell = _cell(report.understood.location)
        for code in _codes_for(report):
            if cell is None:
                yield from self._by_code.get(code, ())
                continue
            yield from self._buckets.get((code, None), ())
            for around in _around(cell):
                yield from self._buckets.get((code, around), ())


def _codes_of(incident: Incident) -> tuple[str, ...]:
    return (incident.category, _HEARSAY) if incident.hearsay_only else (incident.category,)


def _codes_for(report: Heard) -> dict[str, None]:
    told = report.understood
    codes: dict[str, None] = dict.fromkeys(RELATIVES[told.category])
    codes.update(dict.fromkeys(second_choices(told)))
    if report.is_second_hand:
        codes[CategoryCode.RUMOUR] = None
    if report.is_rumour:
        codes[_HEARSAY] = None
    return codes


def _cell(location: Location) -> Cell | None:
    """None where the place is too uncertain for a cell to say anything."""
    if is_vague(location) or location.lat is None or location.lon is None:
        return None
    if (location.uncertainty_m or 0.0) > _COARSE_M:
        return None
    return math.floor(location.lat / _CELL_LAT), math.floor(location.lon / _CELL_LON)


def _around(cell: Cell) -> Iterator[Cell]:
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            yield cell[0] + north, cell[1] + east


def _away(incident: Incident, at: datetime) -> timedelta:
    return max(incident.first_occurred_at - at, at - incident.last_occurred_at, timedelta(0))
