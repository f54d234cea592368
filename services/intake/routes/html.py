"""Drawing pages: templates, language, and the headers that keep a page from doing more than it should."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from services.intake.abuse.gate import Gate
from services.intake.domain.emergency import emergency_words
from services.intake.domain.submission import LOCAL_ZONE
from services.intake.map_ground import map_ground
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
from shared.web import STYLES_FOLDER

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
_SCRIPT: Final = "text/javascript"
PHOTO_SCRIPTS: Final = ("photos", "photo-file", "photo-draft")
STATIC_FILES: Final = {
    "base.css": (STYLES_FOLDER, "text/css"),
    "form.css": (WEB_FOLDER / "static", "text/css"),
    "photos.css": (WEB_FOLDER / "static", "text/css"),
    "staff.css": (WEB_FOLDER / "staff", "text/css"),
    "staff.js": (WEB_FOLDER / "staff", _SCRIPT),
    **{
        f"{name}.js": (WEB_FOLDER / "static", _SCRIPT)
        for name in (
            "form",
            "guard",
            "asking",
            "draft",
            "emergency",
            "place",
            "map",
            "whereabouts",
            "waiting",
        )
    },
    **{f"{name}.js": (WEB_FOLDER / "static", _SCRIPT) for name in PHOTO_SCRIPTS},
    "leaflet.js": (WEB_FOLDER / "leaflet", _SCRIPT),
    "leaflet.css": (WEB_FOLDER / "leaflet", "text/css"),
    "icon.svg": (WEB_FOLDER / "static", "image/svg+xml"),
}
# Bundled at set-up; without it no work is asked for.
GUARD_WORKER: Final = WEB_FOLDER / "dist" / "guard-worker.js"
if GUARD_WORKER.is_file():
    STATIC_FILES["guard-worker.js"] = (GUARD_WORKER.parent, _SCRIPT)

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
        return HTMLResponse(drawn, status_code=status, headers=PAGE_HEADERS)


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


def static_responses() -> dict[str, Response]:
    """Read once; they are few and small."""
    headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=3600"}
    files = {
        name: Response((folder / name).read_bytes(), media_type=media_type, headers=headers)
        for name, (folder, media_type) in STATIC_FILES.items()
    }
    words = orjson.dumps(emergency_words().as_json())
    return {**files, "emergency.json": Response(words, media_type="application/json", headers=headers)}


def service_worker() -> Response:
    """At the root, because it may serve nothing above where it lies. Never kept by the browser's ordinary cache."""
    script = (WEB_FOLDER / "static" / "service-worker.js").read_bytes()
    return Response(script, media_type=_SCRIPT, headers={**SECURITY_HEADERS, "Cache-Control": "no-cache"})


def map_response(municipality: str, tiles: Tiles | None) -> Response:
    headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=3600"}
    return Response(
        orjson.dumps(map_ground(municipality, tiles)), media_type="application/json", headers=headers
    )


def hours(language: str) -> Callable[[datetime], str]:
    """`i dag 14–15`."""
    now = datetime.now(UTC)

    def told(hour: datetime) -> str:
        after = (hour + timedelta(hours=1)).astimezone(LOCAL_ZONE)
        return f"{told_moment(language, hour, now)[:-3]}–{after:%H}"

    return told
