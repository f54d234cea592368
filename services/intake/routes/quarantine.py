"""What is held, for staff with a token of the scope `quarantine`: of its own municipality, or of any."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake.abuse import quarantine
from services.intake.abuse.judging import Reason, State
from services.intake.abuse.quarantine import Doubted
from services.intake.domain.tokens import QUARANTINE, Token
from services.intake.metrics import QUARANTINE_DECIDED
from services.intake.routes.accept_reports import not_stored
from services.intake.routes.known_token import known_token
from services.intake.routes.openapi import AWAY, UNKNOWN_TOKEN
from services.intake.running import Running
from shared.openapi import problem
from shared.paging import cursor_at, next_link, place_of
from shared.plain_text import PLAIN
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

QUARANTINE_PATH: Final = "/api/v1/quarantine"
_WAIT_S: Final = 5.0
_RESPONSES: Final[dict[int | str, Mapping[str, Any]]] = {
    401: UNKNOWN_TOKEN,
    403: problem(
        "The token may not do this.", "no-quarantine", "This token may not see the quarantine", 403,
        "Make one with `vardkase tokens create NAME --scope quarantine`.",
    ),
    422: problem(
        "The request does not fit.", "invalid-request", "The request does not fit", 422, "/body/ids: Field required",
    ),
    503: AWAY,
}  # fmt: skip


class DoubtedReport(BaseModel):
    """`text` and `place_text` are redacted, as other services would read them; null once the report has gone on, or where
    `is_unreadable`: what was kept can't be read, so it can't be released, only rejected.
    """

    model_config = ConfigDict(from_attributes=True)

    report_id: UUID
    municipality: str
    state: State
    reasons: list[Reason]
    alike_reports: int
    text: str | None
    place_text: str | None
    is_unreadable: bool
    received_at: datetime
    release_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    note: str | None


class QuarantinePage(BaseModel):
    """`next`: give it as `cursor` for those that follow, as the header `Link` does; null at the end."""

    reports: list[DoubtedReport]
    next: str | None


class Chosen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=1000)


class Rejected(Chosen):
    reason: str = Field(min_length=1, max_length=500, pattern=PLAIN)


class Decided(BaseModel):
    """Those that were still held and are decided on now; the others had been before."""

    ids: list[UUID]


def quarantine_router(running: Running) -> APIRouter:
    router = APIRouter(prefix=QUARANTINE_PATH, responses=dict(_RESPONSES))  # type: ignore[arg-type]
    secured: dict[str, Any] = {"security": [{"token": []}]}

    @router.get("", summary="What is held", operation_id="list_quarantine", openapi_extra=secured)
    async def list_quarantine(
        request: Request,
        response: Response,
        state: State = State.HELD,
        reason: Reason | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
    ) -> QuarantinePage:
        """The oldest first. What comes in or is decided meanwhile moves no page: none is shown twice or left out."""
        token = await _allowed(running, request)
        response.headers["Cache-Control"] = "no-store"
        after = None if cursor is None else place_of(cursor)
        try:
            async with running.pool.acquire(timeout=_WAIT_S) as connection:
                listed = await quarantine.doubted(
                    connection,
                    state=state,
                    reason=reason,
                    municipality=token.municipality,
                    most=limit + 1,
                    after=after,
                )
        except TRANSIENT_ERRORS:
            raise not_stored("the database can't be reached right now", retry_after_s=5) from None
        page = listed[:limit]
        following = cursor_at(page[-1].received_at, page[-1].report_id) if len(listed) > limit else None
        if following is not None:
            response.headers["Link"] = next_link(request, following)
        return QuarantinePage(reports=[_shown(each) for each in page], next=following)

    @router.post("/release", summary="Let them go on", operation_id="release", openapi_extra=secured)
    async def release(request: Request, chosen: Chosen) -> Decided:
        """Each once, with its own times; a rejected one too."""
        return await _decide(running, request, chosen.ids, None)

    @router.post("/reject", summary="Keep them from going on", operation_id="reject", openapi_extra=secured)
    async def reject(request: Request, chosen: Rejected) -> Decided:
        """They stay with the reason, and can be released later."""
        return await _decide(running, request, chosen.ids, chosen.reason)

    return router


async def _decide(running: Running, request: Request, ids: list[UUID], reason: str | None) -> Decided:
    token = await _allowed(running, request)
    try:
        async with running.pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
            own = await quarantine.among(connection, ids, token.municipality)
            if reason is None:
                done = await quarantine.release(connection, own, token.name)
            else:
                done = await quarantine.reject(connection, own, token.name, reason)
    except TRANSIENT_ERRORS:
        raise not_stored("the database can't be reached right now", retry_after_s=5) from None
    running.wake_relay()
    QUARANTINE_DECIDED.labels(State.RELEASED if reason is None else State.REJECTED).inc(len(done))
    return Decided(ids=done)


async def _allowed(running: Running, request: Request) -> Token:
    token = await known_token(running, request)
    if QUARANTINE not in token.scopes:
        raise Problem(
            403,
            "no-quarantine",
            "This token may not see the quarantine",
            "Make one with `vardkase tokens create NAME --scope quarantine`.",
        )
    return token


def _shown(each: Doubted) -> DoubtedReport:
    return DoubtedReport.model_validate(each)
