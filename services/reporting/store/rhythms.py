from datetime import datetime
from typing import Any, Final

from services.reporting.domain.rhythm import CurrentRhythm
from services.reporting.store import Connection
from shared.events import Rhythm, RhythmChanged

_CURRENT: Final = """
SELECT rhythm, reason, reason_en, incident_ids, since, stands_down_at FROM rhythm WHERE municipality = $1
"""
_SAVE: Final = """
INSERT INTO rhythm (municipality, rhythm, reason, reason_en, incident_ids, since, stands_down_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (municipality) DO UPDATE SET
    rhythm = excluded.rhythm, reason = excluded.reason, reason_en = excluded.reason_en,
    incident_ids = excluded.incident_ids, since = excluded.since, stands_down_at = excluded.stands_down_at
"""
_REMEMBER: Final = """
INSERT INTO rhythm_history
    (municipality, rhythm, reason, reason_en, incident_ids, stands_down_at, decided_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_HISTORY: Final = """
SELECT rhythm, reason, reason_en, incident_ids, stands_down_at, decided_by, at FROM rhythm_history
WHERE municipality = $1 ORDER BY position DESC LIMIT 100
"""
_DAILY: Final = "SELECT municipality FROM rhythm WHERE rhythm = 'daily' ORDER BY municipality"


async def current_rhythm(connection: Connection, municipality: str) -> CurrentRhythm:
    row = await connection.fetchrow(_CURRENT, municipality)
    if row is None:
        return CurrentRhythm()
    return CurrentRhythm(
        rhythm=Rhythm(row["rhythm"]),
        reason=row["reason"],
        reason_en=row["reason_en"],
        incident_ids=tuple(row["incident_ids"]),
        since=row["since"],
        stands_down_at=row["stands_down_at"],
    )


async def save_rhythm(connection: Connection, changed: RhythmChanged, decided_by: str, now: datetime) -> None:
    found = (changed.municipality, changed.rhythm, changed.reason, changed.reason_en, changed.incident_ids)
    await connection.execute(_SAVE, *found, changed.since, changed.stands_down_at)
    await connection.execute(_REMEMBER, *found, changed.stands_down_at, decided_by, now)


async def rhythm_history(connection: Connection, municipality: str) -> list[Any]:
    """Who decided what, why and when; newest first."""
    return [dict(row) for row in await connection.fetch(_HISTORY, municipality)]


async def daily_municipalities(connection: Connection) -> list[str]:
    return [row["municipality"] for row in await connection.fetch(_DAILY)]
