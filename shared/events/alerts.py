"""What an agency is told, by which channel, and what it answers."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.categories import CategoryCode
from shared.events.base import Event, Location, Severity, ShortText


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


class ReceiptStatus(StrEnum):
    DELIVERED = "delivered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Receipt(Event):
    """An agency's word on an alert."""

    receipt_id: UUID
    alert_id: UUID
    agency: Agency
    status: ReceiptStatus
    at: AwareDatetime
    note: ShortText | None = None


class Channel(StrEnum):
    KAFKA = "kafka"
    WEBHOOK = "webhook"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    GAVE_UP = "gave_up"
    DELIVERED = "delivered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"


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


class NotAlertedReason(StrEnum):
    """`HISTORY`: it happened too long ago for anybody; `TOLD_LATE`: for those who told of it; `NOBODY_CONCERNED`: the rules name
    nobody who is told of such a thing; `WITHDRAWN`: all who told of it took it back.
    """

    HISTORY = "history"
    TOLD_LATE = "told_late"
    NOBODY_CONCERNED = "nobody_concerned"
    WITHDRAWN = "withdrawn"


class NotAlertedChanged(Event):
    """Why nobody has been alerted of an incident, as it was at this revision; no `reason`: that is over, an alert was issued.

    `age_s`: how old the news was; `limit_s`: how old it might have been. Both are null where age is not the reason.
    """

    incident_id: UUID
    revision: int = Field(ge=1)
    reason: NotAlertedReason | None
    age_s: int | None = Field(default=None, ge=0)
    limit_s: int | None = Field(default=None, ge=0)
    at: AwareDatetime
