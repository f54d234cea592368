"""All SQL about photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.vault import Wrapped
from shared.inbox import Connection

_REPORT_OF_CODE: Final = """
SELECT report.id, report.municipality, key.master_key, key.wrapped
FROM report JOIN report_key AS key ON key.report_id = report.id WHERE report.tracking_code = $1
"""
_REPORT_OF_ID: Final = """
SELECT report.id, report.municipality, key.master_key, key.wrapped
FROM report JOIN report_key AS key ON key.report_id = report.id WHERE report.id = $1
"""
_REPORT_OF_PHOTO: Final = """
SELECT report.id, report.municipality, key.master_key, key.wrapped, request.token_id
FROM photo JOIN report ON report.id = photo.report_id JOIN report_key AS key ON key.report_id = report.id
LEFT JOIN open311_request AS request ON request.report_id = report.id WHERE photo.id = $1
"""
# Who adds a photo to a report waits for who does so now, so that two can't both be the last there is room for.
_TAKE_TURN: Final = "SELECT id FROM report WHERE id = $1 FOR NO KEY UPDATE"
_SAME: Final = "SELECT * FROM photo WHERE report_id = $1 AND digest = $2"
_ADD: Final = """
INSERT INTO photo (id, report_id, digest, sealed, width, height, thumbnail_at, thumbnail_bytes, display_bytes, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_COUNT: Final = "SELECT count(*) FROM photo WHERE report_id = $1"
_OF_REPORT: Final = "SELECT * FROM photo WHERE report_id = $1 ORDER BY added_at, id"
_IDS_OF_REPORTS: Final = """
SELECT report_id, array_agg(id ORDER BY added_at, id) AS photos FROM photo
WHERE report_id = ANY($1::uuid[]) GROUP BY report_id
"""
_ONE: Final = "SELECT * FROM photo WHERE report_id = $1 AND id = $2"
_REMOVE: Final = "DELETE FROM photo WHERE report_id = $1 AND id = $2"
_OF_REQUESTS: Final = """
SELECT report.id, report.municipality, key.master_key, key.wrapped, request.token_id, array_agg(photo.id ORDER BY added_at, photo.id) AS photos
FROM photo JOIN report ON report.id = photo.report_id JOIN report_key AS key ON key.report_id = report.id
JOIN open311_request AS request ON request.report_id = report.id
WHERE photo.report_id = ANY($1::uuid[]) GROUP BY report.id, key.report_id, request.report_id
"""
_KNOWN: Final = "SELECT id FROM photo WHERE id = ANY($1::uuid[])"
_TO_ERASE: Final = "SELECT id FROM photo_to_erase WHERE id > $1 ORDER BY id LIMIT $2"
_ERASED: Final = "DELETE FROM photo_to_erase WHERE id = ANY($1::uuid[])"
_COUNT_TO_ERASE: Final = "SELECT count(*) FROM photo_to_erase"


@dataclass(frozen=True, slots=True)
class Owner:
    """The report that a photo belongs to, and its key. `sent_by`: the Open311 token that sent it."""

    report_id: UUID
    municipality: str
    key: Wrapped
    sent_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    report_id: UUID
    digest: bytes
    sealed: bytes
    width: int
    height: int
    thumbnail_at: int
    thumbnail_bytes: int
    display_bytes: int
    added_at: datetime

    @property
    def content_bytes(self) -> int:
        return self.thumbnail_at + self.thumbnail_bytes + self.display_bytes


async def owner_of_code(connection: Connection, tracking_code: str) -> Owner | None:
    return _owner(await connection.fetchrow(_REPORT_OF_CODE, tracking_code))


async def owner_of_id(connection: Connection, report_id: UUID) -> Owner | None:
    return _owner(await connection.fetchrow(_REPORT_OF_ID, report_id))


async def owner_of_photo(connection: Connection, photo_id: UUID) -> Owner | None:
    return _owner(await connection.fetchrow(_REPORT_OF_PHOTO, photo_id))


async def take_turn(connection: Connection, report_id: UUID) -> bool:
    """Holds the report until the transaction ends; False when there is none any more."""
    return await connection.fetchval(_TAKE_TURN, report_id) is not None


async def same_photo(connection: Connection, report_id: UUID, digest: bytes) -> Row | None:
    return _row(await connection.fetchrow(_SAME, report_id, digest))


async def count(connection: Connection, report_id: UUID) -> int:
    return int(await connection.fetchval(_COUNT, report_id))


async def add(connection: Connection, row: Row) -> bool:
    """False when it belongs to a report already."""
    added = await connection.fetchval(
        _ADD, row.id, row.report_id, row.digest, row.sealed, row.width, row.height,
        row.thumbnail_at, row.thumbnail_bytes, row.display_bytes, row.added_at,
    )  # fmt: skip
    return added is not None


async def of_report(connection: Connection, report_id: UUID) -> list[Row]:
    """The first one first."""
    return [Row(**dict(row)) for row in await connection.fetch(_OF_REPORT, report_id)]


async def ids_of_reports(connection: Connection, report_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The first one first; those without one are left out."""
    rows = await connection.fetch(_IDS_OF_REPORTS, list(report_ids))
    return {row["report_id"]: row["photos"] for row in rows}


async def one(connection: Connection, report_id: UUID, photo_id: UUID) -> Row | None:
    return _row(await connection.fetchrow(_ONE, report_id, photo_id))


async def remove(connection: Connection, report_id: UUID, photo_id: UUID) -> bool:
    return str(await connection.execute(_REMOVE, report_id, photo_id)).endswith(" 1")


async def of_requests(connection: Connection, report_ids: Sequence[UUID]) -> list[tuple[Owner, list[UUID]]]:
    """The photos of each that came by Open311, the first one first; those without one are left out."""
    rows = await connection.fetch(_OF_REQUESTS, list(report_ids))
    return [(owner, row["photos"]) for row in rows if (owner := _owner(row)) is not None]


async def known_among(connection: Connection, photo_ids: Sequence[UUID]) -> set[UUID]:
    return {row["id"] for row in await connection.fetch(_KNOWN, list(photo_ids))}


async def to_erase(connection: Connection, after: UUID, most: int) -> list[UUID]:
    return [row["id"] for row in await connection.fetch(_TO_ERASE, after, most)]


async def count_to_erase(connection: Connection) -> int:
    return int(await connection.fetchval(_COUNT_TO_ERASE))


async def erased(connection: Connection, photo_ids: Sequence[UUID]) -> None:
    await connection.execute(_ERASED, list(photo_ids))


def _owner(row: Any) -> Owner | None:
    if row is None:
        return None
    return Owner(
        row["id"], row["municipality"], Wrapped(row["master_key"], row["wrapped"]), row.get("token_id")
    )


def _row(row: Any) -> Row | None:
    return None if row is None else Row(**dict(row))
