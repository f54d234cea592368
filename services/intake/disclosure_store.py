"""All SQL about opening contact details."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.domain.disclosure import Disclosure, Way
from services.intake.vault import Wrapped
from shared.inbox import Connection

# An addition has no contact details of its own: its reporter's are with the first report.
_REACHED: Final = """
SELECT report.id, report.municipality, report.received_at, contact.sealed, key.master_key, key.wrapped
FROM report LEFT JOIN contact ON contact.report_id = report.id
LEFT JOIN report_key AS key ON key.report_id = report.id
WHERE report.id = coalesce((SELECT follows FROM form_report WHERE report_id = $1 AND relation <> 'same'), $1)
"""
# A withdrawal waits for it, and it for a withdrawal.
_HELD: Final = _REACHED + " FOR KEY SHARE OF report"
_WRITE: Final = """
INSERT INTO disclosure (id, report_id, municipality, way, token_id, opened_by, reason, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_OF_REPORT: Final = "SELECT * FROM disclosure WHERE report_id = $1 ORDER BY at DESC, id DESC"
_LISTED: Final = """
SELECT * FROM disclosure
WHERE ($1::uuid IS NULL OR report_id = $1) AND ($2::text IS NULL OR opened_by = $2 OR token_id::text = $2)
  AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4)
ORDER BY at DESC, id DESC
"""
_FOLLOWED: Final = """
SELECT contact.report_id IS NOT NULL AS is_given,
    ARRAY(SELECT at FROM disclosure WHERE disclosure.report_id = report.id ORDER BY at) AS opened
FROM report LEFT JOIN contact ON contact.report_id = report.id WHERE report.tracking_code = $1
"""
# As long as the report is kept, its reporter can read that it was done.
_FORGET: Final = """
DELETE FROM disclosure WHERE at < $1 AND NOT EXISTS (SELECT FROM report WHERE report.id = disclosure.report_id)
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """The report whose reporter is to be reached. `sealed` None: no contact details were given."""

    report_id: UUID
    municipality: str
    received_at: datetime
    key: Wrapped
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class ContactOpened:
    """What its reporter is told."""

    is_given: bool
    opened: Sequence[datetime]


async def reached(connection: Connection, report_id: UUID) -> Reached | None:
    return _reached(await connection.fetchrow(_REACHED, report_id))


async def hold(connection: Connection, report_id: UUID) -> Reached | None:
    """As `reached`, and kept from being disposed of until the transaction ends."""
    return _reached(await connection.fetchrow(_HELD, report_id))


def _reached(row: Any) -> Reached | None:
    if row is None:
        return None
    key = Wrapped(row["master_key"], row["wrapped"])
    return Reached(row["id"], row["municipality"], row["received_at"], key, row["sealed"])


async def write(connection: Connection, each: Disclosure) -> None:
    await connection.execute(
        _WRITE, each.id, each.report_id, each.municipality, each.way.value, each.token_id, each.opened_by,
        each.reason, each.at,
    )  # fmt: skip


async def of_report(connection: Connection, report_id: UUID) -> list[Disclosure]:
    """The latest first."""
    return [_disclosure(row) for row in await connection.fetch(_OF_REPORT, report_id)]


async def listed(
    connection: Connection,
    *,
    report_id: UUID | None = None,
    token: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> AsyncIterator[Disclosure]:
    """The latest first. `token`: its name or id. Needs a transaction."""
    async for row in connection.cursor(_LISTED, report_id, token, since, before):
        yield _disclosure(row)


async def told_of(connection: Connection, tracking_code: str) -> ContactOpened:
    row = await connection.fetchrow(_FOLLOWED, tracking_code)
    return ContactOpened(False, ()) if row is None else ContactOpened(row["is_given"], row["opened"])


async def forget(connection: Connection, before: datetime) -> int:
    """How many entries about disposed reports went."""
    done: str = await connection.execute(_FORGET, before)
    return int(done.rpartition(" ")[2])


def _disclosure(row: Any) -> Disclosure:
    return Disclosure(**{**dict(row), "way": Way(row["way"])})
