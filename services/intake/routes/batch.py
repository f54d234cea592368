"""`POST /api/v1/imports`: many reports at a time, all of them or none."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response

from services.intake.batch_commit import Outcome, Settled
from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.answer import Busy, Unacceptable
from services.intake.domain.batch import MAX_BYTES, Keyed, Listed, listed, placed, read_keyed
from services.intake.domain.credentials import CITIZEN, Submitter, scope_of
from services.intake.domain.refusal import FieldError, Refused
from services.intake.routes.accept_reports import (
    not_stored,
    read_submitter,
    refusal_problem,
    traceparent,
)
from services.intake.routes.batch_described import BODY, MOST_TOLD, RESPONSES, Imported
from services.intake.routes.body import read_body, require_content_type
from services.intake.running import Running
from services.intake.store import Claim
from shared.problem import Problem

IMPORTS_PATH: Final = "/api/v1/imports"
# Between so many the others in this process have a turn.
_TOGETHER: Final = 5
# Bodies that are held at once, of which one is worked on.
_AT_ONCE: Final = 4


@dataclass(slots=True)
class _Turns:
    """Who is inside, and whose body is worked on: one at a time, for each takes as much as all others together."""

    inside: int = 0
    working: asyncio.Lock = field(default_factory=asyncio.Lock)

    def enter(self) -> None:
        """Raises `Problem` 503."""
        if self.inside >= _AT_ONCE:
            raise not_stored("other imports are under way", retry_after_s=2)
        self.inside += 1

    def leave(self) -> None:
        self.inside -= 1


def batch_router(running: Running) -> APIRouter:
    router, turns = APIRouter(), _Turns()

    @router.post(
        IMPORTS_PATH,
        status_code=202,
        summary="Submit many reports, all or none",
        operation_id="import_reports",
        response_model=Imported,
        responses=RESPONSES,
        openapi_extra={"requestBody": BODY, "security": [{"token": []}]},
    )
    async def import_reports(request: Request) -> Response:
        """All new ones of them are stored in one transaction, before the answer; if one does not fit none is. The same body
        may be sent again whenever no answer came: each key is taken once.
        """
        submitter = await read_submitter(request.scope, running.tokens)
        if submitter is CITIZEN:
            raise _token_needed()
        require_content_type(request.scope, b"application/json")
        turns.enter()
        try:
            body = await read_body(request.scope, request.receive, MAX_BYTES)
            async with turns.working:
                settled = await _stored(running, request, submitter, body)
        finally:
            turns.leave()
        return Response(_told(settled), 202, {"Cache-Control": "no-store"}, "application/json")

    return router


async def _stored(running: Running, request: Request, submitter: Submitter, body: bytes) -> list[Settled]:
    try:
        told = listed(body)
    except Refused as refused:
        raise refusal_problem(refused) from None
    accepted = await _accepted(told, submitter, running.settings.municipality)
    await running.gate.admit_batch(request.scope, submitter.scope, len(accepted))
    try:
        return await running.batches.store(accepted, traceparent(request.scope))
    except Busy as busy:
        raise not_stored(str(busy), busy.retry_after_s) from None
    except Unacceptable:
        raise Problem(
            422,
            "not-storable",
            "The reports can't be stored as they are",
            "One of them holds characters that can't be kept. Remove unusual characters and send them again.",
        ) from None


async def _accepted(told: Listed, submitter: Submitter, municipality: str) -> list[tuple[Acceptance, Claim]]:
    """Raises `Problem` 422 that names all that is wrong, after looking at every one."""
    accepted: list[tuple[Acceptance, Claim]] = []
    errors: list[FieldError] = []
    keys: dict[tuple[str, str], tuple[int, bytes]] = {}
    bad, now, reports = 0, datetime.now(UTC), told.reports
    for place, item in enumerate(reports):
        reports[place] = None  # so that what was read does not stay beside what it became
        try:
            keyed = read_keyed(item, undated_is_now=told.undated_is_now)
            acceptance, claim = _accept(keyed, submitter, submitter.municipality or municipality, now)
            _require_one_meaning(
                claim, *keys.setdefault((claim.scope, claim.key), (place, claim.fingerprint))
            )
            accepted.append((acceptance, claim))
        except Refused as refused:
            bad += 1
            errors += placed(f"reports/{place}", refused.errors)[: max(0, MOST_TOLD - len(errors))]
        if place % _TOGETHER == 0:
            await asyncio.sleep(0)
    if bad:
        raise _do_not_fit(bad, len(reports), errors)
    return accepted


def _accept(keyed: Keyed, submitter: Submitter, municipality: str, now: datetime) -> tuple[Acceptance, Claim]:
    """Raises `Refused`."""
    told = keyed.submission.municipality
    if told and not submitter.may_report_from(told):
        what = f"this token may report from {submitter.municipality} alone"
        raise Refused([FieldError("report/municipality", "other_municipality", what)])
    try:
        acceptance = accept(keyed.submission, submitter.source, municipality, now)
    except Refused as refused:
        raise Refused(placed("report", refused.errors)) from None
    scope = scope_of(keyed.key, submitter, acceptance.event.municipality)
    return acceptance, Claim(scope, keyed.key, keyed.fingerprint)


def _require_one_meaning(claim: Claim, first: int, fingerprint: bytes) -> None:
    """`first`: where its key stood first, and with what. Raises `Refused`."""
    if fingerprint != claim.fingerprint:
        what = f"is that of reports/{first} too, which says something else"
        raise Refused([FieldError("key", "used_twice", what)])


def _do_not_fit(bad: int, reports: int, errors: list[FieldError]) -> Problem:
    told = [{"pointer": f"/{error.field}", "code": error.code, "detail": error.detail} for error in errors]
    return Problem(
        422,
        "invalid-reports",
        "Some reports do not fit",
        f"{bad:,} of {reports:,} reports do not fit; nothing was stored.",
        errors=told,
        bad=bad,
    )


def _token_needed() -> Problem:
    return Problem(
        401,
        "token-needed",
        "A token is needed",
        "Send Authorization: Bearer with a token of the scope report:… of this installation.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _told(settled: list[Settled]) -> bytes:
    numbers = {outcome.value: sum(each.outcome is outcome for each in settled) for outcome in Outcome}
    reports = [
        {
            "outcome": each.outcome,
            "id": each.report_id and str(each.report_id),
            "tracking_code": each.tracking_code,
        }
        for each in settled
    ]
    return orjson.dumps({**numbers, "reports": reports})
