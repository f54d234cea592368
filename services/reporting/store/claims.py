from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.domain.claims import Claim
from services.reporting.store import Connection
from shared.events import Verdict
from shared.paging import Place

# A later revision of an incident never overwrites what an earlier one said first, in whatever order they arrive.
_OPEN: Final = """
INSERT INTO claim AS known (claim_id, municipality, statement, verdict, at, opened_at, opened_revision)
SELECT * FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::integer[])
ON CONFLICT (claim_id) DO UPDATE SET
    statement = excluded.statement, at = excluded.at, opened_at = excluded.opened_at,
    opened_revision = excluded.opened_revision
WHERE known.opened_revision > excluded.opened_revision AND known.verdict = 'unverified'
RETURNING claim_id
"""
_NAME_INCIDENTS: Final = """
INSERT INTO claim_incident (claim_id, incident_id)
SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING
"""
_PAGE: Final = """
SELECT * FROM claim_with_incidents
WHERE municipality = $1 AND ($2::timestamptz IS NULL OR (opened_at, claim_id) < ($2, $3::uuid))
ORDER BY opened_at DESC, claim_id DESC LIMIT $4
"""
_OF_PERIOD: Final = """
SELECT * FROM claim_with_incidents
WHERE municipality = $1 AND ((at >= $2 AND at < $3) OR claim_id IN (
    SELECT claim_id FROM claim_incident WHERE incident_id = ANY($4::uuid[])))
ORDER BY at DESC, claim_id
"""
_ONE: Final = "SELECT * FROM claim_with_incidents WHERE claim_id = $1"
_JUDGE: Final = """
UPDATE claim SET verdict = $2, explanation = $3, decided_by = $4, at = $5 WHERE claim_id = $1
"""
_SAVE_VERDICT: Final = """
INSERT INTO claim_verdict (claim_id, verdict, explanation, decided_by, at) VALUES ($1, $2, $3, $4, $5)
"""
_KNOWN_INCIDENTS: Final = """
SELECT incident_id, municipality FROM incident WHERE incident_id = ANY($1::uuid[])
"""


async def open_claims(connection: Connection, claims: Sequence[Claim]) -> list[Claim]:
    """Those of `claims` that are new or say it earlier than what was known."""
    if not claims:
        return []
    rows = await connection.fetch(
        _OPEN,
        [claim.claim_id for claim in claims],
        [claim.municipality for claim in claims],
        [claim.statement for claim in claims],
        [claim.verdict for claim in claims],
        [claim.at for claim in claims],
        [claim.opened_at for claim in claims],
        [claim.opened_revision for claim in claims],
    )
    changed = {row["claim_id"] for row in rows}
    named = [(claim.claim_id, incident_id) for claim in claims for incident_id in claim.incident_ids]
    await connection.execute(_NAME_INCIDENTS, [claim for claim, _ in named], [each for _, each in named])
    return [claim for claim in claims if claim.claim_id in changed]


async def page_of_claims(
    connection: Connection, municipality: str, after: Place | None, limit: int
) -> list[Claim]:
    """By when they were opened, the newest first: a verdict moves none to another page."""
    at, claim_id = after or (None, None)
    return [_claim(row) for row in await connection.fetch(_PAGE, municipality, at, claim_id, limit)]


async def claims_of_period(
    connection: Connection, municipality: str, start: datetime, end: datetime, incident_ids: Sequence[UUID]
) -> list[Claim]:
    """Those opened or judged in the period, and those that name one of its incidents."""
    rows = await connection.fetch(_OF_PERIOD, municipality, start, end, incident_ids)
    return [_claim(row) for row in rows]


async def one_claim(connection: Connection, claim_id: UUID) -> Claim | None:
    row = await connection.fetchrow(_ONE, claim_id)
    return None if row is None else _claim(row)


async def save_verdict(connection: Connection, claim: Claim) -> None:
    found = (claim.claim_id, claim.verdict, claim.explanation, claim.decided_by, claim.at)
    await connection.execute(_JUDGE, *found)
    await connection.execute(_SAVE_VERDICT, *found)


async def municipalities_of(connection: Connection, incident_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Municipality of each of these incidents that is known."""
    rows = await connection.fetch(_KNOWN_INCIDENTS, incident_ids)
    return {row["incident_id"]: row["municipality"] for row in rows}


def _claim(row: Any) -> Claim:
    return Claim(
        claim_id=row["claim_id"],
        municipality=row["municipality"],
        statement=row["statement"],
        verdict=Verdict(row["verdict"]),
        explanation=row["explanation"],
        decided_by=row["decided_by"],
        at=row["at"],
        opened_at=row["opened_at"],
        incident_ids=tuple(row["incident_ids"]),
        opened_revision=row["opened_revision"],
    )
