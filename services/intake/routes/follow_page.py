"""The page that follows a report, and what its reporter adds there."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake import disclosure_store, form_store
from services.intake.disclosure_store import ContactOpened
from services.intake.domain.addition import FilledAddition
from services.intake.domain.emergency import Number
from services.intake.domain.questions import questions_for
from services.intake.domain.refusal import Refused
from services.intake.domain.standing import Holding
from services.intake.domain.telling import Told
from services.intake.email.shown import email_shown
from services.intake.routes.adding import store_addition, tell_addition
from services.intake.routes.api import away, find_report, standing_of
from services.intake.routes.asked_questions import NOTHING_SENT_BACK, SentBack, open_questions
from services.intake.routes.first_report import first_report
from services.intake.routes.form_page import choices
from services.intake.routes.html import PAGE_HEADERS, Page
from services.intake.routes.photos_on_page import photos_followed
from services.intake.routes.sent_form import form_claim
from services.intake.running import Running
from services.intake.texts import texts
from shared.events import FollowStatus, Relation
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_NOTHING: Final = FilledAddition.empty()
FAILURES: Final = {429: "not_stored", 503: "unconfirmed"}
"""What is told of what was to be added, when it was not."""
_ADDED: Final = {Relation.ADDITION, Relation.STILL_ON, "answer", "questions"}


async def draw_follow(
    running: Running,
    page: Page,
    code: str,
    filled: FilledAddition = _NOTHING,
    *,
    shown: Mapping[str, str] | None = None,
    error: str = "",
    sent_back: SentBack = NOTHING_SENT_BACK,
    sorted_fault: str = "",
    sorted_given: Mapping[str, str] = MappingProxyType({}),
    token: str = "",
    status: int = 200,
) -> HTMLResponse:
    """`shown`: what the address says of how one came here. `token`: of what was sent and is shown again, which sent once more is the
    same. Raises `Problem` 404, 410 or 503.
    """
    report = await find_report(running.pool, code)
    shown = shown or {}
    standing = await standing_of(running.pool, report.tracking_code)
    is_ahead = standing.held_back is None or standing.held_back.state is Holding.HELD
    ahead = list(FollowStatus)[list(FollowStatus).index(report.status) + 1 :] if is_ahead else []
    return page.draw(
        "follow.html",
        status=status,
        is_unconfirmed=status == 503,
        report=report,
        newest=report.newest,
        standing=standing,
        ahead=ahead,
        sorted_fault=sorted_fault,
        sorted_given=sorted_given,
        additions=await _additions(running, report.tracking_code),
        sent=shown.get("sent") == "1",
        joined=shown.get("joined") == "1",
        added=shown.get("added") if shown.get("added") in _ADDED else None,
        contact_told=await _contact_told(running, report.tracking_code),
        asked=await open_questions(running.pool, report.tracking_code),
        sent_back=sent_back,
        number=shown.get("call") if shown.get("call") in set(Number) else None,
        values=filled.values,
        token=token or filled.values["token"] or secrets.token_urlsafe(16),
        error=error,
        **await email_shown(running, report.tracking_code, done=shown.get("email")),
        **choices(page.language),
        **await photos_followed(running, report.tracking_code, shown, page.language),
    )


async def _additions(running: Running, tracking_code: str) -> list[Any]:
    try:
        async with running.pool.acquire(timeout=5) as connection:
            return list(await form_store.additions_to(connection, tracking_code))
    except TRANSIENT_ERRORS:
        raise away("The report can't be looked up right now") from None


async def _contact_told(running: Running, tracking_code: str) -> ContactOpened:
    try:
        async with running.pool.acquire(timeout=5) as connection:
            return await disclosure_store.told_of(connection, tracking_code)
    except TRANSIENT_ERRORS:
        raise away("The report can't be looked up right now") from None


async def add(running: Running, page: Page, code: str, filled: FilledAddition, request: Request) -> Response:
    """Raises `Problem` 404, 410 or 503 when there is nothing to add to."""
    report = await find_report(running.pool, code)
    first = await first_report(running, report.tracking_code, "Nothing can be added right now")
    if filled.has_questions_left and filled.text.strip():
        return _ask(page, filled)
    wording = texts(page.language)["follow"]["add"]
    said = Told(category=filled.category, answers=filled.answers, relation=filled.relation)
    try:
        addition = tell_addition(running, first, filled, page.language, said)
    except Refused as refused:
        error = wording[refused.errors[0].code]
        return await draw_follow(running, page, code, filled, error=error, status=422)
    claim = form_claim(filled.values["token"], report.tracking_code, filled.said)
    try:
        await store_addition(running, request.scope, first, addition, claim)
    except Problem as problem:
        if problem.status == 410:
            raise
        error = wording[FAILURES.get(problem.status, "unreadable")]
        return await draw_follow(running, page, code, filled, error=error, status=problem.status)
    number = filled.number
    call = f"&call={number}" if number else ""
    return RedirectResponse(
        f"/follow/{report.tracking_code}?added={filled.relation}&lang={page.language}{call}",
        status_code=303,
        headers=PAGE_HEADERS,
    )


def _ask(page: Page, filled: FilledAddition) -> HTMLResponse:
    kept = {name: value for name, value in filled.values.items() if value and name not in {"step", "asked"}}
    return page.draw(
        "add.html",
        kept={**kept, "asked": filled.values["category"]},
        questions=questions_for(filled.category),
        number=filled.number,
    )
