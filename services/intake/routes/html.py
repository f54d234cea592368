"""Drawing pages: templates, language, and the headers that keep a page from doing more than it should."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from services.intake.abuse.gate import Gate
from services.intake.domain.submission import LOCAL_ZONE
from services.intake.texts import (
    category_name,
    chosen_language,
    exact_moment,
    label,
    municipality_title,
    page_languages,
    texts,
    told_moment,
)
from services.intake.tiles import Tiles

WEB_FOLDER: Final = Path(__file__).parents[1] / "web"
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The browser must still name our own origin when the form is sent, which `no-referrer` would hide.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_HEADERS: Final = {**SECURITY_HEADERS, "Cache-Control": "no-store", "Vary": "Accept-Language"}

templates: Final = Environment(
    loader=FileSystemLoader(WEB_FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # A page is drawn as it was when the service started, whatever is laid in the folder meanwhile.
    auto_reload=False,
    cache_size=-1,
)
for _name in templates.list_templates():
    templates.get_template(_name)  # a broken one is found at start


@dataclass(frozen=True, slots=True)
class Page:
    """What every page needs to know of its request."""

    path: str
    language: str
    municipality: str
    shown: str = ""
    """When, in a form that nobody else could have made; empty where no challenge is given."""
    offers_email: bool = False
    tiles: Tiles | None = None

    def draw(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        others = [language for language in page_languages() if language != self.language]
        now = datetime.now(UTC)
        drawn = templates.get_template(template).render(
            t=texts(self.language),
            lang=self.language,
            place=municipality_title(self.language, self.municipality),
            path=self.path,
            shown=self.shown,
            offers_email=self.offers_email,
            others=[(each, texts(each)["language_name"], f"{self.path}?lang={each}") for each in others],
            category_name=lambda code: category_name(self.language, code),
            label=lambda labels, *code: label(self.language, labels, *code),
            told=lambda at: told_moment(self.language, at, now),
            exact=exact_moment,
            **values,
        )
        return HTMLResponse(
            drawn, status_code=status, headers={**PAGE_HEADERS, "Content-Language": self.language}
        )


def page_for(request: Request, municipality: str, path: str) -> Page:
    language = chosen_language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    gate: Gate = request.app.state.gate
    return Page(
        path,
        language,
        municipality,
        gate.stamp(datetime.now(UTC)),
        request.app.state.offers_email,
        request.app.state.tiles,
    )


def hours(language: str) -> Callable[[datetime], str]:
    """`i dag 14–15`."""
    now = datetime.now(UTC)

    def told(hour: datetime) -> str:
        after = (hour + timedelta(hours=1)).astimezone(LOCAL_ZONE)
        return f"{told_moment(language, hour, now)[:-3]}–{after:%H}"

    return told
