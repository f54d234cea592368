"""All SQL of intake, a named function for each statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from services.intake.domain.acceptance import Acceptance
from services.intake.domain.following import Followed, Step, followed
from services.intake.vault import Vault, Words
from shared.envelope import Outgoing
from shared.events import ClosingReason, FollowStatus, Point, ReportStatusChanged, TakenBack
from shared.inbox import Connection

# One statement, so one round trip and one commit for all that wait. A report whose key was used before is left out, with
# everything that belongs to it. Keys are claimed in one order by every process, so that two never wait for each other.
# What is added to a report is left out when that report is gone: waited for, should it be going this moment, since what is added
# repeats its words and would outlive it.
_STORE_FRESH: Final = """
WITH sent AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[],
        $7::float8[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::text[],
        $13::text[], $14::bytea[], $15::bytea[], $16::bytea[],
        $17::text[], $18::text[], $19::bytea[],
        $20::uuid[], $21::text[], $22::text[], $23::jsonb[], $24::bytea[], $26::jsonb[], $27::jsonb[],
        $28::jsonb[]
    ) WITH ORDINALITY AS given (
        id, tracking_code, source, municipality, lat, lon,
        accuracy_m, occurred_at, received_at, category_hint, language, external_id,
        master_key, wrapped, words, contact,
        scope, idempotency_key, fingerprint,
        event_id, topic, event_key, headers, body, open311, form, doubt, place_in_line)
), followed AS MATERIALIZED (
    SELECT held.id FROM sent CROSS JOIN LATERAL (
        SELECT id FROM report WHERE id = (sent.form ->> 'follows')::uuid FOR KEY SHARE
    ) AS held WHERE sent.form IS NOT NULL
), given AS MATERIALIZED (
    SELECT * FROM sent
    WHERE form IS NULL OR form ->> 'follows' IS NULL OR form ->> 'relation' = 'same'
       OR (form ->> 'follows')::uuid IN (SELECT id FROM followed)
), claimed AS (
    INSERT INTO idempotency (scope, key, fingerprint, report_id, tracking_code, expires_at)
    SELECT scope, idempotency_key, fingerprint, id, tracking_code,
           CASE WHEN starts_with(scope, 'lasting:') THEN 'infinity' ELSE now() + $25::interval END
    FROM given WHERE idempotency_key IS NOT NULL ORDER BY scope, idempotency_key, place_in_line
    ON CONFLICT (scope, key) DO NOTHING
    RETURNING report_id
), fresh AS MATERIALIZED (
    SELECT * FROM given WHERE idempotency_key IS NULL OR id IN (SELECT report_id FROM claimed)
), kept AS (
    INSERT INTO report (id, tracking_code, source, municipality, sealed, lat, lon, accuracy_m,
                        occurred_at, received_at, category_hint, language, external_id)
    SELECT id, tracking_code, source, municipality, words, lat, lon, accuracy_m,
           occurred_at, received_at, category_hint, language, external_id FROM fresh
), openable AS (
    INSERT INTO report_key (report_id, master_key, wrapped) SELECT id, master_key, wrapped FROM fresh
), reachable AS (
    INSERT INTO contact (report_id, sealed) SELECT id, contact FROM fresh WHERE contact IS NOT NULL
), requested AS (
    INSERT INTO open311_request (report_id, token_id, jurisdiction, service_code, follows, description, address, address_id,
                                 media_urls, requested_at)
    SELECT fresh.id, asked.token_id, asked.jurisdiction, asked.service_code, asked.follows, asked.description, asked.address,
           asked.address_id, asked.media_urls, fresh.received_at
    FROM fresh CROSS JOIN jsonb_to_record(fresh.open311) AS asked (
        token_id uuid, jurisdiction text, service_code text, follows uuid, description text, address text, address_id text,
        media_urls text[]
    ) WHERE fresh.open311 IS NOT NULL
), said AS (
    INSERT INTO form_report (report_id, danger, occurred_until, answers, follows, relation, question_id)
    SELECT fresh.id, beside.danger, beside.occurred_until, beside.answers,
           CASE WHEN beside.follows IN (SELECT id FROM followed) THEN beside.follows END,
           beside.relation, beside.question_id
    FROM fresh CROSS JOIN jsonb_to_record(fresh.form) AS beside (
        danger text, occurred_until timestamptz, answers jsonb, follows uuid, relation text, question_id uuid
    ) WHERE fresh.form IS NOT NULL
), doubted AS (
    INSERT INTO quarantine (report_id, state, reasons, alike, received_at, release_at, event_id, topic, key, headers, body)
    SELECT fresh.id, doubt.state, doubt.reasons, decode(doubt.alike, 'hex'), fresh.received_at, doubt.release_at,
           fresh.event_id, fresh.topic, fresh.event_key,
           CASE doubt.state WHEN 'held' THEN fresh.headers END, CASE doubt.state WHEN 'held' THEN fresh.body END
    FROM fresh CROSS JOIN jsonb_to_record(fresh.doubt) AS doubt (
        state text, reasons text[], alike text, release_at timestamptz
    ) WHERE fresh.doubt IS NOT NULL
), told AS (
    INSERT INTO outbox (event_id, topic, key, headers, body)
    SELECT event_id, topic, event_key, headers, body FROM fresh
    WHERE fresh.doubt IS NULL OR fresh.doubt ->> 'state' <> 'held' ORDER BY place_in_line
)
SELECT id, TRUE AS is_stored FROM fresh
UNION ALL
SELECT id, FALSE FROM sent WHERE id NOT IN (SELECT id FROM given)
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
INSERT INTO report_status (report_id, at, status, note, note_en, step_id, reason, takes_back, takes_back_status)
SELECT news.*
FROM unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::text[]
) AS news (report_id, at, status, note, note_en, step_id, reason, takes_back, takes_back_status)
JOIN report ON report.id = news.report_id
ON CONFLICT DO NOTHING
"""
# Also when it comes before what it takes back.
_FORGET_TAKEN_BACK: Final = """
UPDATE report_status AS step SET note = NULL, note_en = NULL
FROM report_status AS undo
WHERE step.report_id = ANY($1::uuid[]) AND step.note IS NOT NULL
  AND undo.report_id = step.report_id AND undo.takes_back = step.step_id AND undo.at >= step.at
"""
_FOLLOW: Final = """
SELECT report.municipality, report.received_at, step.status, step.at, step.note, step.note_en, step.reason, step.step_id,
    step.takes_back, step.takes_back_status
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
class Entry:
    """One accepted report with all that is stored together with it."""

    accepted: Acceptance
    told: Outgoing
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class StoredNow:
    """Ids of reports. `orphaned`: not stored, since the report that they were added to is gone."""

    stored: set[UUID]
    orphaned: set[UUID]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a key was used for before. `fingerprint` is empty once that report is disposed of and its key lasts."""

    fingerprint: bytes
    report_id: UUID
    tracking_code: str

    def is_of(self, claim: Claim) -> bool:
        """Whether it was the same request; of what is disposed of nobody can tell any more, and it is not brought back."""
        return self.fingerprint in {b"", claim.fingerprint}


async def store_fresh(
    connection: Connection, entries: Sequence[Entry], keys_kept: timedelta, vault: Vault
) -> StoredNow:
    """What is in neither came with a key that was used before. What was said, and by whom, is sealed here: nothing of it is
    written otherwise.

    Waits for another transaction that claims one of the same keys, or disposes of a report that something is added to.
    """
    rows = await connection.fetch(
        _STORE_FRESH,
        *_columns(entries, vault),
        keys_kept,
        [entry.accepted.open311 for entry in entries],
        [entry.accepted.form for entry in entries],
        [entry.accepted.doubt for entry in entries],
    )
    stored = {row["id"] for row in rows if row["is_stored"]}
    return StoredNow(stored, {row["id"] for row in rows} - stored)


def _columns(entries: Sequence[Entry], vault: Vault) -> Iterator[list[Any]]:
    """In the order of the statement: the report, what it said and who said it, its idempotency key, its event."""
    rows = [
        (
            event.report_id, accepted.tracking_code, event.source, event.municipality,
            *_point(event.point), event.occurred_at, event.received_at, event.category_hint,
            accepted.language, event.external_id, *_sealed(accepted, vault), *_claim(claim),
            told.event_id, told.topic, told.key, told.headers, told.body,
        )
        for entry in entries
        for accepted, claim, told, event in [(entry.accepted, entry.claim, entry.told, entry.accepted.event)]
    ]  # fmt: skip
    return map(list, zip(*rows, strict=True))


def _point(point: Point | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if point is None else (point.lat, point.lon, point.accuracy_m)


def _sealed(accepted: Acceptance, vault: Vault) -> tuple[str, bytes, bytes, bytes | None]:
    words = Words(accepted.text, accepted.place_text)
    sealed = vault.seal(accepted.report_id, words, accepted.contact)
    return sealed.key.master_key, sealed.key.wrapped, sealed.words, sealed.contact


def _claim(claim: Claim | None) -> tuple[str | None, str | None, bytes | None]:
    return (None, None, None) if claim is None else (claim.scope, claim.key, claim.fingerprint)


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
        [each.note_en for each in news],
        [each.step_id for each in news],
        [each.reason for each in news],
        [each.takes_back and each.takes_back.step_id for each in news],
        [each.takes_back and each.takes_back.status for each in news],
    )
    if by_staff := [each.report_id for each in news if each.step_id or each.takes_back]:
        await connection.execute(_FORGET_TAKEN_BACK, by_staff)


async def follow(connection: Connection, tracking_code: str) -> Followed | None:
    rows = await connection.fetch(_FOLLOW, tracking_code)
    if not rows:
        return None
    steps = [_step(row) for row in rows if row["status"] is not None]
    return followed(tracking_code, rows[0]["municipality"], rows[0]["received_at"], steps)


def _step(row: Any) -> Step:
    taken_back = row["takes_back_status"]
    return Step(
        FollowStatus(row["status"]),
        row["at"],
        note=row["note"],
        note_en=row["note_en"],
        reason=row["reason"] and ClosingReason(row["reason"]),
        step_id=row["step_id"],
        takes_back=taken_back and TakenBack(step_id=row["takes_back"], status=FollowStatus(taken_back)),
    )
