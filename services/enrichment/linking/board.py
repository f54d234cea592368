"""The open incidents of municipalities, indexed so that a report meets only those it may belong to."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Final, TypeAlias
from uuid import UUID

from services.enrichment.linking.decide import Decision, Existing, link
from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident
from services.enrichment.linking.joining import joined, opened
from services.enrichment.linking.kinds import KINDS, REPEATED_WITHIN
from services.enrichment.linking.nearness import is_vague
from services.enrichment.linking.timeline import Moment, Timeline, moment_of
from services.enrichment.linking.tying import Named, tied
from shared.categories import CategoryCode
from shared.events import Location

_HEARSAY: Final = "hearsay"
_CELL_LAT, _CELL_LON = 0.1, 0.2
_COARSE_M: Final = 4_000.0
_MET: Final = 48
"""A report meets at most so many incidents, the nearest in time: a flood can't make linking slow."""

Cell: TypeAlias = tuple[int, int]
Bucket: TypeAlias = tuple[str, Cell]
_REPEATED_WITHIN_S: Final = REPEATED_WITHIN.total_seconds()
_LONGEST_S: Final = max(kind.lasts_s for kind in KINDS.values())
_HEARD_WITHIN_S: Final = KINDS[CategoryCode.RUMOUR].within_s
_REACH_S: Final[Mapping[str, tuple[float, float]]] = {
    **{code: (max(kind.within_s, _REPEATED_WITHIN_S), kind.lasts_s) for code, kind in KINDS.items()},
    _HEARSAY: (max(_HEARD_WITHIN_S, _REPEATED_WITHIN_S), _LONGEST_S),
}
"""How far from a report's time an incident may be and still take it, and how long it can last; for each category."""
_EVERYWHERE: Final = (10_000, 0)
_UNCERTAIN: Final = (10_000, 1)


@dataclass(frozen=True, slots=True)
class Linked:
    """`incident`: as it is after this report; `before`: as it was, None for one that is new."""

    report: Heard
    decision: Decision
    incident: Incident
    before: Incident | None = None

    @property
    def is_new(self) -> bool:
        return not isinstance(self.decision, Existing)


@dataclass(slots=True)
class Board:
    """One municipality's open incidents."""

    incidents: dict[UUID, Incident] = field(default_factory=dict)
    _timelines: dict[Cell, dict[str, Timeline]] = field(default_factory=dict)
    _by_text: dict[str | frozenset[str], Timeline] = field(default_factory=dict)

    @classmethod
    def of(cls, incidents: Iterable[Incident]) -> "Board":
        board = cls()
        for incident in incidents:
            board.put(incident)
        return board

    def take(self, report: Heard, named: Named | None = None) -> Linked:
        """Link one report, and remember what its incident became. `named`: what its reporter says it belongs with."""
        decision = self._decide(report, named)
        if isinstance(decision, Existing):
            report = report if decision.tie is None else replace(report, tie=decision.tie)
            before: Incident | None = self.incidents[decision.incident_id]
            after = joined(
                self.incidents[decision.incident_id],
                report,
                is_repeat=decision.is_repeat,
                reason=decision.reason,
            )
        else:
            before, after = None, opened(report)
        self.put(after)
        return Linked(report, decision, after, before)

    def _decide(self, report: Heard, named: Named | None) -> Decision:
        incident = None if named is None else self.incidents.get(named.incident_id)
        if named is None or incident is None:
            return link(report, self.candidates(report))
        word = tied(report, incident, named.tie)
        if isinstance(word, Existing):
            return word
        decision = link(report, self.candidates(report))
        if isinstance(decision, Existing) and decision.incident_id == incident.incident_id:
            return decision
        return replace(decision, reason=f"{decision.reason}; {word.reason}")

    def candidates(self, report: Heard) -> list[Incident]:
        """Every incident the rules could link the report to, unless there are more than a report can meet."""
        at_s = report.at_s
        moments = set(self._near(report, at_s))
        if len(moments) > _MET:
            moments = set(nsmallest(_MET, moments, key=lambda moment: (abs(moment[0] - at_s), moment[1])))
        for key in (report.words.plain, report.words.sketch):
            if key in self._by_text:
                moments.update(self._by_text[key].around(at_s, _REPEATED_WITHIN_S, _LONGEST_S))
        return [self.incidents[identity] for *_, identity in moments]

    def put(self, incident: Incident) -> None:
        """Add an incident, or replace what was known of it. Nothing is linked to one that was taken back."""
        self.remove(incident.incident_id)
        if incident.is_withdrawn:
            return
        self.incidents[incident.incident_id] = incident
        moment = moment_of(incident)
        for code, place in _buckets_of(incident):
            self._timelines.setdefault(place, {}).setdefault(code, Timeline()).add(moment)
        for key in _text_keys(incident):
            self._by_text.setdefault(key, Timeline()).add(moment)

    def remove(self, incident_id: UUID) -> None:
        incident = self.incidents.pop(incident_id, None)
        if incident is None:
            return
        moment = moment_of(incident)
        for code, place in _buckets_of(incident):
            self._timelines[place][code].remove(moment)
        for key in _text_keys(incident):
            self._by_text[key].remove(moment)
            if not self._by_text[key]:
                del self._by_text[key]

    def drop_before(self, at: datetime) -> None:
        """Forget incidents that ended before `at`."""
        self.keep_between(at, datetime.max.replace(tzinfo=UTC))

    def keep_between(self, earliest: datetime, latest: datetime) -> None:
        """Forget incidents that do not last into this time."""
        for incident in list(self.incidents.values()):
            if incident.last_occurred_at < earliest or incident.first_occurred_at > latest:
                self.remove(incident.incident_id)

    def _near(self, report: Heard, at_s: float) -> list[Moment]:
        found: list[Moment] = []
        cell = _cell(report.understood.location)
        places = (_EVERYWHERE,) if cell is None else (_UNCERTAIN, *_around(cell))
        reaches = {code: _reach_s(code, report) for code in _codes_for(report)}
        for place in places:
            timelines = self._timelines.get(place)
            if timelines is None:
                continue
            for code in reaches.keys() & timelines.keys():
                found += timelines[code].around(at_s, *reaches[code])
        return found


def _buckets_of(incident: Incident) -> set[Bucket]:
    found: set[Bucket] = set()
    for face in incident.faces:
        cell = _cell(face.location)
        for code in _codes_of(face):
            found |= {(code, _EVERYWHERE), (code, _UNCERTAIN if cell is None else cell)}
    return found


def _text_keys(incident: Incident) -> set[str | frozenset[str]]:
    telling = (words.sketch for words in incident.words if words.is_telling)
    return {*(words.plain for words in incident.words), *telling}


def _codes_of(incident: Incident) -> tuple[str, ...]:
    return (incident.category, _HEARSAY) if incident.hearsay_only else (incident.category,)


def _codes_for(report: Heard) -> dict[str, None]:
    codes: dict[str, None] = dict.fromkeys(report.kinds)
    if report.is_second_hand:
        codes[CategoryCode.RUMOUR] = None
    if report.is_rumour:
        codes[_HEARSAY] = None
    return codes


def _reach_s(code: str, report: Heard) -> tuple[float, float]:
    within_s, lasts_s = _REACH_S[code]
    return (max(within_s, _HEARD_WITHIN_S) if report.is_second_hand else within_s), lasts_s


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
