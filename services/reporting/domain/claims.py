"""When something said is set down as a claim, and how a verdict on it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.categories import CategoryCode
from shared.events import IncidentChanged, Verdict
from shared.identity import derived_id


@dataclass(frozen=True, slots=True)
class Claim:
    """`opened_revision`: the incident's revision it was opened from; None when a person opened it."""

    claim_id: UUID
    municipality: str
    statement: str
    verdict: Verdict
    explanation: str | None
    decided_by: str | None
    at: datetime
    opened_at: datetime
    incident_ids: tuple[UUID, ...]
    opened_revision: int | None = None


def claim_about(incident: IncidentChanged) -> Claim | None:
    """The claim that an incident known by hearsay alone is; None for one that somebody saw."""
    if not (incident.hearsay_only or incident.category is CategoryCode.RUMOUR):
        return None
    return Claim(
        claim_id=derived_id("claim", incident.incident_id),
        municipality=incident.municipality,
        statement=incident.summary,
        verdict=Verdict.UNVERIFIED,
        explanation=None,
        decided_by=None,
        at=incident.changed_at,
        opened_at=incident.changed_at,
        incident_ids=(incident.incident_id,),
        opened_revision=incident.revision,
    )


def claims_about(incidents: Sequence[IncidentChanged]) -> list[Claim]:
    """One claim an incident, from its earliest revision, so that the order of arrival doesn't matter."""
    claims: dict[UUID, Claim] = {}
    for incident in sorted(incidents, key=lambda each: each.revision):
        claim = claim_about(incident)
        if claim is not None:
            claims.setdefault(claim.claim_id, claim)
    return list(claims.values())


def judged(claim: Claim, verdict: Verdict, explanation: str | None, decided_by: str, now: datetime) -> Claim:
    return replace(claim, verdict=verdict, explanation=explanation, decided_by=decided_by, at=now)
