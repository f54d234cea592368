"""What persons said of reports and incidents."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from services.enrichment.linking import in_force, judge
from services.enrichment.store.shapes import understood_of
from shared.events import CorrectionMade
from shared.inbox import Connection

_INSERT: Final = """
INSERT INTO correction (id, incident_id, report_id, undoes, made, at, taken_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_OF: Final = "SELECT made FROM correction WHERE incident_id = $1 ORDER BY at, id"
_CORRECTED: Final = "SELECT DISTINCT incident_id FROM correction ORDER BY incident_id"
_TEXTS: Final = """
SELECT report.id, report.received_at, report.understood, report.text, report.language
FROM link JOIN report ON report.id = link.report_id
WHERE link.incident_id = $1 AND report.disposed IS NULL ORDER BY link.position
"""


@dataclass(frozen=True, slots=True)
class TextOfCategory:
    """A redacted text, and the category that a person said it has; `at`: when they said so."""

    text: str
    category: str
    language: str
    at: datetime


async def insert_correction(connection: Connection, correction: CorrectionMade, taken_at: datetime) -> bool:
    """False when it was known."""
    inserted = await connection.fetchval(
        _INSERT,
        correction.correction_id,
        correction.incident_id,
        correction.report_id,
        correction.undoes,
        orjson.Fragment(correction.model_dump_json()),
        correction.at,
        taken_at,
    )
    return inserted is not None


async def corrections_of(connection: Connection, incident_id: UUID) -> list[CorrectionMade]:
    """All that concern the incident or one of its reports, those taken back too."""
    rows = await connection.fetch(_OF, incident_id)
    return [CorrectionMade.model_validate(row["made"]) for row in rows]


async def corrected_texts(connection: Connection) -> AsyncIterator[TextOfCategory]:
    """Every report whose category a person decided, in an order that only grows by what is added; taken back is left out."""
    for incident in await connection.fetch(_CORRECTED):
        holding = in_force(await corrections_of(connection, incident["incident_id"]))
        said = {each.correction_id: each for each in holding}
        for row in await connection.fetch(_TEXTS, incident["incident_id"]):
            judged = judge(row["id"], row["received_at"], understood_of(row["understood"]), holding)
            if judged.is_category_decided and judged.by is not None:
                told = judged.understood
                yield TextOfCategory(row["text"], told.category.value, row["language"], said[judged.by].at)
