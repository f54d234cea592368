"""Why nobody was alerted of an incident, as the notifier tells it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.reporting.store import Connection
from shared.events import NotAlertedChanged

_SAVE: Final = """
INSERT INTO not_alerted AS known (incident_id, revision, reason, age_s, limit_s, at)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::integer[], $5::integer[], $6::timestamptz[])
ON CONFLICT (incident_id) DO UPDATE SET
    revision = excluded.revision, reason = excluded.reason, age_s = excluded.age_s, limit_s = excluded.limit_s,
    at = excluded.at
WHERE (known.revision, known.at) < (excluded.revision, excluded.at)
"""
# An alert that followed is known by its delivery, whichever of the two is heard of first.
_WHY_NOBODY: Final = """
SELECT reason, age_s, limit_s, at FROM not_alerted
WHERE incident_id = $1 AND reason IS NOT NULL
    AND NOT EXISTS (SELECT FROM delivery WHERE delivery.incident_id = not_alerted.incident_id)
"""


async def save_not_alerted(connection: Connection, told: Sequence[NotAlertedChanged]) -> None:
    """Of each incident the newest, whatever the order they come in."""
    newest = {each.incident_id: each for each in sorted(told, key=lambda each: (each.revision, each.at))}
    if newest:
        columns = zip(*(_row(each) for each in newest.values()), strict=True)
        await connection.execute(_SAVE, *(list(column) for column in columns))


async def why_nobody(connection: Connection, incident_id: UUID) -> Any | None:
    """None when it is not known, or when somebody was alerted."""
    return await connection.fetchrow(_WHY_NOBODY, incident_id)


def _row(told: NotAlertedChanged) -> tuple[Any, ...]:
    return (told.incident_id, told.revision, told.reason, told.age_s, told.limit_s, told.at)
