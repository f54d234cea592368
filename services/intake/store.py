"""All SQL of intake, a named function for each statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.intake.domain.acceptance import Acceptance
from services.intake.domain.following import Followed, Step, followed
from shared.events import FollowStatus, ReportStatusChanged
from shared.inbox import Connection

_INSERT_REPORTS: Final = """
INSERT INTO report (id, tracking_code, source, municipality, text, place_text, lat, lon, accuracy_m, occurred_at,
                    received_at, category_hint, language, external_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[],
                     $8::float8[], $9::float8[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[],
                     $14::text[])
"""
_INSERT_CONTACTS: Final = """
INSERT INTO contact (report_id, name, email, phone)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
"""
_CLAIM_KEYS: Final = """
INSERT INTO idempotency (scope, key, fingerprint, report_id, tracking_code, expires_at)
SELECT scope, key, fingerprint, report_id, tracking_code, now() + $6::interval
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::text[])
     AS claim (scope, key, fingerprint, report_id, tracking_code)
ON CONFLICT (scope, key) DO NOTHING
RETURNING report_id
"""
_CLAIMED_BEFORE: Final = """
SELECT scope, key, fingerprint, report_id, tracking_code
FROM idempotency JOIN unnest($1::text[], $2::text[]) AS asked (scope, key) USING (scope, key)
"""
_STORED_AMONG: Final = "SELECT id FROM report WHERE id = ANY($1::uuid[])"
_PURGE_KEYS: Final = """
DELETE FROM idempotency WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency WHERE expires_at < now() ORDER BY expires_at LIMIT $1
)
"""
_INSERT_STATUSES: Final = """
INSERT INTO report_status (report_id, at, status, note)
SELECT news.report_id, news.at, news.status, news.note
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) AS news (report_id, at, status, note)
JOIN report ON report.id = news.report_id
ON CONFLICT (report_id, at, status) DO NOTHING
"""
_FOLLOW: Final = """
SELECT report.municipality, report.received_at, step.status, step.at, step.note
FROM report LEFT JOIN report_status AS step ON step.report_id = report.id
WHERE report.tracking_code = $1
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key, whose it is, and a digest of what it was sent with."""

    scope: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a key was used for before."""

    fingerprint: bytes
    report_id: UUID
    tracking_code: str


async def insert_reports(connection: Connection, accepted: Sequence[Acceptance]) -> None:
    events = [each.event for each in accepted]
    points = [event.point for event in events]
    await connection.execute(
        _INSERT_REPORTS,
        [event.report_id for event in events],
        [each.tracking_code for each in accepted],
        [event.source for event in events],
        [event.municipality for event in events],
        [each.text for each in accepted],
        [each.place_text for each in accepted],
        [point and point.lat for point in points],
        [point and point.lon for point in points],
        [point and point.accuracy_m for point in points],
        [event.occurred_at for event in events],
        [event.received_at for event in events],
        [event.category_hint for event in events],
        [each.language for each in accepted],
        [event.external_id for event in events],
    )


async def insert_contacts(connection: Connection, accepted: Sequence[Acceptance]) -> None:
    given = [(each.report_id, each.contact) for each in accepted if each.contact is not None]
    if given:
        await connection.execute(
            _INSERT_CONTACTS,
            [report_id for report_id, _ in given],
            [contact.name for _, contact in given],
            [contact.email for _, contact in given],
            [contact.phone for _, contact in given],
        )


async def claim_keys(
    connection: Connection, claims: Sequence[tuple[Claim, Acceptance]], kept: timedelta
) -> set[UUID]:
    """Which reports are the first with their key. Waits for another transaction that claims the same key."""
    ordered = sorted(
        claims, key=lambda pair: (pair[0].scope, pair[0].key)
    )  # one order for all, so no deadlock
    rows = await connection.fetch(
        _CLAIM_KEYS,
        [claim.scope for claim, _ in ordered],
        [claim.key for claim, _ in ordered],
        [claim.fingerprint for claim, _ in ordered],
        [accepted.report_id for _, accepted in ordered],
        [accepted.tracking_code for _, accepted in ordered],
        kept,
    )
    return {row["report_id"] for row in rows}


async def claimed_before(connection: Connection, claims: Sequence[Claim]) -> dict[tuple[str, str], Claimed]:
    """By scope and key."""
    rows = await connection.fetch(
        _CLAIMED_BEFORE, [claim.scope for claim in claims], [claim.key for claim in claims]
    )
    return {
        (row["scope"], row["key"]): Claimed(row["fingerprint"], row["report_id"], row["tracking_code"])
        for row in rows
    }


async def stored_among(connection: Connection, report_ids: Sequence[UUID]) -> set[UUID]:
    rows = await connection.fetch(_STORED_AMONG, report_ids)
    return {row["id"] for row in rows}


async def purge_keys(connection: Connection, limit: int) -> int:
    """Drop up to `limit` keys whose time is over; how many it were."""
    return int((await connection.execute(_PURGE_KEYS, limit)).split()[-1])


async def insert_statuses(connection: Connection, news: Sequence[ReportStatusChanged]) -> None:
    """A status of a report that is not (or no longer) here has no effect."""
    await connection.execute(
        _INSERT_STATUSES,
        [each.report_id for each in news],
        [each.at for each in news],
        [each.status for each in news],
        [each.note for each in news],
    )


async def follow(connection: Connection, tracking_code: str) -> Followed | None:
    rows = await connection.fetch(_FOLLOW, tracking_code)
    if not rows:
        return None
    steps = [
        Step(FollowStatus(row["status"]), row["at"], row["note"]) for row in rows if row["status"] is not None
    ]
    return followed(tracking_code, rows[0]["municipality"], rows[0]["received_at"], steps)
