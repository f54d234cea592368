"""An incident: what it is after each change, and what a person says it really is."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.categories import CategoryCode
from shared.events.base import Confidence, Event, Location, Severity, ShortText, Source


class IncidentChange(StrEnum):
    OPENED = "opened"
    REPORT_LINKED = "report_linked"
    SEVERITY_RAISED = "severity_raised"
    RECATEGORISED = "recategorised"
    CORRECTED = "corrected"
    DISPOSED = "disposed"


class IncidentChanged(Event):
    """The whole state of an incident after a change; the newest one replaces all before it.

    `disposed_reports`: of how many of its reports the words are gone, ever; when it has grown, whoever quoted an earlier
    state drops the quotation. `withdrawn`: all that told of it was taken back; nothing but its kind and time is left.
    """

    incident_id: UUID
    revision: int = Field(ge=1)
    change: IncidentChange
    category: CategoryCode
    category_confidence: Confidence
    severity: Severity
    summary: ShortText
    location: Location
    first_occurred_at: AwareDatetime
    last_occurred_at: AwareDatetime
    report_count: int = Field(ge=1)
    distinct_texts: int = Field(ge=1)
    reports_by_source: dict[Source, int]
    hearsay_only: bool = False
    ongoing: bool = False
    involves_minor: bool = False
    needs_review: bool = False
    reasons: tuple[ShortText, ...] = ()
    changed_at: AwareDatetime
    correction_id: UUID | None = None
    disposed_reports: int = Field(default=0, ge=0)
    withdrawn: bool = False


class CorrectionMade(Event):
    """A person's word on what a report or an incident really is. A field that is null is left as it was.

    With `report_id` it is about that one report, without about the whole incident. `undoes` takes an earlier correction
    back; nothing else is then set. `corrected_by` is a role or a sign, never a name.
    """

    correction_id: UUID
    incident_id: UUID
    report_id: UUID | None = None
    category: CategoryCode | None = None
    severity: Severity | None = None
    location: Location | None = None
    undoes: UUID | None = None
    note: ShortText | None = None
    corrected_by: ShortText
    at: AwareDatetime
