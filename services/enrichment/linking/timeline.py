"""Incidents in the order they last occurred, to find those nearest in time without looking at all."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from uuid import UUID

from services.enrichment.linking.incident import Incident
from services.enrichment.linking.kinds import KINDS

_MET_EACH_WAY: Final = 16
_LASTS_S: Final = max(kind.lasts for kind in KINDS.values()).total_seconds()

Moment = tuple[float, int, float, UUID]
"""When it last occurred, in seconds since 1970; its id as a number, for the order; when it first occurred; its id."""


def moment_of(incident: Incident) -> Moment:
    return (
        incident.last_occurred_at.timestamp(),
        incident.incident_id.int,
        incident.first_occurred_at.timestamp(),
        incident.incident_id,
    )


@dataclass(slots=True)
class Timeline:
    _moments: list[Moment] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._moments)

    def add(self, moment: Moment) -> None:
        insort(self._moments, moment)

    def remove(self, moment: Moment) -> None:
        at = bisect_left(self._moments, moment)
        if at < len(self._moments) and self._moments[at] == moment:
            del self._moments[at]

    def around(self, at_s: float, within_s: float) -> list[Moment]:
        """The nearest on both sides of a time, at most so many each way, and none more than `within_s` away.

        What else is on the timeline does not matter, so the answer does not depend on how much of the past is known.
        """
        moments = self._moments
        middle = bisect_left(moments, (at_s,))
        before = bisect_left(moments, (at_s - within_s,), hi=middle)
        return [
            *moments[max(before, middle - _MET_EACH_WAY) : middle],
            *islice(self._begun(middle, at_s + within_s), _MET_EACH_WAY),
        ]

    def _begun(self, start: int, by_s: float) -> Iterator[Moment]:
        """From `start` on, those that had begun by then."""
        for at in range(start, len(self._moments)):
            moment = self._moments[at]
            if moment[0] > by_s + _LASTS_S:
                return
            if moment[2] <= by_s:
                yield moment
