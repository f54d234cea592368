"""The files that pages name: styles, scripts, the ground of the map. Kept by browsers, and asked about each time."""

from typing import Final

import orjson
from fastapi import Request
from starlette.responses import Response

from services.intake.domain.emergency import emergency_words
from services.intake.map_ground import map_ground
from services.intake.routes.html import SECURITY_HEADERS, WEB_FOLDER
from services.intake.tiles import Tiles
from shared.conditional import knows, tag_of
from shared.web import STYLES_FOLDER

_SCRIPT: Final = "text/javascript"
_JSON: Final = "application/json"
_ASK_AGAIN: Final = "public, no-cache"
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
            "kept-words",
            "arrived",
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


def static_responses() -> dict[str, Response]:
    """Read once; they are few and small."""
    files = {name: _kept((folder / name).read_bytes(), kind) for name, (folder, kind) in STATIC_FILES.items()}
    return {**files, "emergency.json": _kept(orjson.dumps(emergency_words().as_json()), _JSON)}


def service_worker() -> Response:
    """At the root, because it may serve nothing above where it lies."""
    return _kept((WEB_FOLDER / "static" / "service-worker.js").read_bytes(), _SCRIPT)


def map_response(municipality: str, tiles: Tiles | None) -> Response:
    return _kept(orjson.dumps(map_ground(municipality, tiles)), _JSON)


def unless_known(request: Request, kept: Response) -> Response:
    """A page of today never meets a script of yesterday, and nothing is fetched twice."""
    if not knows(request, kept.headers["etag"]):
        return kept
    return Response(status_code=304, headers={"ETag": kept.headers["etag"], "Cache-Control": _ASK_AGAIN})


def _kept(body: bytes, media_type: str) -> Response:
    headers = {**SECURITY_HEADERS, "Cache-Control": _ASK_AGAIN, "ETag": tag_of(body)}
    return Response(body, media_type=media_type, headers=headers)
