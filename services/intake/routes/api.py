"""The API for reports: what is not on the fast path."""

from datetime import datetime
from typing import Self

import asyncpg
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.intake import disposal_store, standing_store, store
from services.intake.disposal_store import Tombstone
from services.intake.domain.following import Followed, Step, spelled_out
from services.intake.domain.standing import Holding, Standing
from services.intake.routes.accept_reports import REPORTS_PATH
from services.intake.routes.asked_questions import OpenQuestion, open_questions, shown
from services.intake.routes.openapi import AWAY, GONE, NOT_FOUND, UNCHANGED
from services.intake.running import Running
from shared.categories import CategoryCode
from shared.conditional import conditional
from shared.events import ClosingReason, FollowStatus
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


class FollowStep(BaseModel):
    """`note`, in Swedish, and `note_en`: what staff wrote. `reason`: why it is closed, which is not to say that it is mended.
    `is_taken_back`: it holds no longer. `takes_back`: which kind of step holds no longer since `at`; the report is opened again
    when that is `closed`, and otherwise what was said was wrong. `status` is then what holds.
    """

    status: FollowStatus
    at: datetime
    note: str | None
    note_en: str | None = None
    reason: ClosingReason | None = None
    is_taken_back: bool = False
    takes_back: FollowStatus | None = None

    @classmethod
    def of(cls, step: Step) -> Self:
        return cls(
            status=step.status,
            at=step.at,
            note=step.note,
            note_en=step.note_en,
            reason=step.reason,
            is_taken_back=step.is_taken_back,
            takes_back=step.takes_back and step.takes_back.status,
        )


class HeldBackReport(BaseModel):
    """Stored, and not passed on to anybody: `held` until somebody at the municipality decides, or by itself at `until`;
    `rejected` by somebody's decision, which can be changed.
    """

    state: Holding
    since: datetime
    until: datetime | None


class FollowedReport(BaseModel):
    """Nothing of what was said, and nobody's name. `status`: what holds; `closed` until it is opened again, whatever is heard
    meanwhile. `category`: what it is taken for, once it is assessed.
    """

    tracking_code: str
    municipality: str
    status: FollowStatus
    received_at: datetime
    history: list[FollowStep]
    questions: list[OpenQuestion]
    category: CategoryCode | None
    held_back: HeldBackReport | None


async def find_report(pool: "asyncpg.Pool[asyncpg.Record]", code: str) -> Followed:
    """Raises `Problem` 404, 410 or 503."""
    tracking_code = spelled_out(code)
    try:
        if tracking_code is not None:
            async with pool.acquire(timeout=5) as connection:
                found = await store.follow(connection, tracking_code)
                gone = None if found else await disposal_store.tombstone_of_code(connection, tracking_code)
            if found is not None:
                return found
            if gone is not None:
                raise disposed(gone)
    except TRANSIENT_ERRORS:
        raise away("The report can't be looked up right now") from None
    raise unknown_code()


async def standing_of(pool: "asyncpg.Pool[asyncpg.Record]", tracking_code: str) -> Standing:
    """Raises `Problem` 503."""
    try:
        async with pool.acquire(timeout=5) as connection:
            return await standing_store.standing_of(connection, tracking_code)
    except TRANSIENT_ERRORS:
        raise away("The report can't be looked up right now") from None


def disposed(gone: Tombstone) -> Problem:
    return Problem(
        410,
        "report-disposed",
        "The report is no longer kept",
        "What it said is erased: `reason` says why, `at` when.",
        reason=gone.reason,
        at=gone.at.isoformat(),
    )


def away(title: str) -> Problem:
    return Problem(
        503,
        "try-again-later",
        title,
        "The database can't be reached. Ask again in a moment.",
        headers={"Retry-After": "5"},
    )


def unknown_code() -> Problem:
    return Problem(
        404,
        "unknown-tracking-code",
        "There is no report with this tracking code",
        "Check the code: twelve letters and digits, as they were shown when the report was sent.",
    )


def api_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.get(
        REPORTS_PATH + "/{tracking_code}",
        summary="Follow a report",
        operation_id="follow_report",
        response_model=FollowedReport,
        responses={304: UNCHANGED, 404: NOT_FOUND, 410: GONE, 503: AWAY},
    )
    async def follow_report(request: Request, tracking_code: str) -> Response:
        """Who asks again shows the `ETag` of the last answer in `If-None-Match`, and hears 304 until something has changed."""
        found = await find_report(running.pool, tracking_code)
        standing = await standing_of(running.pool, found.tracking_code)
        held = standing.held_back
        followed = FollowedReport(
            tracking_code=found.tracking_code,
            municipality=found.municipality,
            status=found.status,
            received_at=found.received_at,
            history=[FollowStep.of(step) for step in found.history],
            questions=[shown(each) for each in await open_questions(running.pool, found.tracking_code)],
            category=standing.category,
            held_back=held and HeldBackReport(state=held.state, since=held.since, until=held.until),
        )
        return conditional(request, followed.model_dump_json().encode(), headers={})

    return router
