"""What is held: looked at, released, rejected. Released exactly once, whoever does it and how often; each decision is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.abuse.held_words import held_words
from services.intake.abuse.judging import State
from shared.identity import new_id
from shared.inbox import Connection

BY_ITSELF: Final = "time"
_LIST: Final = """
SELECT * FROM (SELECT quarantine.report_id, state, reasons, alike, quarantine.received_at, release_at, body, decided_at, decided_by, note,
       report.municipality,
       count(*) FILTER (WHERE alike IS NOT NULL) OVER (PARTITION BY alike) AS alike_reports
FROM quarantine JOIN report ON report.id = quarantine.report_id
WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR $2 = ANY(reasons))
  AND ($3::text IS NULL OR report.municipality = $3) AND ($4::uuid IS NULL OR quarantine.report_id = $4)
) AS listed WHERE $6::timestamptz IS NULL OR (received_at, report_id) > ($6, $7::uuid)
ORDER BY received_at, report_id LIMIT $5
"""
# Only who sees it held gets to move it: a row that another has just released is looked at again once that one is done.
_RELEASE: Final = """
WITH chosen AS MATERIALIZED (
    SELECT report_id, event_id, topic, key, headers, body FROM quarantine
    WHERE report_id = ANY($1::uuid[]) AND state IN ('held', 'rejected') AND is_readable(body)
    ORDER BY report_id FOR UPDATE
), told AS (
    INSERT INTO outbox (event_id, topic, key, headers, body)
    SELECT event_id, topic, key, headers, body FROM chosen ORDER BY report_id
), done AS (
    UPDATE quarantine SET state = 'released', headers = NULL, body = NULL, release_at = NULL,
                          decided_at = now(), decided_by = $2, note = $3
    FROM chosen WHERE quarantine.report_id = chosen.report_id
), kept AS (
    INSERT INTO quarantine_decision (report_id, decision_id, state, decided_at, decided_by, note)
    SELECT report_id, $4, 'released', now(), $2, $3 FROM chosen
)
SELECT report_id FROM chosen
"""
_REJECT: Final = """
WITH done AS (
    UPDATE quarantine SET state = 'rejected', release_at = NULL, decided_at = now(), decided_by = $2, note = $3
    WHERE report_id IN (
        SELECT report_id FROM quarantine WHERE report_id = ANY($1::uuid[]) AND state = 'held' ORDER BY report_id FOR UPDATE
    )
    RETURNING report_id
), kept AS (
    INSERT INTO quarantine_decision (report_id, decision_id, state, decided_at, decided_by, note)
    SELECT report_id, $4, 'rejected', now(), $2, $3 FROM done
)
SELECT report_id FROM done
"""
_CHOOSE: Final = """
SELECT quarantine.report_id FROM quarantine JOIN report ON report.id = quarantine.report_id
WHERE state = 'held' AND ($1::text IS NULL OR $1 = ANY(reasons)) AND ($2::text IS NULL OR report.municipality = $2)
  AND ($3::uuid IS NULL OR alike = (SELECT alike FROM quarantine WHERE report_id = $3))
ORDER BY quarantine.received_at LIMIT $4
"""
_AMONG: Final = """
SELECT quarantine.report_id FROM quarantine JOIN report ON report.id = quarantine.report_id
WHERE quarantine.report_id = ANY($1::uuid[]) AND ($2::text IS NULL OR report.municipality = $2)
"""
_DUE: Final = """
SELECT report_id FROM quarantine WHERE state = 'held' AND release_at <= $1 AND is_readable(body) ORDER BY received_at LIMIT $2
"""
_COUNT: Final = """
SELECT count(*) AS held, min(received_at) FILTER (WHERE release_at IS NULL) AS oldest FROM quarantine WHERE state = 'held'
"""


@dataclass(frozen=True, slots=True)
class Doubted:
    """`text`: as other services would read it, redacted; None once it has gone on, or if `is_unreadable`: then it can only be rejected.
    `alike_reports`: with this one, that day.
    """

    report_id: UUID
    municipality: str
    state: State
    reasons: tuple[str, ...]
    received_at: datetime
    release_at: datetime | None
    text: str | None
    place_text: str | None
    is_unreadable: bool
    alike_reports: int
    decided_at: datetime | None
    decided_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Held:
    reports: int
    oldest: datetime | None


async def doubted(
    connection: Connection,
    *,
    state: State | None = None,
    reason: str | None = None,
    municipality: str | None = None,
    report_id: UUID | None = None,
    most: int = 500,
    after: tuple[datetime, UUID] | None = None,
) -> list[Doubted]:
    """The oldest first. `after`: the time and id of the last one that was seen."""
    received_at, last_id = after or (None, None)
    rows = await connection.fetch(_LIST, state, reason, municipality, report_id, most, received_at, last_id)
    return [_doubted(row) for row in rows]


async def chosen(
    connection: Connection,
    *,
    reason: str | None = None,
    municipality: str | None = None,
    alike: UUID | None = None,
    most: int = 100_000,
) -> list[UUID]:
    """Those held for that reason, or whose text is that report's or nearly so."""
    return [row["report_id"] for row in await connection.fetch(_CHOOSE, reason, municipality, alike, most)]


async def among(connection: Connection, report_ids: Sequence[UUID], municipality: str | None) -> list[UUID]:
    """Those of the municipality; None is any."""
    return [row["report_id"] for row in await connection.fetch(_AMONG, list(report_ids), municipality)]


async def release(
    connection: Connection,
    report_ids: Sequence[UUID],
    by: str,
    note: str | None = None,
    decision_id: UUID | None = None,
) -> list[UUID]:
    """Those released now; one that nobody could read stays. The event goes out as it would have, with its own times. Wake the
    relay after the commit.
    """
    rows = await connection.fetch(_RELEASE, list(report_ids), by, note, decision_id or new_id())
    return [row["report_id"] for row in rows]


async def reject(
    connection: Connection, report_ids: Sequence[UUID], by: str, note: str, decision_id: UUID | None = None
) -> list[UUID]:
    """Those rejected now. They stay, with why, and can be released later."""
    rows = await connection.fetch(_REJECT, list(report_ids), by, note, decision_id or new_id())
    return [row["report_id"] for row in rows]


async def due(connection: Connection, now: datetime, most: int) -> list[UUID]:
    return [row["report_id"] for row in await connection.fetch(_DUE, now, most)]


async def held(connection: Connection) -> Held:
    (row,) = await connection.fetch(_COUNT)
    return Held(row["held"], row["oldest"])


def _doubted(row: Any) -> Doubted:
    told = held_words(row["body"])
    return Doubted(
        report_id=row["report_id"],
        municipality=row["municipality"],
        state=State(row["state"]),
        reasons=tuple(row["reasons"]),
        received_at=row["received_at"],
        release_at=row["release_at"],
        text=told.text,
        place_text=told.place_text,
        is_unreadable=told.is_unreadable,
        alike_reports=max(1, row["alike_reports"]),
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        note=row["note"],
    )
