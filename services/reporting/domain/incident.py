"""An incident as the picture sees it, and how far it has been verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.categories import CategoryCode
from shared.events import Agency, Location, Precision, Source, Verdict

# A municipality's middle is a place for a label. It says nothing about where something happened.
POINT_PRECISIONS: Final = frozenset(
    {Precision.ADDRESS, Precision.STREET, Precision.PLACE, Precision.LOCALITY}
)


class Verification(StrEnum):
    UNVERIFIED = "unverified"
    SEVERAL_SOURCES = "several_sources"
    HEARSAY = "hearsay"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Incident:
    """`withdrawn`: all who told of it took it back. `agencies`: those reached about it; `verdicts`: what people have found on the claims that name it."""

    incident_id: UUID
    category: CategoryCode
    severity: int
    summary: str
    location: Location
    first_occurred_at: datetime
    last_occurred_at: datetime
    report_count: int = 1
    distinct_texts: int = 1
    reports_by_source: Mapping[Source, int] | None = None
    hearsay_only: bool = False
    ongoing: bool = False
    involves_minor: bool = False
    needs_review: bool = False
    reasons: tuple[str, ...] = ()
    revision: int = 1
    withdrawn: bool = False
    agencies: tuple[Agency, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def verification(incident: Incident) -> Verification:
    """A person's word first, then the police's own, then how many have told of it.

    A confirmed claim outweighs a refuted one: one refuted rumour about a fire doesn't undo the fire.
    """
    by_police = (incident.reports_by_source or {}).get(Source.POLICE_OPEN_DATA, 0) > 0
    if Verdict.CONFIRMED in incident.verdicts or by_police:
        return Verification.CONFIRMED
    if Verdict.REFUTED in incident.verdicts:
        return Verification.REFUTED
    if incident.hearsay_only:
        return Verification.HEARSAY
    if incident.distinct_texts >= 2 and incident.report_count >= 2:
        return Verification.SEVERAL_SOURCES
    return Verification.UNVERIFIED


def has_point(location: Location) -> bool:
    return location.lat is not None and location.lon is not None and location.precision in POINT_PRECISIONS
