"""The open incidents as linking knows them, kept between batches and true to the database."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.enrichment import store
from services.enrichment.linking import LONGEST_GAP, Board, Incident
from services.enrichment.store.incidents import Span
from shared.inbox import Connection

_MOST_KEPT: Final = 20_000


@dataclass(slots=True)
class _Kept:
    """`known`: every incident that lasts into this time is on the board; `edition`: of the municipality's incidents."""

    board: Board
    known: Span
    edition: int


class Boards:
    """One board for each municipality met. Only to be used under the municipalities' locks.

    Each transaction under the lock counts the municipality's edition up by one, so a board that is one edition behind
    holds what the database has: nothing is read again but what its time does not cover yet.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    async def true_to(
        self, connection: Connection, editions: Mapping[str, int], spans: Mapping[str, Span]
    ) -> dict[str, Board]:
        """Boards holding every incident that a report of these times could belong to. `editions`: of this transaction."""
        self._forget_the_many(spans)
        for municipality, edition in editions.items():
            kept = self._kept.get(municipality)
            if kept is None or kept.edition != edition - 1:
                self._kept.pop(municipality, None)
            else:
                kept.edition = edition
        return {
            municipality: await self._covering(
                connection,
                municipality,
                editions[municipality],
                (span[0] - LONGEST_GAP, span[1] + LONGEST_GAP),
            )
            for municipality, span in spans.items()
        }

    async def hold(self, connection: Connection, incident_ids: Collection[UUID]) -> None:
        """Of these incidents, those of the municipalities in hand are on their boards, however long ago they were."""
        unknown = [
            each
            for each in incident_ids
            if all(each not in kept.board.incidents for kept in self._kept.values())
        ]
        for incident in await store.incidents_named(connection, unknown) if unknown else []:
            self.put(incident)

    def put(self, incident: Incident) -> None:
        """An incident that was changed by anything but linking."""
        kept = self._kept.get(incident.municipality)
        if kept is not None:
            kept.board.put(incident)

    @contextmanager
    def forgetting_on_failure(self, municipalities: Mapping[str, int]) -> Iterator[None]:
        """After a failure the boards may hold what the database does not."""
        try:
            yield
        except BaseException:
            for municipality in municipalities:
                self._kept.pop(municipality, None)
            raise

    async def _covering(self, connection: Connection, municipality: str, edition: int, wanted: Span) -> Board:
        kept = self._kept.get(municipality)
        if kept is None:
            found = await store.incidents_between(connection, municipality, wanted)
            kept = self._kept[municipality] = _Kept(Board.of(found), wanted, edition)
            return kept.board
        wanted = min(wanted[0], kept.known[0]), max(wanted[1], kept.known[1])
        if wanted != kept.known:
            for incident in await store.incidents_between(connection, municipality, wanted, known=kept.known):
                if incident.incident_id not in kept.board.incidents:
                    kept.board.put(incident)
            kept.known = wanted
        return kept.board

    def _forget_the_many(self, spans: Mapping[str, Span]) -> None:
        """Above the most that are kept: the boards not asked for go, and of the others what no report of now could meet."""
        if self._amount() <= _MOST_KEPT:
            return
        self._kept = {name: kept for name, kept in self._kept.items() if name in spans}
        if self._amount() <= _MOST_KEPT:
            return
        for name, kept in self._kept.items():
            earliest = max(kept.known[0], spans[name][0] - LONGEST_GAP)
            latest = min(kept.known[1], spans[name][1] + LONGEST_GAP)
            if (earliest, latest) != kept.known and earliest <= latest:
                kept.board.keep_between(earliest, latest)
                kept.known = earliest, latest

    def _amount(self) -> int:
        return sum(len(kept.board.incidents) for kept in self._kept.values())
