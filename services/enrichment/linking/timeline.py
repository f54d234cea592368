"""Incidents in the order they last occurred, to find those nearest in time without looking at all."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.enrichment.linking.incident import Incident

_MET_EACH_WAY = 16

Moment = tuple[float, int, UUID]
"""Seconds since 1970 and the id, as a number for the order and as itself."""


def moment_of(incident: Incident) -> Moment:
    return incident.last_occurred_at.timestamp(), incident.incident_id.int, incident.incident_id


@dataclass(slots=True)
class Timeline:
    _moments: list[Moment] = field(default_factory=list)

    def add(self, moment: Moment) -> None:
        insort(self._moments, moment)

    def remove(self, moment: Moment) -> None:
        at = bisect_left(self._moments, moment)
        if at < len(self._moments) and self._moments[at] == moment:
            del self._moments[at]

    def around(self, at_s: float) -> Sequence[Moment]:
        """The nearest on both sides of a time, at most so many each way."""
        if len(self._moments) <= _MET_EACH_WAY:
            return self._moments
        middle = bisect_left(self._moments, (at_s,))
        return self._moments[max(middle - _MET_EACH_WAY, 0) : middle + _MET_EACH_WAY]
