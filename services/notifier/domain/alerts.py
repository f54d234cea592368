"""Writing the alert itself: what this agency may see of the incident, and nothing else."""

from datetime import datetime
from uuid import UUID

from services.notifier.domain.decisions import Concern, Send
from services.notifier.domain.rules import Share
from services.notifier.domain.wording import TEXT_WITHHELD
from shared.categories import load_categories
from shared.events import Alert, IncidentChanged


def compose(send: Send, incident: IncidentChanged, alert_id: UUID, now: datetime) -> Alert:
    """`alert_id` must be impossible to guess: who knows it may give the receipt."""
    if send.concern is None:
        return _taken_back(send, alert_id, now)
    label = load_categories()[incident.category]
    return Alert(
        municipality=incident.municipality,
        alert_id=alert_id,
        incident_id=incident.incident_id,
        revision=1 if send.previous is None else send.previous.revision + 1,
        agency=send.agency,
        kind=send.kind,
        category=incident.category,
        category_label_sv=label.sv,
        category_label_en=label.en,
        severity=incident.severity,
        summary=_summary(send.concern, incident),
        location=incident.location,
        occurred_at=incident.first_occurred_at,
        report_count=incident.report_count,
        hearsay_only=incident.hearsay_only,
        ongoing=incident.ongoing,
        involves_minor=incident.involves_minor,
        rule=send.rule,
        reasons=_reasons(send, send.concern, incident),
        issued_at=now,
        supersedes=None if send.previous is None else send.previous.alert_id,
    )


def _taken_back(send: Send, alert_id: UUID, now: datetime) -> Alert:
    """Repeats what the agency knew and nothing of what the incident has become: that is no longer for it."""
    previous = send.previous
    assert previous is not None
    return previous.model_copy(
        update={
            "alert_id": alert_id,
            "revision": previous.revision + 1,
            "kind": send.kind,
            "summary": send.reasons[0],
            "reasons": send.reasons,
            "issued_at": now,
            "supersedes": previous.alert_id,
        }
    )


def _summary(concern: Concern, incident: IncidentChanged) -> str:
    return TEXT_WITHHELD if concern.share == Share.WITHOUT_TEXT else incident.summary


def _reasons(send: Send, concern: Concern, incident: IncidentChanged) -> tuple[str, ...]:
    """The reasons of enrichment may quote the report, so they are shared only with its text."""
    quoted = () if concern.share == Share.WITHOUT_TEXT else incident.reasons
    return tuple(dict.fromkeys((*send.reasons, *quoted)))
