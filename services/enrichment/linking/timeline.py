"""Incidents in the order they last occurred, to find those nearest in time without looking at all."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from uuid import UUID

from services.enrichment.linking.incident import Incident

_MET_EACH_WAY: Final = 16

Moment = tuple[float, int, float, UUID]
"""When it last occurred, in seconds since 1970; its id as a number, for the order; when it first occurred; its id."""


def moment_of(incident: Incident) -> Moment:
    return incident.last_s, incident.incident_id.int, incident.first_s, incident.incident_id


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

    def around(self, at_s: float, within_s: float, lasts_s: float) -> list[Moment]:
        """The nearest on both sides of a time, at most so many each way, and none more than `within_s` away.

        What else is on the timeline does not matter, so the answer does not depend on how much of the past is known.
        `lasts_s`: none on it lasts longer.
        """
        moments = self._moments
        middle = bisect_left(moments, (at_s,))
        before = bisect_left(moments, (at_s - within_s,), hi=middle)
        after = bisect_left(moments, (at_s + within_s,), lo=middle)
        found = moments[max(before, middle - _MET_EACH_WAY) : min(after, middle + _MET_EACH_WAY)]
        if after - middle < _MET_EACH_WAY and after < len(moments):
            last = bisect_left(moments, (at_s + within_s + lasts_s,), lo=after)
            begun = (moment for moment in islice(moments, after, last) if moment[2] <= at_s + within_s)
            found += islice(begun, _MET_EACH_WAY - (after - middle))
        return found
