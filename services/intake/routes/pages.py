"""What a citizen sees: the form, and the page that follows a report. All of it works without script."""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake.domain.acceptance import accept
from services.intake.domain.credentials import FORM
from services.intake.domain.form import FIELDS, FilledForm
from services.intake.domain.refusal import Refused
from services.intake.domain.same_site import is_own_page
from services.intake.domain.submission import LOCAL_ZONE
from services.intake.routes.accept_reports import stored_or_problem, traceparent
from services.intake.routes.api import find_report
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.html import PAGE_HEADERS, Page, page_for, static_responses
from services.intake.running import Running
from services.intake.store import Claim
from services.intake.texts import texts
from shared.events import FollowStatus
from shared.problem import Problem

_READ: Final = ["GET", "HEAD"]
_PROBLEM_TEXTS: Final = {403: "other_site", 413: "too_large", 503: "away"}


def pages_router(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    municipality = running.settings.municipality
    statics = static_responses()

    @router.api_route("/", methods=_READ)
    async def show_form(request: Request) -> HTMLResponse:
        return _form(page_for(request, municipality, "/"), FilledForm.empty())

    @router.post("/")
    async def send_form(request: Request) -> Response:
        page = page_for(request, municipality, "/")
        try:
            require_own_page(request, running.settings.public_url)
            require_content_type(request.scope, b"application/x-www-form-urlencoded")
            body = await read_body(request.scope, request.receive)
            filled = FilledForm.read(body)
        except Problem as problem:
            return _problem(page, problem.status)
        except Refused:
            return _problem(page, 400)
        return await _accept_form(running, page, filled, sha256(body), request)

    @router.api_route("/follow", methods=_READ)
    async def look_up(request: Request, code: str | None = None) -> Response:
        page = page_for(request, municipality, "/follow")
        if code is None:
            return page.draw("lookup.html", code="", error=None)
        return await _follow(running, page, code, sent=False)

    @router.api_route("/follow/{code}", methods=_READ)
    async def follow(request: Request, code: str, *, sent: bool = False) -> Response:
        return await _follow(
            running, page_for(request, municipality, f"/follow/{code[:40]}"), code, sent=sent
        )

    @router.api_route("/static/{name}", methods=_READ)
    async def static(name: str) -> Response:
        if name not in statics:
            raise Problem(404, "unknown-file", "There is no such file", "Open the form at / instead.")
        return statics[name]

    return router


async def _accept_form(
    running: Running, page: Page, filled: FilledForm, digest: Any, request: Request
) -> Response:
    """A double click sends the same token and the same text, so it gets the same answer; an edited text is a new report."""
    wording = texts(page.language)["errors"]
    try:
        submission = filled.submission(page.language)
        accepted = accept(submission, FORM.source, page.municipality, datetime.now(UTC))
        claim = Claim(FORM.scope, f"{filled.values['token'][:64]}:{digest.hexdigest()}", digest.digest())
        stored = await stored_or_problem(running.commits, accepted, claim, traceparent(request.scope))
    except Refused as refused:
        errors = {error.field: wording[error.field][error.code] for error in refused.errors}
        return _form(page, filled, status=422, errors=errors)
    except Problem as problem:
        failure = wording["not_stored" if problem.status == 503 else "not_storable"]
        return _form(page, filled, status=problem.status, failure=failure, headers=problem.headers)
    return RedirectResponse(
        f"/follow/{stored.tracking_code}?sent=1&lang={page.language}", status_code=303, headers=PAGE_HEADERS
    )


def _form(
    page: Page,
    filled: FilledForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    failure: str | None = None,
    headers: Any = None,
) -> HTMLResponse:
    latest = datetime.now(LOCAL_ZONE) + timedelta(minutes=5)
    response = page.draw(
        "report.html",
        status=status,
        values=filled.values,
        token=filled.values["token"] or secrets.token_urlsafe(16),
        errors={**dict.fromkeys(FIELDS, ""), **(errors or {})},
        has_errors=bool(errors),
        failure=failure,
        latest=latest.strftime("%Y-%m-%dT%H:%M"),
    )
    response.headers.update(headers or {})
    return response


async def _follow(running: Running, page: Page, code: str, *, sent: bool) -> Response:
    try:
        report = await find_report(running.pool, code)
    except Problem as problem:
        return looked_up(page, code, problem)
    statuses = list(FollowStatus)
    ahead = statuses[statuses.index(report.status) + 1 :]
    return page.draw("follow.html", report=report, ahead=ahead, sent=sent)


def looked_up(page: Page, code: str, problem: Problem) -> HTMLResponse:
    """What is shown instead of a report."""
    if problem.status == 410:
        at = datetime.fromisoformat(problem.more["at"])
        return page.draw("gone.html", status=410, reason=problem.more["reason"], at=at)
    if problem.status != 404:
        return _problem(page, problem.status)
    wording = texts(page.language)["follow"]["lookup"]
    error = wording["unknown" if code.strip() else "missing"]
    lookup = Page("/follow", page.language, page.municipality)
    return lookup.draw("lookup.html", status=404, code=code[:40], error=error)


def _problem(page: Page, status: int) -> HTMLResponse:
    kind = _PROBLEM_TEXTS.get(status, "unreadable")
    response = page.draw("problem.html", status=status, problem=texts(page.language)["problem"][kind])
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def require_own_page(request: Request, public_url: str) -> None:
    headers = request.headers
    if not is_own_page(
        headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host", ""), public_url
    ):
        raise Problem(403, "other-site", "Sent from another site", "Open the form here and send it again.")
