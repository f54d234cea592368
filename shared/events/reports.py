"""A report: received, understood, followed, asked about, gone."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.categories import CategoryCode
from shared.events.base import (
    Confidence,
    Event,
    Frozen,
    Location,
    LongText,
    Point,
    Severity,
    ShortText,
    Source,
)


class Relation(StrEnum):
    """How a report stands to the earlier one that it names: another reporter's view that it is the same, or more from the same
    reporter.
    """

    SAME = "same"
    ADDITION = "addition"
    STILL_ON = "still_on"


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


class DisposalReason(StrEnum):
    """Why what was said is no longer kept: the reporter took it back, its time is over, or somebody with a right to it asked."""

    WITHDRAWN = "withdrawn"
    RETENTION = "retention"
    REQUEST = "request"


class ReportDisposed(Event):
    """A report is gone for good. Whoever keeps anything of what it said drops it, also when the report comes later or again."""

    report_id: UUID
    reason: DisposalReason
    at: AwareDatetime


class PlaceRole(StrEnum):
    """What became of a place that a report names."""

    CHOSEN = "chosen"
    ALSO_NAMED = "also_named"
    SET_ASIDE = "set_aside"


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


class FollowStatus(StrEnum):
    """What the reporter may follow. Closed is not the same as fixed."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    PASSED_ON = "passed_on"
    MEASURE_TAKEN = "measure_taken"
    CLOSED = "closed"


class ClosingReason(StrEnum):
    """Why nothing more is planned. None of them says that anything is mended."""

    HANDLED = "handled"
    OTHER_AUTHORITY = "other_authority"
    NOTHING_FOUND = "nothing_found"
    OVER = "over"
    NOT_FOLLOWED_UP = "not_followed_up"


class TakenBack(Frozen):
    """What staff told and told by mistake, or what holds no longer: a closing that is taken back opens the report again."""

    step_id: UUID
    status: FollowStatus


class ReportStatusChanged(Event):
    """`category`: what the report is taken for, by the machine or by whoever corrected it, since `category_at`. When that changes,
    a status that was told is told again with it. `place`: where it is taken to be then, if closer than in which municipality.

    `step_id`: what staff did, told to everyone whose report is about it; null when the status is the machine's. `note`, in
    Swedish, and `note_en`: what they wrote to the reporters. `reason`: why it is closed.
    `takes_back`: an earlier step that holds no longer; `status` is then what holds without it, and nothing else happened.
    """

    report_id: UUID
    status: FollowStatus
    note: ShortText | None = None
    note_en: ShortText | None = None
    at: AwareDatetime
    category: CategoryCode | None = None
    category_at: AwareDatetime | None = None
    place: Point | None = None
    step_id: UUID | None = None
    reason: ClosingReason | None = None
    takes_back: TakenBack | None = None


class QuestionStatus(StrEnum):
    """How a question stands with who asked it; whether it is answered shows in the report that answers it."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"


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
