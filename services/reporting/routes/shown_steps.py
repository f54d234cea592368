"""What staff say was done about an incident, as staff see it."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from services.reporting.domain.published import Published
from services.reporting.store import Connection
from services.reporting.store import steps as store
from shared.events import ClosingReason, FollowStatus


class StepOfIncident(Published):
    """`text` is empty when nothing was written, or when all that told of the incident is gone. `told`: how many reports are told
    of it. `incident_id`: another than the incident's own, when it was done about what is now part of this one.
    """

    step_id: UUID
    incident_id: UUID
    status: FollowStatus
    reason: ClosingReason | None
    text: str
    text_en: str | None
    recorded_by: str
    at: AwareDatetime
    told: int
    taken_back_by: str | None
    taken_back_at: AwareDatetime | None


class StepsOfIncident(Published):
    """`is_closed`: for those who reported it by then; `reports_since_closed`: those that came afterwards, so they are not told
    that it is closed.
    """

    steps: tuple[StepOfIncident, ...]
    is_closed: bool
    reports_since_closed: int


async def shown_steps(connection: Connection, incident_id: UUID) -> StepsOfIncident:
    steps = tuple(_shown(row) for row in await store.steps_of(connection, incident_id))
    is_closed = any(each.status is FollowStatus.CLOSED and each.taken_back_at is None for each in steps)
    since = await store.reports_not_closed(connection, incident_id) if is_closed else 0
    return StepsOfIncident(steps=steps, is_closed=is_closed, reports_since_closed=since)


def _shown(row: Any) -> StepOfIncident:
    return StepOfIncident.model_validate(dict(row))
