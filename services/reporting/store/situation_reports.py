from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.store import Connection

# The row is held until the transaction ends: editions are numbered one after the other, and none is missing.
_NEXT_NUMBER: Final = """
INSERT INTO situation_report_number AS known (municipality, latest) VALUES ($1, 1)
ON CONFLICT (municipality) DO UPDATE SET latest = known.latest + 1
RETURNING latest
"""
_SAVE: Final = """
INSERT INTO situation_report (municipality, number, frozen_at, frozen_by, content, pdf)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_EDITIONS: Final = """
SELECT number, frozen_at, frozen_by FROM situation_report
WHERE municipality = $1 AND ($3::bigint IS NULL OR number < $3) ORDER BY number DESC LIMIT $2
"""
_CONTENT: Final = "SELECT content FROM situation_report WHERE municipality = $1 AND number = $2"
_PAGES: Final = "SELECT pdf, content FROM situation_report WHERE municipality = $1 AND number = $2"
_NOTE_QUOTED: Final = """
INSERT INTO situation_report_incident (incident_id, municipality, number, disposed_reports)
SELECT DISTINCT told.id::uuid, situation_report.municipality, number,
    coalesce((SELECT disposed_reports FROM incident WHERE incident.incident_id = told.id::uuid), 0)
FROM situation_report CROSS JOIN LATERAL (
    SELECT jsonb_path_query(content::jsonb, '$.**.incident_id') #>> '{}'
    UNION SELECT jsonb_path_query(content::jsonb, '$.**.incident_ids[*]') #>> '{}'
) AS told (id)
WHERE situation_report.municipality = $1 AND number = $2
"""
_QUOTING: Final = """
WITH lost AS (
    UPDATE situation_report_incident AS known SET disposed_reports = told.disposed_reports
    FROM unnest($1::uuid[], $2::integer[]) AS told (incident_id, disposed_reports)
    WHERE known.incident_id = told.incident_id AND known.disposed_reports < told.disposed_reports
    RETURNING known.incident_id, known.municipality, known.number
), lost_of AS (
    SELECT municipality, number, array_agg(incident_id) AS incident_ids FROM lost GROUP BY municipality, number
)
SELECT municipality, number, content, incident_ids
FROM situation_report JOIN lost_of USING (municipality, number) ORDER BY municipality, number FOR UPDATE OF situation_report
"""
_RESTATE: Final = (
    "UPDATE situation_report SET content = $3, pdf = NULL WHERE municipality = $1 AND number = $2"
)
_KEEP_PAGES: Final = """
UPDATE situation_report SET pdf = $4 WHERE municipality = $1 AND number = $2 AND pdf IS NULL AND content::jsonb = $3::jsonb
"""
_MACHINE_CLAIMS: Final = """
SELECT DISTINCT claim_id FROM claim JOIN claim_incident USING (claim_id)
WHERE incident_id = ANY($1::uuid[]) AND opened_revision IS NOT NULL
"""


async def next_number(connection: Connection, municipality: str) -> int:
    number: int = await connection.fetchval(_NEXT_NUMBER, municipality)
    return number


async def save_edition(
    connection: Connection,
    municipality: str,
    number: int,
    frozen_at: datetime,
    frozen_by: str,
    content: Any,
    pdf: bytes,
) -> None:
    await connection.execute(_SAVE, municipality, number, frozen_at, frozen_by, content, pdf)


async def editions(
    connection: Connection, municipality: str, limit: int = 100, before: int | None = None
) -> list[Any]:
    """number, frozen_at, frozen_by; newest first, of those with a number below `before`."""
    return list(await connection.fetch(_EDITIONS, municipality, limit, before))


async def edition_content(connection: Connection, municipality: str, number: int) -> Any | None:
    return await connection.fetchval(_CONTENT, municipality, number)


async def edition_pages(
    connection: Connection, municipality: str, number: int
) -> tuple[bytes | None, Any | None]:
    """Its pages, None when they have to be made again, and its content, None when there is no such edition."""
    row = await connection.fetchrow(_PAGES, municipality, number)
    return (None, None) if row is None else (row["pdf"], row["content"])


async def note_quoted(connection: Connection, municipality: str, number: int) -> None:
    """Which incidents the edition speaks of."""
    await connection.execute(_NOTE_QUOTED, municipality, number)


async def take_quoting(connection: Connection, disposed_reports: Mapping[UUID, int]) -> Sequence[Any]:
    """Editions that quote an incident as it was when fewer of its reports were gone: municipality, number, content and the
    `incident_ids`. They are not given again for the same.
    """
    return await connection.fetch(_QUOTING, list(disposed_reports), list(disposed_reports.values()))


async def restate_edition(connection: Connection, municipality: str, number: int, content: Any) -> None:
    """Its pages are gone with the words in them."""
    await connection.execute(_RESTATE, municipality, number, content)


async def keep_pages(
    connection: Connection, municipality: str, number: int, content: Any, pdf: bytes
) -> None:
    """Unless the edition says something else by now."""
    await connection.execute(_KEEP_PAGES, municipality, number, content, pdf)


async def machine_claims(connection: Connection, incident_ids: Sequence[UUID]) -> set[UUID]:
    """Claims about these incidents that no person wrote."""
    return {row["claim_id"] for row in await connection.fetch(_MACHINE_CLAIMS, list(incident_ids))}
