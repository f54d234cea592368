"""Every event that travels between services: the published language of the system.

An event is a fact in the past tense and never changes once published. A field may be added with a default; anything
else is a new version on a new topic. Times carry a zone, distances are metres, confidences run from 0 to 1. All of it stands
in one file, long as it is, so that the language can be read in one piece.
"""

from enum import IntEnum, StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from shared.categories import CategoryCode
from shared.identity import MunicipalityCode


def _without_nul(text: str) -> str:
    """PostgreSQL can't keep it, so whoever stores the event would never come past it."""
    if "\0" in text:
        raise ValueError("must not contain the character NUL")
    return text


Confidence = Annotated[float, Field(ge=0, le=1)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Metres = Annotated[float, Field(ge=0, le=20_000_000)]
ShortText = Annotated[str, Field(max_length=500), AfterValidator(_without_nul)]
LongText = Annotated[str, Field(max_length=10_000)]


class Source(StrEnum):
    CITIZEN = "citizen"
    STAFF = "staff"
    GUARD = "guard"
    POLICE_OPEN_DATA = "police_open_data"
    IMPORT = "import"


class Severity(IntEnum):
    MINOR = 1
    MODERATE = 2
    SERIOUS = 3
    CRITICAL = 4


class Precision(StrEnum):
    ADDRESS = "address"
    STREET = "street"
    PLACE = "place"
    LOCALITY = "locality"
    MUNICIPALITY = "municipality"
    UNKNOWN = "unknown"


class Agency(StrEnum):
    POLICE = "police"
    RESCUE = "rescue"
    SOCIAL = "social"
    SCHOOL = "school"
    CARE = "care"
    SECURITY = "security"
    GUARDS = "guards"


class AlertKind(StrEnum):
    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    ALL_CLEAR = "all_clear"


class ReceiptStatus(StrEnum):
    DELIVERED = "delivered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    GAVE_UP = "gave_up"
    DELIVERED = "delivered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Channel(StrEnum):
    KAFKA = "kafka"
    WEBHOOK = "webhook"


class FollowStatus(StrEnum):
    """What the reporter may follow. Closed is not the same as fixed."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    PASSED_ON = "passed_on"
    MEASURE_TAKEN = "measure_taken"
    CLOSED = "closed"


class Verdict(StrEnum):
    UNVERIFIED = "unverified"
    UNDER_REVIEW = "under_review"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class Rhythm(StrEnum):
    FORTNIGHTLY = "fortnightly"
    DAILY = "daily"


class IncidentChange(StrEnum):
    OPENED = "opened"
    REPORT_LINKED = "report_linked"
    SEVERITY_RAISED = "severity_raised"
    RECATEGORISED = "recategorised"
    CORRECTED = "corrected"
    DISPOSED = "disposed"


class DisposalReason(StrEnum):
    """Why what was said is no longer kept: the reporter took it back, its time is over, or somebody with a right to it asked."""

    WITHDRAWN = "withdrawn"
    RETENTION = "retention"
    REQUEST = "request"


class QuestionStatus(StrEnum):
    """How a question stands with who asked it; whether it is answered shows in the report that answers it."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"


class Relation(StrEnum):
    """How a report stands to the earlier one that it names: another reporter's view that it is the same, or more from the same
    reporter.
    """

    SAME = "same"
    ADDITION = "addition"
    STILL_ON = "still_on"


class PlaceRole(StrEnum):
    """What became of a place that a report names."""

    CHOSEN = "chosen"
    ALSO_NAMED = "also_named"
    SET_ASIDE = "set_aside"


class Frozen(BaseModel):
    """Base of every published value. Unknown fields are ignored, so that a producer may add one first."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")


class Event(Frozen):
    municipality: MunicipalityCode


class Point(Frozen):
    lat: Latitude
    lon: Longitude
    accuracy_m: Metres | None = None


class Location(Frozen):
    """Where, and how sure. `lat`/`lon` are null when nothing is known; at precision `municipality` they are a place to
    put a label, never a dot.
    """

    lat: Latitude | None = None
    lon: Longitude | None = None
    uncertainty_m: Metres | None = None
    precision: Precision = Precision.UNKNOWN
    name: ShortText | None = None
    municipality: MunicipalityCode | None = None
    confidence: Confidence = 0.0


class PlaceConsidered(Frozen):
    """A place that was weighed. `words`: as the report has them; `why`: what spoke for it or against it."""

    words: ShortText
    location: Location
    role: PlaceRole
    why: ShortText


class TimeSpan(Frozen):
    """When something happened, as far as the words tell; `end` is never before `start`."""

    start: AwareDatetime
    end: AwareDatetime
    words: ShortText


class CategoryGuess(Frozen):
    category: CategoryCode
    confidence: Confidence


class ReportReceived(Event):
    """A report was accepted. The text is redacted; contact details never travel.

    `follows`: an earlier report that this one adds to, or that its reporter believes to be of the same incident; `relation`:
    which of the two.
    `answers`: the question of `QuestionChanged` that this one answers.
    """

    report_id: UUID
    source: Source
    text: LongText
    place_text: ShortText | None = None
    point: Point | None = None
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    category_hint: CategoryCode | None = None
    redactions: dict[str, int] = Field(default_factory=dict)
    external_id: ShortText | None = None
    follows: UUID | None = None
    relation: Relation | None = None
    answers: UUID | None = None


class ReportDisposed(Event):
    """A report is gone for good. Whoever keeps anything of what it said drops it, also when the report comes later or again."""

    report_id: UUID
    reason: DisposalReason
    at: AwareDatetime


class Link(Frozen):
    incident_id: UUID
    is_new: bool
    confidence: Confidence
    reason: ShortText


class ReportEnriched(Event):
    """A report was understood: what, where, how serious, and which incident it belongs to.

    `answers`: as `ReportReceived` has it, told when the report is first read; what tells of it again may leave it out.
    """

    report_id: UUID
    source: Source
    text: LongText
    language: str = Field(max_length=8)
    category: CategoryCode
    category_confidence: Confidence
    category_alternatives: tuple[CategoryGuess, ...] = ()
    severity: Severity
    ongoing: bool = False
    involves_minor: bool = False
    hearsay: bool = False
    location: Location
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    link: Link
    needs_review: bool = False
    reasons: tuple[ShortText, ...] = ()
    model_version: str = Field(max_length=64)
    gazetteer_version: str = Field(max_length=64)
    places: tuple[PlaceConsidered, ...] = ()
    outside_municipality: bool = False
    contradicts_pin: bool = False
    happened: TimeSpan | None = None
    correction_id: UUID | None = None
    answers: UUID | None = None


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


class Alert(Event):
    """What one agency is told, and why. Nothing in it is for anyone else."""

    alert_id: UUID
    incident_id: UUID
    revision: int = Field(ge=1)
    agency: Agency
    kind: AlertKind
    category: CategoryCode
    category_label_sv: ShortText
    category_label_en: ShortText
    severity: Severity
    summary: ShortText
    location: Location
    occurred_at: AwareDatetime
    report_count: int = Field(ge=1)
    hearsay_only: bool = False
    ongoing: bool = False
    involves_minor: bool = False
    rule: ShortText
    reasons: tuple[ShortText, ...] = ()
    issued_at: AwareDatetime
    supersedes: UUID | None = None


class Receipt(Event):
    """An agency's word on an alert."""

    receipt_id: UUID
    alert_id: UUID
    agency: Agency
    status: ReceiptStatus
    at: AwareDatetime
    note: ShortText | None = None


class DeliveryChanged(Event):
    """Who was told what, when, by which channel, and how it went."""

    delivery_id: UUID
    alert_id: UUID
    incident_id: UUID
    agency: Agency
    channel: Channel
    kind: AlertKind
    status: DeliveryStatus
    attempts: int = Field(ge=0)
    reason: ShortText | None = None
    at: AwareDatetime


class ReportStatusChanged(Event):
    """`category`: what the report is taken for, by the machine or by whoever corrected it, since `category_at`. When that changes,
    a status that was told is told again with it.
    """

    report_id: UUID
    status: FollowStatus
    note: ShortText | None = None
    at: AwareDatetime
    category: CategoryCode | None = None
    category_at: AwareDatetime | None = None


class QuestionChanged(Event):
    """Staff put a question to whoever follows a report, or took it back; then nothing of what it said is told again.

    `text_en`: the same in English, where it was chosen from those that are ready. Who asked is no business of the reporter's.
    """

    question_id: UUID
    report_id: UUID
    status: QuestionStatus
    text: ShortText | None = None
    text_en: ShortText | None = None
    at: AwareDatetime


class ClaimChanged(Event):
    """Something said to be true, and what a person found."""

    claim_id: UUID
    statement: ShortText
    verdict: Verdict
    explanation: ShortText | None = None
    incident_ids: tuple[UUID, ...] = ()
    decided_by: ShortText | None = None
    at: AwareDatetime


class RhythmChanged(Event):
    """How often the parties meet over the picture, why, and when it stands down if nothing more happens."""

    rhythm: Rhythm
    reason: ShortText
    reason_en: ShortText
    incident_ids: tuple[UUID, ...] = ()
    since: AwareDatetime
    stands_down_at: AwareDatetime | None = None
