"""The open incidents as linking knows them, kept between batches and made true to the database before each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from services.enrichment import store
from services.enrichment.linking import LONGEST_GAP, Board, Incident
from services.enrichment.store import Edition
from shared.inbox import Connection

_MOST_KEPT: Final = 20_000


@dataclass(slots=True)
class _Kept:
    board: Board = field(default_factory=Board)
    editions: dict[UUID, Edition] = field(default_factory=dict)

    def remove(self, incident_id: UUID) -> None:
        self.board.remove(incident_id)
        self.editions.pop(incident_id, None)


class Boards:
    """One board for each municipality met. Only to be used under the municipalities' locks."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    async def true_to(
        self, connection: Connection, spans: Mapping[str, tuple[datetime, datetime]]
    ) -> dict[str, Board]:
        """The boards of these municipalities, holding exactly what the database has near the given times."""
        if sum(len(kept.editions) for kept in self._kept.values()) > _MOST_KEPT:
            self._kept.clear()
        current = await store.open_incidents(connection, spans, LONGEST_GAP)
        stale: list[UUID] = []
        for municipality in spans:
            kept = self._kept.setdefault(municipality, _Kept())
            editions = current.get(municipality, {})
            for gone in kept.editions.keys() | kept.board.incidents.keys():
                if gone not in editions:
                    kept.remove(gone)
            stale += [each for each, edition in editions.items() if kept.editions.get(each) != edition]
        for incident, edition in await store.incidents(connection, stale) if stale else ():
            kept = self._kept[incident.municipality]
            kept.board.put(incident)
            kept.editions[incident.incident_id] = edition
        return {municipality: self._kept[municipality].board for municipality in spans}

    def saved(self, incidents: Iterable[Incident], at: datetime) -> None:
        """What linking made of the boards is what the database has once the transaction is committed."""
        for incident in incidents:
            self._kept[incident.municipality].editions[incident.incident_id] = incident.revision, at

    @contextmanager
    def forgetting_on_failure(self, municipalities: Sequence[str]) -> Iterator[None]:
        """After a failure the boards may hold what the database does not."""
        try:
            yield
        except BaseException:
            for municipality in municipalities:
                self._kept.pop(municipality, None)
            raise
