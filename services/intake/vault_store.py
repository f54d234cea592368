"""All SQL about data keys and what they seal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.domain.submission import Contact
from services.intake.vault import Sealed, Words, Wrapped
from shared.identity import read_id
from shared.inbox import Connection

# One for each master key in use, by hopping from name to name in the index.
_SAMPLES: Final = """
WITH RECURSIVE name AS (
    (SELECT master_key FROM report_key ORDER BY master_key LIMIT 1)
    UNION ALL
    SELECT (SELECT master_key FROM report_key WHERE master_key > name.master_key ORDER BY master_key LIMIT 1)
    FROM name WHERE name.master_key IS NOT NULL
)
SELECT sample.report_id, sample.master_key, sample.wrapped
FROM name CROSS JOIN LATERAL (
    SELECT * FROM report_key WHERE report_key.master_key = name.master_key ORDER BY report_id LIMIT 1
) AS sample
"""
_COUNTS: Final = (
    "SELECT master_key, count(*) AS reports FROM report_key GROUP BY master_key ORDER BY master_key"
)
_WRAPPED_OTHERWISE: Final = """
SELECT report_id, master_key, wrapped FROM report_key WHERE master_key <> $1 ORDER BY master_key, report_id LIMIT $2
"""
# What was disposed of or rewrapped meanwhile is left alone.
_REWRAP: Final = """
UPDATE report_key SET master_key = $4, wrapped = news.wrapped
FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS news (report_id, was, wrapped)
WHERE report_key.report_id = news.report_id AND report_key.master_key = news.was
"""
_CLOSE: Final = "LOCK TABLE report_key IN SHARE ROW EXCLUSIVE MODE"
_RETIRE: Final = """
INSERT INTO retired_master_key (name, retired_at)
SELECT name, $2 FROM unnest($1::text[]) AS name
WHERE NOT EXISTS (SELECT FROM report_key WHERE master_key = name)
ON CONFLICT (name) DO UPDATE SET retired_at = retired_master_key.retired_at
RETURNING name
"""
_RETIRED: Final = "SELECT name FROM retired_master_key WHERE name = ANY($1::text[])"
_UNSEALED: Final = """
SELECT report.id, report.text, report.place_text, contact.report_id IS NOT NULL AS has_contact,
       contact.name, contact.email, contact.phone
FROM report LEFT JOIN contact ON contact.report_id = report.id
WHERE report.sealed IS NULL ORDER BY report.id LIMIT $1 FOR UPDATE OF report SKIP LOCKED
"""
_SEAL: Final = """
WITH news AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[])
        AS news (id, master_key, wrapped, words, contact)
), openable AS (
    INSERT INTO report_key (report_id, master_key, wrapped) SELECT id, master_key, wrapped FROM news
), reachable AS (
    UPDATE contact SET sealed = news.contact, name = NULL, email = NULL, phone = NULL
    FROM news WHERE contact.report_id = news.id
)
UPDATE report SET sealed = news.words, text = NULL, place_text = NULL FROM news WHERE report.id = news.id
"""
_SEALED: Final = """
SELECT report.id, report.sealed AS words, contact.sealed AS contact, key.master_key, key.wrapped
FROM report JOIN report_key AS key ON key.report_id = report.id LEFT JOIN contact ON contact.report_id = report.id
WHERE report.tracking_code = $1 OR report.id = $2
"""


@dataclass(frozen=True, slots=True)
class KeptSealed:
    report_id: UUID
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class DataKey:
    report_id: UUID
    key: Wrapped


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A report from before reports were sealed."""

    report_id: UUID
    words: Words
    contact: Contact | None


async def sealed(connection: Connection, code_or_id: str) -> KeptSealed | None:
    row = await connection.fetchrow(_SEALED, code_or_id, read_id(code_or_id))
    if row is None:
        return None
    key = Wrapped(row["master_key"], row["wrapped"])
    return KeptSealed(row["id"], Sealed(key, row["words"], row["contact"]))


async def samples(connection: Connection) -> list[DataKey]:
    """One data key for each master key in use."""
    rows = await connection.fetch(_SAMPLES)
    return [DataKey(row["report_id"], Wrapped(row["master_key"], row["wrapped"])) for row in rows]


async def wrapped_by(connection: Connection) -> dict[str, int]:
    """How many data keys each master key wraps."""
    return {row["master_key"]: row["reports"] for row in await connection.fetch(_COUNTS)}


async def wrapped_otherwise(connection: Connection, current: str, most: int) -> list[DataKey]:
    """Some data keys that another master key than this wraps."""
    rows = await connection.fetch(_WRAPPED_OTHERWISE, current, most)
    return [DataKey(row["report_id"], Wrapped(row["master_key"], row["wrapped"])) for row in rows]


async def rewrap(
    connection: Connection, before: Sequence[DataKey], wrapped: Sequence[bytes], current: str
) -> None:
    await connection.execute(
        _REWRAP,
        [each.report_id for each in before],
        [each.key.master_key for each in before],
        list(wrapped),
        current,
    )


async def retire(connection: Connection, names: Sequence[str], now: datetime) -> set[str]:
    """Those of the names that wrap nothing; from now on nothing can be wrapped by them. Needs a transaction, in which
    nobody else stores a report.
    """
    await connection.execute(_CLOSE)
    return {row["name"] for row in await connection.fetch(_RETIRE, list(names), now)}


async def retired(connection: Connection, names: Sequence[str]) -> set[str]:
    return {row["name"] for row in await connection.fetch(_RETIRED, list(names))}


async def unsealed(connection: Connection, most: int) -> list[Unsealed]:
    """Held until the transaction ends; what another process holds is left to it."""
    return [
        Unsealed(
            row["id"],
            Words(row["text"], row["place_text"]),
            Contact.model_construct(name=row["name"], email=row["email"], phone=row["phone"])
            if row["has_contact"]
            else None,
        )
        for row in await connection.fetch(_UNSEALED, most)
    ]


async def seal(connection: Connection, sealed: Sequence[tuple[UUID, Sealed]]) -> None:
    await connection.execute(
        _SEAL,
        [report_id for report_id, _ in sealed],
        [each.key.master_key for _, each in sealed],
        [each.key.wrapped for _, each in sealed],
        [each.words for _, each in sealed],
        [each.contact for _, each in sealed],
    )
