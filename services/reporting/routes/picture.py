"""The picture, its incidents as JSON and GeoJSON, and the rhythm."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from services.reporting.domain.incident import Incident, has_point
from services.reporting.domain.periods import Period
from services.reporting.domain.picture import summary
from services.reporting.domain.published import IncidentSummary, Picture, Published, RhythmState
from services.reporting.drawing import draw_picture, gather_material
from services.reporting.routes.access import AskedPeriod, Municipality, Reader
from services.reporting.routes.answers import GEOJSON, GEOJSON_ANSWER, LINK, conditional, json_bytes
from services.reporting.routes.asked_questions import QuestionOfReport, shown_question
from services.reporting.routes.problems import UNCHANGED, UNKNOWN_INCIDENT, UNKNOWN_MUNICIPALITY
from services.reporting.routes.reports import AssessedReport, CorrectionOfIncident, assessed
from services.reporting.routes.shown_steps import StepOfIncident, shown_steps
from services.reporting.running import Running, RunningService
from services.reporting.store import incidents as store
from services.reporting.store.corrections import corrections_of
from services.reporting.store.not_alerted import why_nobody
from services.reporting.store.questions import questions_of
from services.reporting.store.rhythms import current_rhythm, rhythm_history
from shared.events import (
    Agency,
    AlertKind,
    Channel,
    DeliveryStatus,
    DisposalReason,
    IncidentChange,
    NotAlertedReason,
    Rhythm,
)
from shared.paging import Cursor, cursor_at, place_of
from shared.problem import Problem

router = APIRouter(prefix="/api/v1", tags=["picture"])
_OF_LISTS: Final[dict[int | str, dict[str, Any]]] = {**UNCHANGED, **UNKNOWN_MUNICIPALITY}
_OF_FEATURES: Final[dict[int | str, dict[str, Any]]] = {**_OF_LISTS, **GEOJSON_ANSWER}


class ReportInIncident(AssessedReport):
    """`disposed`: why its words are gone."""

    needs_review: bool
    link_reason: str
    link_confidence: float
    disposed: DisposalReason | None


class DeliveryOfIncident(Published):
    agency: Agency
    channel: Channel
    kind: AlertKind
    status: DeliveryStatus
    attempts: int
    reason: str | None
    at: AwareDatetime


class NotAlerted(Published):
    """`age_s`: how old the news was, `limit_s`: how old it might have been; null where age is not the reason. `at`: when that was decided."""

    reason: NotAlertedReason
    age_s: int | None
    limit_s: int | None
    at: AwareDatetime


class IncidentRevision(Published):
    revision: int
    change: IncidentChange
    at: AwareDatetime


class IncidentDetail(IncidentSummary):
    """`revision`: give it with what is decided on the ground of this. `is_closed`, `reports_since_closed`: as `StepsOfIncident` has
    them. `not_alerted`: why nobody was alerted of it; null when somebody was, or nothing is known of it.
    """

    reports: tuple[ReportInIncident, ...]
    deliveries: tuple[DeliveryOfIncident, ...]
    not_alerted: NotAlerted | None
    history: tuple[IncidentRevision, ...]
    corrections: tuple[CorrectionOfIncident, ...]
    questions: tuple[QuestionOfReport, ...]
    revision: int
    steps: tuple[StepOfIncident, ...]
    is_closed: bool
    reports_since_closed: int
    reasons: tuple[str, ...]
    withdrawn: bool


class IncidentPage(Published):
    """`next`: give it as `cursor` for those that follow, as the header `Link` does; null at the end."""

    incidents: tuple[IncidentSummary, ...]
    next: str | None


class RhythmDecision(Published):
    rhythm: Rhythm
    reason: str
    reason_en: str
    incident_ids: tuple[UUID, ...]
    stands_down_at: AwareDatetime | None
    decided_by: str
    at: AwareDatetime


class RhythmAnswer(RhythmState):
    """`history`: who decided what, why and when; newest first."""

    municipality: str
    history: tuple[RhythmDecision, ...]


@router.get("/picture", response_model=Picture, responses=_OF_LISTS)
async def picture(
    request: Request, service: RunningService, _: Reader, municipality: Municipality, period: AskedPeriod
) -> Response:
    """The picture of a period of whole local days. It has not changed as long as its ETag has not."""
    now = service.clock()
    async with (
        service.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        material = await gather_material(connection, municipality, period, now)
        drawn = await draw_picture(connection, municipality, material)
    fields = drawn.model_dump(mode="json", by_alias=True)
    same = {name: value for name, value in fields.items() if name != "generated_at"}
    return conditional(request, json_bytes(fields), fingerprint=json_bytes(same))


@router.get("/incidents", response_model=IncidentPage, responses={200: {"headers": LINK}, **_OF_LISTS})
async def list_incidents(
    request: Request,
    service: RunningService,
    _: Reader,
    municipality: Municipality,
    period: AskedPeriod,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> Response:
    """Those that began in the period, the newest first. What is new meanwhile moves no page."""
    found, following = await _page(service, municipality, period, cursor, limit)
    page = IncidentPage(incidents=tuple(summary(incident) for incident in found), next=following)
    return conditional(request, json_bytes(page), following=following)


@router.get("/incidents.geojson", responses=_OF_FEATURES, response_class=Response)
async def incidents_geojson(
    request: Request,
    service: RunningService,
    _: Reader,
    municipality: Municipality,
    period: AskedPeriod,
    limit: Annotated[int | None, Query(ge=1, le=5000, description="all without it")] = None,
    cursor: Cursor = None,
) -> Response:
    """Incidents of the period as features. Those known only to lie somewhere in the municipality have no geometry."""
    found, following = await _page(service, municipality, period, cursor, limit)
    features = [
        {
            "type": "Feature",
            "id": str(incident.incident_id),
            "geometry": {"type": "Point", "coordinates": [incident.location.lon, incident.location.lat]}
            if has_point(incident.location)
            else None,
            "properties": summary(incident).model_dump(mode="json"),
        }
        for incident in found
    ]
    return conditional(
        request,
        json_bytes({"type": "FeatureCollection", "features": features}),
        media_type=GEOJSON,
        following=following,
    )


async def _page(
    service: Running, municipality: str, period: Period, cursor: str | None, limit: int | None
) -> tuple[list[Incident], str | None]:
    """A page, and the cursor of the next one."""
    after = None if cursor is None else place_of(cursor)
    async with service.pool.acquire() as connection:
        found = await store.page_of_incidents(
            connection,
            municipality,
            period.starts_at,
            period.ends_at,
            after,
            None if limit is None else limit + 1,
        )
    page = found[:limit]
    is_last = len(found) == len(page)
    return page, None if is_last else cursor_at(page[-1].first_occurred_at, page[-1].incident_id)


@router.get(
    "/incidents/{incident_id}", response_model=IncidentDetail, responses={**UNCHANGED, **UNKNOWN_INCIDENT}
)
async def incident(request: Request, service: RunningService, _: Reader, incident_id: UUID) -> Response:
    async with service.pool.acquire() as connection:
        found = await store.one_incident(connection, incident_id)
        if found is None:
            raise Problem(
                404, "unknown-incident", "No such incident", f"No incident has the id {incident_id}."
            )
        nobody = await why_nobody(connection, incident_id)
        detail = IncidentDetail(
            **dict(summary(found)),
            reports=tuple(
                ReportInIncident.model_validate(assessed(row))
                for row in await store.reports_of(connection, incident_id)
            ),
            deliveries=tuple(
                DeliveryOfIncident.model_validate(dict(row))
                for row in await store.deliveries_of(connection, incident_id)
            ),
            not_alerted=None if nobody is None else NotAlerted.model_validate(dict(nobody)),
            history=tuple(
                IncidentRevision.model_validate(dict(row))
                for row in await store.history_of(connection, incident_id)
            ),
            corrections=tuple(
                CorrectionOfIncident.model_validate(dict(row))
                for row in await corrections_of(connection, incident_id)
            ),
            questions=tuple(shown_question(row) for row in await questions_of(connection, incident_id)),
            **dict(await shown_steps(connection, incident_id)),
            revision=found.revision,
            reasons=found.reasons,
            withdrawn=found.withdrawn,
        )
    return conditional(request, json_bytes(detail))


@router.get("/rhythm", response_model=RhythmAnswer, responses=_OF_LISTS)
async def rhythm(
    request: Request, service: RunningService, _: Reader, municipality: Municipality
) -> Response:
    async with service.pool.acquire() as connection:
        current = RhythmState.model_validate(await current_rhythm(connection, municipality))
        history = await rhythm_history(connection, municipality)
    answer = RhythmAnswer(
        **dict(current),
        municipality=municipality,
        history=tuple(RhythmDecision.model_validate(row) for row in history),
    )
    return conditional(request, json_bytes(answer))
