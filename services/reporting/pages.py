"""The pages that people see: the situation picture and its sign-in, Swedish first and English complete."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.params import Depends as Dependency
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.categories import CategoryCode, load_categories

WEB: Final = Path(__file__).parent / "web"
STATIC_FOLDER: Final = WEB / "dist"
LANGUAGE_COOKIE: Final = "vardkase_language"
LANGUAGE_COOKIE_S: Final = 365 * 24 * 3600
PERIOD_CHOICES: Final = (7, 14, 28)
KEPT_IN_ADDRESS: Final = ("municipality", "group", "severity", "q", "review", "wall", "to")

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class PageLook:
    """`municipality`: its name as people say it. `intake_url`: where staff's pages of intake are, if that was said."""

    municipality: str
    intake_url: str | None = None


def pages_router(look: PageLook, *, staff: Dependency) -> APIRouter:
    """`staff` turns away whoever is not signed in (a redirect to /sign-in)."""
    router = APIRouter(include_in_schema=False)

    @router.get("/", dependencies=[staff])
    async def situation_picture(
        request: Request,
        days: Annotated[int, Query(ge=1, le=90)] = 14,
        wall: Annotated[str, Query()] = "",
    ) -> HTMLResponse:
        lang = language_of(request)
        kept = {name: value for name, value in request.query_params.items() if name in KEPT_IN_ADDRESS}
        return _page(
            "picture.html",
            lang,
            look,
            request,
            days=days,
            wall=wall == "1",
            kept=kept,
            period_choices=sorted({*PERIOD_CHOICES, days}),
            groups=groups(),
            categories_by_group=categories_by_group(lang),
        )

    return router


def sign_in_page(request: Request, look: PageLook, *, wrong: bool = False) -> HTMLResponse:
    """The sign-in form; `wrong` after a key that is not right (status 401)."""
    response = _page("sign_in.html", language_of(request), look, request, wrong=wrong)
    response.status_code = 401 if wrong else 200
    return response


def language_of(request: Request) -> Language:
    """What the address asks for, else what was chosen last, else Swedish."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return "en" if asked == "en" else "sv"


def _page(template: str, lang: Language, look: PageLook, request: Request, **values: Any) -> HTMLResponse:
    other: Language = "sv" if lang == "en" else "en"
    html = (
        _templates()
        .get_template(template)
        .render(
            lang=lang,
            other_lang=other,
            words=words(lang),
            municipality=look.municipality,
            intake_url=look.intake_url,
            **values,
        )
    )
    response = HTMLResponse(html, headers={"Cache-Control": "no-store"})
    if "lang" in request.query_params:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=LANGUAGE_COOKIE_S, samesite="lax", httponly=True)
    return response


@cache
def words(lang: Language) -> Mapping[str, str]:
    return dict(json.loads((WEB / "src" / "words" / f"{lang}.json").read_text(encoding="utf-8")))


@cache
def groups() -> tuple[str, ...]:
    """The groups that the 27 categories are shown in, in the legend's order."""
    return tuple(_grouped())


@cache
def categories_by_group(lang: Language) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """For each group its categories: code, and name in the page's language."""
    categories = load_categories()
    return tuple(
        (group, tuple((code, getattr(categories[CategoryCode(code)], lang)) for code in codes))
        for group, codes in _grouped().items()
    )


def _grouped() -> Mapping[str, list[str]]:
    return dict(json.loads((WEB / "src" / "groups.json").read_text(encoding="utf-8")))


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
