"""The shape of the picture as the API publishes it and as an edition freezes it."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.reporting.domain.comparison import Finding
from services.reporting.domain.incident import Verification
from shared.categories import CategoryCode
from shared.events import Agency, Location, Rhythm, Verdict


class Published(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class MunicipalityName(Published):
    code: str
    name: str


class PeriodSpan(Published):
    """Half-open: `to` is the first moment that no longer belongs to the period."""

    from_: AwareDatetime
    to: AwareDatetime
    days: int

    model_config = ConfigDict(
        frozen=True, alias_generator=lambda name: name.rstrip("_"), validate_by_name=True
    )


class Totals(Published):
    """`reported`: by the public; `discovered`: by staff, guards and the police themselves. Both count reports."""

    reports: int
    incidents: int
    previous_reports: int
    previous_incidents: int
    reported: int
    discovered: int
    needs_review: int
    by_source: dict[str, int]
    finding: Finding
    sentence_sv: str
    sentence_en: str


class CategoryCount(Published):
    """`expected_low`-`expected_high`: 95 % prediction interval; null when there is too little history for one."""

    category: CategoryCode
    sv: str
    en: str
    count: int
    previous: int
    expected_low: int | None
    expected_high: int | None
    finding: Finding
    max_severity: int
    sentence_sv: str
    sentence_en: str


class DayCount(Published):
    date: date
    incidents: int
    reports: int
    max_severity: int


class RhythmState(Published):
    rhythm: Rhythm
    reason: str
    reason_en: str
    since: AwareDatetime | None
    stands_down_at: AwareDatetime | None
    incident_ids: tuple[UUID, ...]


class ClaimState(Published):
    claim_id: UUID
    statement: str
    verdict: Verdict
    explanation: str | None
    decided_by: str | None
    at: AwareDatetime
    incident_ids: tuple[UUID, ...]


class IncidentSummary(Published):
    incident_id: UUID
    category: CategoryCode
    sv: str
    en: str
    severity: int
    summary: str
    location: Location
    first_occurred_at: AwareDatetime
    last_occurred_at: AwareDatetime
    report_count: int
    hearsay_only: bool
    ongoing: bool
    involves_minor: bool
    needs_review: bool
    verification: Verification
    agencies: tuple[Agency, ...]


class EditionLink(Published):
    number: int
    frozen_at: AwareDatetime
    pdf: str
    json_: str

    model_config = ConfigDict(
        frozen=True, alias_generator=lambda name: name.rstrip("_"), validate_by_name=True
    )


class Picture(Published):
    municipality: MunicipalityName
    generated_at: AwareDatetime
    period: PeriodSpan
    previous: PeriodSpan
    totals: Totals
    categories: tuple[CategoryCount, ...]
    days: tuple[DayCount, ...]
    rhythm: RhythmState
    claims: tuple[ClaimState, ...]
    incidents: tuple[IncidentSummary, ...]
    situation_reports: tuple[EditionLink, ...]
