"""Nobody is alerted, and nobody need wonder why: it stands with the incident, in the log and a count, and is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.notifier.domain.old_news import NotAlerted
from services.notifier.metrics import NOT_ALERTED, OLD_NEWS
from services.notifier.store import incidents as incident_table
from services.notifier.store.incidents import IncidentState
from shared.envelope import Outgoing, outgoing
from shared.events import NotAlertedChanged
from shared.inbox import Connection
from shared.outbox import store_outgoing
from shared.topics import NOT_ALERTED_CHANGED, Service

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Considered:
    """`why`: why nobody is alerted of it; None when somebody is, or was before."""

    state: IncidentState
    why: NotAlerted | None


async def tell_why_nobody(connection: Connection, considered: Sequence[Considered], now: datetime) -> None:
    """In the caller's transaction, of those incidents alone where it is another reason than before."""
    reasons = {each.state.incident.incident_id: each.why.reason if each.why else None for each in considered}
    changed = await incident_table.keep_reasons(connection, reasons)
    new = [each for each in considered if each.state.incident.incident_id in changed]
    await store_outgoing(connection, [_published(each, now) for each in new])
    for each in new:
        if each.why is not None and each.why.reason in OLD_NEWS:
            NOT_ALERTED.labels(each.why.reason).inc()
            log.info(
                "alert.old_news", incident_id=str(each.state.incident.incident_id), age=each.why.reason.value
            )


def _published(considered: Considered, now: datetime) -> Outgoing:
    incident, why = considered.state.incident, considered.why
    return outgoing(
        NOT_ALERTED_CHANGED,
        NotAlertedChanged(
            municipality=incident.municipality,
            incident_id=incident.incident_id,
            revision=incident.revision,
            reason=why.reason if why else None,
            age_s=_seconds(why.age if why else None),
            limit_s=_seconds(why.limit if why else None),
            at=now,
        ),
        key=incident.incident_id,
        subject=incident.incident_id,
        source=Service.NOTIFIER,
        traceparent=considered.state.traceparent,
    )


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
