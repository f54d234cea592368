"""`POST /api/v1/reports`. Plain ASGI, because this is the one path that must carry a whole municipality at once."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send

from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.answer import Busy, FollowedGone, KeyUsedOtherwise, Stored, Unacceptable
from services.intake.domain.credentials import CITIZEN, Submitter, scope_of, submitter_of
from services.intake.domain.refusal import Refused
from services.intake.domain.submission import Submission, read_submission
from services.intake.domain.tokens import bearer
from services.intake.group_commit import GroupCommit
from services.intake.metrics import ACCEPT_SECONDS
from services.intake.routes.body import header, read_body, require_content_type
from services.intake.running import Running
from services.intake.settings import IntakeSettings
from services.intake.store import Claim
from services.intake.tokens import TokenBook
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem, problem_response

REPORTS_PATH: Final = "/api/v1/reports"
_KEY: Final = re.compile(rb"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class AcceptReports:
    """Answers 202 after the commit, and a problem otherwise."""

    running: Running
    municipality: str
    public_url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            stored = await self._accept(scope, receive)
        except Problem as problem:
            response = problem_response(
                problem.status, problem.kind, problem.title, problem.detail, problem.headers, **problem.more
            )
            await response(scope, receive, send)
        else:
            await self._answer(stored, send)

    async def _accept(self, scope: Scope, receive: Receive) -> Stored:
        submitter = await read_submitter(scope, self.running.tokens)
        require_content_type(scope, b"application/json")
        body = await read_body(scope, receive)
        began = perf_counter()
        claim = claim_of(scope, submitter, body)
        try:
            submission = read_submission(body)
            municipality = submitter.municipality or self.municipality
            _require_own_municipality(submission, submitter, self.running.settings)
            accepted = accept(submission, submitter.source, municipality, datetime.now(UTC))
        except Refused as refused:
            raise refusal_problem(refused) from None
        if submitter is CITIZEN:
            used_for = sha256(body).digest() if claim is None else claim.fingerprint
            accepted = await self.running.gate.admit_by_api(scope, accepted, used_for)
        else:
            await self.running.gate.admit_token(scope, submitter.scope)
        if claim is not None:
            claim = replace(claim, scope=scope_of(claim.key, submitter, accepted.event.municipality))
        stored = await stored_or_problem(self.running.commits, accepted, claim, traceparent(scope))
        ACCEPT_SECONDS.observe(perf_counter() - began)
        return stored

    async def _answer(self, stored: Stored, send: Send) -> None:
        path = f"{self.public_url}{REPORTS_PATH}/{stored.tracking_code}"
        body = orjson.dumps(
            {"id": str(stored.report_id), "tracking_code": stored.tracking_code, "status_url": path}
        )
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"location", path.encode()),
            (b"cache-control", b"no-store"),
        ]
        if stored.replayed:
            headers.append((b"idempotency-replayed", b"true"))
        start: dict[str, Any] = {"type": "http.response.start", "status": 202, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body})


async def stored_or_problem(
    commits: GroupCommit, accepted: Acceptance, claim: Claim | None, trace: str | None
) -> Stored:
    """Waits for the commit."""
    try:
        return await commits.submit(accepted, claim, trace)
    except Busy as busy:
        raise not_stored(str(busy), busy.retry_after_s) from None
    except FollowedGone:
        raise Problem(
            410,
            "report-gone",
            "The report is gone",
            "It was withdrawn or its time was over before this could be added to it. Nothing was stored.",
        ) from None
    except KeyUsedOtherwise:
        raise Problem(
            422,
            "idempotency-key-reused",
            "This idempotency key was used for another body",
            "Use a new Idempotency-Key for each report, and the same one only to repeat the very same request.",
        ) from None
    except Unacceptable:
        raise Problem(
            422,
            "not-storable",
            "The report can't be stored as it is",
            "It holds characters that can't be kept. Remove unusual characters and send it again.",
        ) from None


def not_stored(reason: str, retry_after_s: int) -> Problem:
    return Problem(
        503,
        "try-again-later",
        "Not confirmed as stored",
        f"Not confirmed as stored: {reason}. Send the same request again; with an Idempotency-Key it is stored once.",
        headers={"Retry-After": str(retry_after_s)},
    )


def traceparent(scope: Scope) -> str | None:
    value = header(scope, b"traceparent")
    return value.decode("latin-1") if value else None


async def read_submitter(scope: Scope, tokens: TokenBook) -> Submitter:
    authorization = header(scope, b"authorization")
    if authorization is None:
        return CITIZEN
    secret = bearer(authorization)
    try:
        token = await tokens.find(secret) if secret else None
    except TRANSIENT_ERRORS:
        raise not_stored("the database can't be reached right now", retry_after_s=5) from None
    if token is None:
        raise Problem(
            401,
            "unknown-token",
            "This token is not known",
            "Send Authorization: Bearer with a token of this installation, or no Authorization at all to report as a citizen.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    submitter = submitter_of(token)
    if submitter is None:
        raise Problem(
            403,
            "token-may-not-report",
            "This token may not report here",
            "It has no scope report:…; ask for one that has, or report as a citizen without a token.",
        )
    return submitter


def _require_own_municipality(submission: Submission, submitter: Submitter, settings: IntakeSettings) -> None:
    told = submission.municipality
    if told and submitter is CITIZEN and not settings.takes_reports_for(told):
        raise Problem(
            422,
            "other-municipality",
            "Reports are not taken for this municipality here",
            f"This is {settings.municipality}'s. Leave out `municipality`, or report to the other municipality itself.",
        )
    if told and not submitter.may_report_from(told):
        raise Problem(
            403,
            "other-municipality",
            "This token is another municipality's",
            f"It may report from {submitter.municipality} alone. Leave out `municipality`, or use a token that may.",
        )


def claim_of(scope: Scope, submitter: Submitter, body: bytes) -> Claim | None:
    keys = [value for name, value in scope["headers"] if name == b"idempotency-key"]
    if not keys:
        return None
    key = keys[0]
    if len(keys) > 1 or not _KEY.fullmatch(key):
        raise Problem(
            400,
            "bad-idempotency-key",
            "The idempotency key can't be read",
            "Send one Idempotency-Key of 1 to 255 visible ASCII characters, for example a UUID.",
        )
    return Claim(submitter.scope, key.decode(), sha256(body).digest())


def refusal_problem(refused: Refused) -> Problem:
    if not refused.readable:
        return Problem(400, "unreadable-body", "The body can't be read", str(refused))
    errors = [
        {"pointer": f"/{error.field}" if error.field else "", "code": error.code, "detail": error.detail}
        for error in refused.errors
    ]
    return Problem(422, "invalid-report", "The report does not fit", str(refused), errors=errors)
