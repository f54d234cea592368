"""The citizen's form: shown, looked through, and sent."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import structlog
from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake import form_store
from services.intake.abuse.gate import FromForm
from services.intake.domain.acceptance import accept
from services.intake.domain.credentials import FORM
from services.intake.domain.form import FIELDS, FilledForm
from services.intake.domain.questions import categories_asked, questions_for
from services.intake.domain.refusal import Refused
from services.intake.domain.similar import (
    LONGEST,
    SHOWABLE,
    Similar,
    named_point,
    report_marked,
    shown_of,
    similar_among,
)
from services.intake.domain.submission import LOCAL_ZONE, Submission
from services.intake.domain.telling import Told, tell
from services.intake.email.from_form import ask_from_form
from services.intake.far_pin import FarPin, far_pin
from services.intake.routes.accept_reports import stored_or_problem, traceparent
from services.intake.routes.filled_photos import NO_PHOTOS, FilledPhotos, take_up
from services.intake.routes.html import PAGE_HEADERS, SECURITY_HEADERS, Page, hours
from services.intake.routes.photos_on_page import photo_field
from services.intake.routes.sent_form import form_claim
from services.intake.running import Running
from services.intake.texts import category_name, texts
from services.intake.tiles import policy_with
from shared.categories import CategoryCode, load_categories
from shared.events import Relation
from shared.geodata import municipality_name
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

log = structlog.get_logger()

EDIT: Final = "edit"
_FAILURES: Final = {503: "unconfirmed", 429: "too_many"}
_SHOWN_ON_CHECK: Final = frozenset({"step", "same_as", "seen", "asked"})


async def send(
    running: Running, page: Page, filled: FilledForm, body: bytes, request: Request, photos: FilledPhotos
) -> Response:
    """Stored, or shown again: to be corrected, or once with further questions and similar reports."""
    now, from_form = datetime.now(UTC), FromForm.read(body, filled.danger)
    page = replace(page, shown=running.gate.stamp(now, from_form.shown))
    if filled.values["step"] == EDIT:
        return draw_form(running, page, filled, photos=photos)
    try:
        submission = filled.as_kept(now).submission(page.language)
        accepted = accept(submission, FORM.source, page.municipality, now)
        until = filled.until(accepted.event.occurred_at, now)
    except Refused as refused:
        return _refused(running, page, filled, refused, photos)
    found = await find_similar(
        running, page.municipality, submission.category, _whereabouts(page, filled), now
    )
    chosen = filled.values["same_as"]
    similar, joined = shown_of(found, chosen), report_marked(found, chosen)
    if photos.must_be_corrected:
        return draw_form(running, page, filled, similar, status=422, photos=photos)
    far = None if filled.is_confirmed else await far_pin(filled.point, page.municipality)
    if far or _has_more_to_ask(filled, similar):
        return _check(page, filled, similar, photos, far)
    told = tell(accepted, _told(filled, submission, until, joined))
    claim = form_claim(filled.values["token"], filled.said)
    try:
        told = await running.gate.admit_by_form(request.scope, told, from_form)
        stored = await stored_or_problem(running.commits, told, claim, traceparent(request.scope))
    except Problem as problem:
        wording = texts(page.language)["errors"]
        failure = wording[_FAILURES.get(problem.status, "not_storable")]
        return draw_form(
            running,
            page,
            filled,
            similar,
            status=problem.status,
            failure=failure,
            headers=problem.headers,
            photos=photos,
        )
    lost = not await take_up(running, stored.report_id, photos, "form")
    await ask_from_form(running, request.scope, stored.tracking_code, filled.values, page.language)
    return _to_follow(page, filled, stored.tracking_code, is_joined=joined is not None, lost=lost)


def _told(filled: FilledForm, submission: Submission, until: datetime | None, joined: UUID | None) -> Told:
    return Told(
        danger=filled.danger,
        until=until,
        category=submission.category,
        answers=filled.answers,
        follows=joined,
        relation=None if joined is None else Relation.SAME,
    )


def _to_follow(page: Page, filled: FilledForm, code: str, *, is_joined: bool, lost: bool) -> Response:
    """`lost`: a photo that came with it could not be kept."""
    number = filled.number
    query = {
        "sent": "1",
        "lang": page.language,
        "joined": "1" if is_joined else "",
        "call": number or "",
        "photos": "lost" if lost else "",
    }
    kept = urlencode({name: value for name, value in query.items() if value})
    return RedirectResponse(f"/follow/{code}?{kept}", status_code=303, headers=PAGE_HEADERS)


def _has_more_to_ask(filled: FilledForm, similar: list[Similar]) -> bool:
    if filled.is_confirmed:
        return False
    seen = set(filled.values["seen"].split())
    asks = bool(questions_for(filled.category)) and not filled.was_asked
    return asks or any(seen.isdisjoint(each.members) for each in similar)


def _whereabouts(page: Page, filled: FilledForm) -> tuple[float, float] | None:
    """The pin; without one, the town that was typed."""
    return filled.point or named_point(filled.values["place_text"], page.municipality)


async def find_similar(
    running: Running,
    municipality: str,
    category: CategoryCode | None,
    point: tuple[float, float] | None,
    now: datetime,
) -> list[Similar]:
    """None when the database is away: then nothing can be stored either, and the sender is told that."""
    if point is None or (category is not None and category not in SHOWABLE):
        return []
    categories = sorted(SHOWABLE) if category is None else [category]
    try:
        async with running.pool.acquire(timeout=2) as connection:
            found = await form_store.nearby(connection, municipality, categories, *point, now - LONGEST)
    except TRANSIENT_ERRORS:
        log.warning("similar_reports_not_looked_up")
        return []
    return similar_among(found, category, *point, municipality, now)


def draw_similar(page: Page, similar: list[Similar], chosen: str) -> HTMLResponse:
    return page.draw(
        "similar.html", similar=shown_of(similar, chosen), same_as=chosen, hour=hours(page.language)
    )


def _check(
    page: Page, filled: FilledForm, similar: list[Similar], photos: FilledPhotos, far: FarPin | None
) -> HTMLResponse:
    kept = {name: value for name, value in filled.values.items() if value and name not in _SHOWN_ON_CHECK}
    return page.draw(
        "check.html",
        kept={**kept, "asked": filled.values["category"]},
        questions=questions_for(filled.category),
        given=filled.answers,
        similar=similar,
        same_as=filled.values["same_as"],
        photos=photos.shown,
        hour=hours(page.language),
        number=filled.number,
        far=far,
        far_places=(municipality_name(far.municipality or ""), municipality_name(page.municipality))
        if far
        else None,
    )


def _refused(
    running: Running, page: Page, filled: FilledForm, refused: Refused, photos: FilledPhotos
) -> HTMLResponse:
    wording = texts(page.language)["errors"]
    return draw_form(
        running,
        page,
        filled,
        status=422,
        errors={each.field: wording[each.field][each.code] for each in refused.errors},
        photos=photos,
    )


def draw_form(
    running: Running,
    page: Page,
    filled: FilledForm,
    similar: list[Similar] | None = None,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    failure: str | None = None,
    headers: Mapping[str, str] | None = None,
    photos: FilledPhotos = NO_PHOTOS,
) -> HTMLResponse:
    latest = datetime.now(LOCAL_ZONE) + timedelta(minutes=5)
    response = page.draw(
        "report.html",
        status=status,
        values=filled.values,
        given=filled.answers,
        token=filled.values["token"] or secrets.token_urlsafe(16),
        errors={**dict.fromkeys(FIELDS, ""), **(errors or {})},
        has_errors=bool(errors) or photos.must_be_corrected,
        failure=failure,
        is_unconfirmed=status == 503,
        latest=latest.strftime("%Y-%m-%dT%H:%M"),
        similar=similar or [],
        same_as=filled.values["same_as"],
        hour=hours(page.language),
        tiles=page.tiles,
        privacy=running.settings,
        **choices(page.language),
        **photo_field(running.settings.photos, page.language, photos),
    )
    response.headers["Content-Security-Policy"] = policy_with(
        SECURITY_HEADERS["Content-Security-Policy"], page.tiles
    )
    response.headers.update(headers or {})
    return response


def choices(language: str) -> dict[str, Any]:
    """The categories to choose among, and what is asked about them."""
    named = [(code.value, category_name(language, code)) for code in load_categories()]
    return {
        "categories": named,
        "categories_asked": categories_asked(),
        "questions_for": questions_for,
    }
