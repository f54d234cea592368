"""Sending a photo to somebody who may see it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.intake.photos.album import Photo, Variant
from services.intake.photos.faults import DepotAway
from services.intake.photos.photos_store import Owner
from services.intake.photos.ranges import Unsatisfiable, is_known, part_of
from services.intake.photos.sealing import BrokenError
from services.intake.running import Running
from shared.problem import Problem

# It is a picture and nothing else, in whatever way a browser is made to open it. Asked for anew each time, since it may be gone.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}


async def photo_response(
    running: Running, request: Request, owner: Owner, photo: Photo, variant: Variant
) -> Response:
    """200, 206, 304 or 416. Raises `Problem` 404 and 503."""
    etag, length = photo.etag(variant), photo.bytes_of(variant)
    headers = {
        **_HEADERS,
        "ETag": etag,
        "Content-Disposition": f'inline; filename="photo-{photo.id}{"" if variant is Variant.DISPLAY else "-small"}.jpg"',
    }
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    try:
        part = part_of(request.headers.get("range"), request.headers.get("if-range"), etag, length)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{length}"})
    if not part.is_whole:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{length}"
    status = 200 if part.is_whole else 206
    if request.method == "HEAD":
        length = part.end - part.start
        return Response(
            status_code=status, headers={**headers, "Content-Length": str(length)}, media_type="image/jpeg"
        )
    content = await _content(running, owner, photo, variant, part.start, part.end)
    return Response(content, status, headers, media_type="image/jpeg")


async def _content(
    running: Running, owner: Owner, photo: Photo, variant: Variant, start: int, end: int
) -> bytes:
    try:
        found = await running.photos.album.content(owner, photo, variant, start, end)
    except (DepotAway, BrokenError):
        raise photos_away() from None
    if found is None:
        raise unknown_photo()
    return found


def photos_away() -> Problem:
    return Problem(
        503,
        "try-again-later",
        "Photos can't be reached right now",
        "Nothing was stored or changed. Ask again in a moment.",
        headers={"Retry-After": "5"},
    )


def unknown_photo() -> Problem:
    return Problem(
        404, "unknown-photo", "There is no such photo", "It was removed, or belongs to another report."
    )
