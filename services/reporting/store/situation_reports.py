from datetime import datetime
from typing import Any, Final

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
SELECT number, frozen_at, frozen_by FROM situation_report WHERE municipality = $1 ORDER BY number DESC LIMIT $2
"""
_CONTENT: Final = "SELECT content FROM situation_report WHERE municipality = $1 AND number = $2"
_PDF: Final = "SELECT pdf FROM situation_report WHERE municipality = $1 AND number = $2"


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


async def editions(connection: Connection, municipality: str, limit: int = 100) -> list[Any]:
    """number, frozen_at, frozen_by; newest first."""
    return list(await connection.fetch(_EDITIONS, municipality, limit))


async def edition_content(connection: Connection, municipality: str, number: int) -> Any | None:
    return await connection.fetchval(_CONTENT, municipality, number)


async def edition_pdf(connection: Connection, municipality: str, number: int) -> bytes | None:
    pdf: bytes | None = await connection.fetchval(_PDF, municipality, number)
    return pdf
