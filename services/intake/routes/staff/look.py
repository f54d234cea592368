"""How staff's pages are drawn, and the cookie that keeps somebody signed in."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

import yaml
from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake.domain.refusal import Refused
from services.intake.routes.html import PAGE_HEADERS, WEB_FOLDER, templates
from services.intake.staff.sessions_store import Staff
from services.intake.staff.settings import StaffSettings
from services.intake.texts import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    category_name,
    chosen_language,
    exact_moment,
    municipality_title,
    told_moment,
)
from shared.categories import CategoryCode
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

STAFF_PATH: Final = "/staff"
QUARANTINE_PAGE: Final = "/staff/quarantine"
PHOTOS_PAGE: Final = "/staff/photos"
CONTACT_PAGE: Final = "/staff/contact"
_PROBLEMS: Final = {403: "other_site", 404: "unknown", 413: "too_large", 503: "away"}
_NOT_ALLOWED: Final = "not-allowed"


@cache
def words(language: str) -> Mapping[str, Any]:
    file = WEB_FOLDER / "staff" / f"{language}.yaml"
    loaded: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class StaffPage:
    """`query`: what is shown, kept when the language is changed."""

    path: str
    language: str
    municipality: str
    now: datetime
    query: Mapping[str, str]

    def draw(
        self, template: str, *, status: int = 200, staff: Staff | None = None, **values: Any
    ) -> HTMLResponse:
        drawn = templates.get_template(template).render(
            t=words(self.language),
            lang=self.language,
            place=municipality_title(self.language, self.municipality),
            others=[
                (each, words(each)["language_name"], self.link(lang=each))
                for each in LANGUAGES
                if each != self.language
            ],
            staff=staff,
            told=lambda at: told_moment(self.language, at, self.now),
            exact=exact_moment,
            counted=counted,
            number=spaced,
            category=lambda code: category_name(self.language, CategoryCode(code)),
            **values,
        )
        return HTMLResponse(drawn, status_code=status, headers=PAGE_HEADERS)

    def link(self, path: str | None = None, **changed: str) -> str:
        """This page with another choice; an empty one is left out."""
        query = {**self.query, "lang": self.language, **changed}
        return f"{path or self.path}?{urlencode({name: value for name, value in query.items() if value})}"

    def age(self, since: datetime) -> str:
        """In words, rounded down."""
        wording, minutes = words(self.language)["age"], int((self.now - since) / timedelta(minutes=1))
        if minutes < 1:
            return str(wording["now"])
        if minutes < 60:
            return str(wording["minutes"].format(count=minutes))
        if minutes < 48 * 60:
            return str(wording["hours"].format(hours=minutes // 60, minutes=minutes % 60))
        return str(wording["days"].format(count=minutes // (24 * 60)))

    def problem(self, status: int, kind: str = "") -> HTMLResponse:
        name = "not_allowed" if kind == _NOT_ALLOWED else _PROBLEMS.get(status, "unreadable")
        told = words(self.language)["problem"][name]
        response = self.draw(
            "staff_problem.html", status=status, problem=told, back=self.link(QUARANTINE_PAGE)
        )
        if status == 503:
            response.headers["Retry-After"] = "30"
        return response


def require_scope(staff: Staff, scope: str) -> None:
    """Raises `Problem` 403 for somebody whose token is for another of staff's pages."""
    if scope not in staff.scopes:
        raise Problem(403, _NOT_ALLOWED, "Not with this token", f"The token lacks the scope {scope}.")


def staff_page(
    request: Request, municipality: str, path: str, query: Mapping[str, str] | None = None
) -> StaffPage:
    """In Swedish or English, whatever other languages the citizens' pages know."""
    asked, header = request.query_params.get("lang"), request.headers.get("accept-language", "")
    language = chosen_language(asked, header)
    if language not in LANGUAGES:
        language = DEFAULT_LANGUAGE
    return StaffPage(path, language, municipality, datetime.now(UTC), query or {})


async def or_problem(page: StaffPage, answer: Awaitable[Response]) -> Response:
    """The answer, or a page that says what went wrong and that nothing is decided."""
    try:
        return await answer
    except Problem as problem:
        return page.problem(problem.status, problem.kind)
    except Refused:
        return page.problem(400)
    except TRANSIENT_ERRORS:
        return page.problem(503)


def counted(wording: Mapping[str, str], count: int) -> str:
    """`wording`: in `one` and `many`."""
    return wording["one" if count == 1 else "many"].format(count=spaced(count))


def spaced(count: int) -> str:
    """With thin spaces."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def leading_to(place: str) -> RedirectResponse:
    return RedirectResponse(place, status_code=303, headers=PAGE_HEADERS)


def cookie_name(settings: StaffSettings) -> str:
    """With the beginning that browsers take over TLS alone."""
    return f"{'__Secure-' if settings.secure_cookie else ''}vardkase_staff"


def secret_in(request: Request, settings: StaffSettings) -> str:
    return request.cookies.get(cookie_name(settings), "")


def set_cookie(response: Response, settings: StaffSettings, secret: str) -> None:
    """Sent to staff's pages alone, so the citizens' pages stay without any."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=settings.session_hours * 3600,
        path=STAFF_PATH,
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookie,
    )


def remove_cookie(response: Response, settings: StaffSettings) -> None:
    response.delete_cookie(
        cookie_name(settings),
        path=STAFF_PATH,
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookie,
    )
