"""Reading history again with today's model and gazetteer. A report stays with its incident; the incident is made anew.

Some incidents at a time, each time in a transaction of its own under the lock that the running service uses too. What is
read is marked with its versions, so a run that was broken off goes on where it ended, and a second run finds nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.enrichment import store
from services.enrichment.correcting import judged_of, rederived
from services.enrichment.domain import Understood
from services.enrichment.linking import change_between, in_force
from services.enrichment.publishing import incident_changed, report_enriched
from services.enrichment.reading import Reader
from services.enrichment.store import History, Stored, Versions
from shared.inbox import Connection
from shared.outbox import store_outgoing
from shared.tracing import new_traceparent

AT_A_TIME: Final = 50
_FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Reread:
    """`differing`: reports that are now understood otherwise, not counting how sure we are."""

    reports: int = 0
    differing: int = 0
    incidents: int = 0

    def __add__(self, other: "Reread") -> "Reread":
        return Reread(
            self.reports + other.reports, self.differing + other.differing, self.incidents + other.incidents
        )


@dataclass(frozen=True, slots=True)
class Reenrichment:
    """`tell` is called as it goes on. With `is_trial` everything is read and nothing is changed."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    reader: Reader
    clock: Callable[[], datetime]
    tell: Callable[[str, Reread], None]
    is_trial: bool = False

    async def run(self, *, municipality: str | None = None, since: datetime | None = None) -> Reread:
        by = self.reader.versions
        history, done = History(by.model, by.gazetteer, municipality, since), Reread()
        async with self.pool.acquire() as connection:
            for place in await store.stale_reports(connection, history):
                after = _FIRST
                while incidents := await store.stale_incidents(
                    connection, history, place, after=after, most=AT_A_TIME
                ):
                    done += await self._reread(connection, history, place, incidents)
                    after = incidents[-1]
                    self.tell(place, done)
        return done

    async def _reread(
        self, connection: Connection, history: History, municipality: str, incidents: Sequence[UUID]
    ) -> Reread:
        stale = [
            each
            for incident_id in incidents
            for each in await store.reports_of(connection, incident_id)
            if _is_stale(each, history)
        ]
        answers = await self.reader.read([each.report for each in stale])
        read = {each.report.report_id: answer for each, answer in zip(stale, answers, strict=True)}
        differing = sum(_tells_otherwise(each.understood, read[each.report.report_id]) for each in stale)
        done = Reread(len(stale), differing, len(incidents))
        if self.is_trial:
            return done
        async with connection.transaction():
            await store.lock_municipalities(connection, [municipality])
            versions = Versions(history.model, history.gazetteer, self.clock())
            await store.update_reports(connection, list(read.items()), versions)
            for incident_id in incidents:
                await _make_anew(connection, incident_id, versions)
        return done


async def _make_anew(connection: Connection, incident_id: UUID, versions: Versions) -> None:
    before = await store.incident(connection, incident_id)
    assert before is not None, "an incident is never taken away"
    reports = await store.reports_of(connection, incident_id)
    holding = in_force(await store.corrections_of(connection, incident_id))
    traceparent = new_traceparent()
    events = [
        report_enriched(
            each.report,
            judged.understood,
            each.link,
            each.versions,
            versions.at,
            traceparent,
            judged.by,
            is_reread=True,
        )
        for each, judged in zip(reports, judged_of(reports, holding), strict=True)
        if each.versions == versions
    ]
    after = rederived(reports, holding, revision=before.revision)
    if after != before:
        after = replace(after, revision=before.revision + 1)
        await store.upsert_incidents(connection, [after], versions.at)
        events.append(incident_changed(after, change_between(before, after), versions.at, traceparent))
    await store_outgoing(connection, events)


def _is_stale(stored: Stored, history: History) -> bool:
    return stored.disposed is None and (stored.versions.model, stored.versions.gazetteer) != (
        history.model,
        history.gazetteer,
    )


def _tells_otherwise(before: Understood, after: Understood) -> bool:
    return (before.category, before.severity, before.location.name) != (
        after.category,
        after.severity,
        after.location.name,
    )
