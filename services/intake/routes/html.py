"""Drawing pages: templates, language, and the headers that keep a page from doing more than it should."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from services.intake.texts import (
    LANGUAGES,
    chosen_language,
    exact_moment,
    municipality_title,
    texts,
    told_moment,
)
from shared.web import STYLES_FOLDER

WEB_FOLDER: Final = Path(__file__).parents[1] / "web"
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The browser must still name our own origin when the form is sent, which `no-referrer` would hide.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_HEADERS: Final = {**SECURITY_HEADERS, "Cache-Control": "no-store", "Vary": "Accept-Language"}
STATIC_FILES: Final = {
    "base.css": (STYLES_FOLDER, "text/css"),
    "form.css": (WEB_FOLDER / "static", "text/css"),
    "form.js": (WEB_FOLDER / "static", "text/javascript"),
    "icon.svg": (WEB_FOLDER / "static", "image/svg+xml"),
}

templates: Final = Environment(
    loader=FileSystemLoader(WEB_FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What every page needs to know of its request."""

    path: str
    language: str
    municipality: str

    def draw(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        other = next(language for language in LANGUAGES if language != self.language)
        now = datetime.now(UTC)
        drawn = templates.get_template(template).render(
            t=texts(self.language),
            lang=self.language,
            place=municipality_title(self.language, self.municipality),
            other_lang=other,
            other_href=f"{self.path}?lang={other}",
            told=lambda at: told_moment(self.language, at, now),
            exact=exact_moment,
            **values,
        )
        return HTMLResponse(drawn, status_code=status, headers=PAGE_HEADERS)


def page_for(request: Request, municipality: str, path: str) -> Page:
    language = chosen_language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    return Page(path, language, municipality)


def static_responses() -> dict[str, Response]:
    """Read once; there are four small files."""
    headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=3600"}
    return {
        name: Response((folder / name).read_bytes(), media_type=media_type, headers=headers)
        for name, (folder, media_type) in STATIC_FILES.items()
    }
