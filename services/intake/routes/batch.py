"""`POST /api/v1/imports`: many reports at a time, all of them or none."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.intake.batch_commit import Outcome, Settled
from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.answer import Busy, Unacceptable
from services.intake.domain.batch import MAX_BYTES, MAX_REPORTS, listed, placed, read_keyed
from services.intake.domain.credentials import CITIZEN, Submitter, scope_of
from services.intake.domain.refusal import FieldError, Refused
from services.intake.routes.accept_reports import (
    not_stored,
    read_submitter,
    refusal_problem,
    traceparent,
)
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.openapi import AWAY, problem
from services.intake.running import Running
from services.intake.store import Claim
from shared.openapi import REF
from shared.problem import Problem

IMPORTS_PATH: Final = "/api/v1/imports"
_MOST_TOLD: Final = 1000
# Between so many the others in this process have a turn.
_TOGETHER: Final = 5
# Bodies that are held at once, of which one is worked on.
_AT_ONCE: Final = 4


class ImportedReport(BaseModel):
    """`known`: the same report came with this key before, and this is it. `changed`: another one did; that stays, and this one
    was not added.
    """

    outcome: Outcome
    id: UUID | None
    tracking_code: str | None


class Imported(BaseModel):
    """`reports`: in the order in which they were sent."""

    added: int
    known: int
    changed: int
    reports: list[ImportedReport]


_EXAMPLE: Final[dict[str, Any]] = {
    "reports": [
        {
            "key": "import:rond-2026-11-22-0417",
            "report": {
                "text": "Två rutor krossade på skolans baksida, ingen på plats.",
                "place_text": "Nibbleskolan, Köping",
                "occurred_at": "2026-11-22T23:40:00+01:00",
                "category": "vandalism",
                "external_id": "rond-2026-11-22-0417",
            },
        },
        {
            "key": "import:rond-2026-11-22-0418",
            "report": {
                "text": "Trasig gatlykta vid gångtunneln.",
                "lat": 59.5123,
                "lon": 15.9987,
                "occurred_at": "2026-11-23T00:10:00+01:00",
                "external_id": "rond-2026-11-22-0418",
            },
        },
    ]
}
_ANSWER: Final = {
    "added": 1,
    "known": 1,
    "changed": 0,
    "reports": [
        {"outcome": "added", "id": "01a20727-5fc5-737d-beab-671a358acf84", "tracking_code": "WGS5-X26S-5KKA"},
        {"outcome": "known", "id": "01a1f3c2-0a11-7c02-9b1e-2f6f3b7f7c11", "tracking_code": "7F9S-Y649-J8ZZ"},
    ],
}
_BODY: Final = {
    "required": True,
    "description": f"1 to {MAX_REPORTS:,} reports in at most {MAX_BYTES // 2**20} MiB, each of at most 64 KiB.",
    "content": {
        "application/json": {
            "example": _EXAMPLE,
            "schema": {
                "type": "object",
                "required": ["reports"],
                "additionalProperties": False,
                "properties": {
                    "reports": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["key", "report"],
                            "additionalProperties": False,
                            "properties": {
                                "key": {
                                    "type": "string",
                                    "minLength": 1,
                                    "maxLength": 255,
                                    "pattern": "^[!-~]+$",
                                    "description": "What makes the report the same when it comes again, as `Idempotency-Key` "
                                    "does for a report alone. One that begins with `import:` does so for good.",
                                },
                                "report": {"$ref": REF.format(model="Submission")},
                            },
                        },
                    }
                },
            },
        }
    },
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    202: {"description": "Stored, all of it.", "content": {"application/json": {"example": _ANSWER}}},
    400: problem(
        "The body is not JSON in UTF-8.", "unreadable-body", "The body can't be read", 400,
        "body: the body is not JSON in UTF-8",
    ),
    401: problem(
        "No token, or one that is unknown.", "token-needed", "A token is needed", 401,
        "Send Authorization: Bearer with a token of the scope report:… of this installation.",
    ),
    403: problem(
        "The token may not report.", "token-may-not-report", "This token may not report here", 403,
        "It has no scope report:…; ask for one that has, or report as a citizen without a token.",
    ),
    413: problem(
        "The body is too large.", "body-too-large", "The body is too large", 413,
        f"At most {MAX_BYTES} bytes are read. Shorten the text.",
    ),
    415: problem(
        "The body is not declared as JSON.", "unsupported-media-type", "This kind of body is not read", 415,
        "Send Content-Type: application/json.",
    ),
    422: problem(
        f"One report or more does not fit; nothing was stored. `errors` has the first {_MOST_TOLD:,} faults, `bad` says how "
        "many reports have any.",
        "invalid-reports", "Some reports do not fit", 422, "1 of 2 reports do not fit; nothing was stored.",
        errors=[{"pointer": "/reports/1/report/text", "code": "missing", "detail": "must say something"}], bad=1,
    ),
    429: problem(
        "Too many reports with this token.", "too-many-reports", "Too many reports from here in a short time", 429,
        "Nothing was stored. Send it again in 10 s; 20000 at once and then one each 0.005 s are taken. In danger call 112.",
    ),
    503: AWAY,
}  # fmt: skip


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
        responses=_RESPONSES,
        openapi_extra={"requestBody": _BODY, "security": [{"token": []}]},
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
        reports = listed(body)
    except Refused as refused:
        raise refusal_problem(refused) from None
    accepted = await _accepted(reports, submitter, running.settings.municipality)
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


async def _accepted(
    reports: list[Any], submitter: Submitter, municipality: str
) -> list[tuple[Acceptance, Claim]]:
    """Raises `Problem` 422 that names all that is wrong, after looking at every one."""
    accepted: list[tuple[Acceptance, Claim]] = []
    errors: list[FieldError] = []
    bad, now = 0, datetime.now(UTC)
    for place, item in enumerate(reports):
        reports[place] = None  # so that what was read does not stay beside what it became
        try:
            accepted.append(_accept(item, submitter, submitter.municipality or municipality, now))
        except Refused as refused:
            bad += 1
            errors += placed(f"reports/{place}", refused.errors)[: max(0, _MOST_TOLD - len(errors))]
        if place % _TOGETHER == 0:
            await asyncio.sleep(0)
    if bad:
        raise _do_not_fit(bad, len(reports), errors)
    return accepted


def _accept(item: object, submitter: Submitter, municipality: str, now: datetime) -> tuple[Acceptance, Claim]:
    """Raises `Refused`."""
    keyed = read_keyed(item)
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
