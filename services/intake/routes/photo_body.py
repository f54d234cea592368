"""Reading one photo from a request: the body itself, or a part of it called `photo`."""

import asyncio

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from services.intake.photos.album import LONGEST_ALT, Added, Staged
from services.intake.photos.faults import BadPhoto, Busy, DepotAway, Fault
from services.intake.photos.photos_store import Owner
from services.intake.routes.filled_photos import CHOSEN, cleaned_alt, limit_of
from services.intake.routes.parts import is_parts, received_parts
from services.intake.routes.photo_content import photos_away
from services.intake.routes.photo_problems import photo_problem
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


async def take_photo(running: Running, request: Request, alt: str) -> Staged:
    """Laid down for good when this returns. Raises `Problem` 400, 413, 422, 429 or 503, or `RequestValidationError`."""
    settings = running.settings.photos
    await running.gate.admit_photos(request.scope, 1, limit_of(settings))
    try:
        if is_parts(request.scope):
            return await _from_parts(running, request, alt)
        return await running.photos.album.take(await _whole_body(running, request), cleaned_alt(alt))
    except BadPhoto as bad:
        raise photo_problem(bad.fault, settings) from None
    except Busy:
        raise photo_problem(Fault.BUSY, settings) from None
    except DepotAway:
        raise photos_away() from None


async def attach_photo(running: Running, owner: Owner, staged: Staged, way: str) -> Added:
    """Raises `Problem` 422 or 503."""
    try:
        return await running.photos.album.attach(owner, staged, way)
    except BadPhoto as bad:
        raise photo_problem(bad.fault, running.settings.photos) from None
    except (DepotAway, *TRANSIENT_ERRORS):
        raise photos_away() from None


async def _from_parts(running: Running, request: Request, alt: str) -> Staged:
    photos = running.photos
    async with received_parts(
        request.scope, request.receive, running.settings.photos, photos.room
    ) as received:
        upload = next((each for each in received.uploads if each.field_name == CHOSEN), None)
        if upload is None:
            raise BadPhoto(Fault.EMPTY)
        if upload.fault is not None:
            raise BadPhoto(upload.fault)
        told = next(iter(received.all("alt")), alt)
        if len(told) > LONGEST_ALT:
            raise _too_long()
        return await photos.album.take(await asyncio.to_thread(upload.read), cleaned_alt(told))


def _too_long() -> RequestValidationError:
    """What the parameter of the same name is told."""
    detail = f"String should have at most {LONGEST_ALT} characters"
    return RequestValidationError([{"type": "string_too_long", "loc": ("body", "alt"), "msg": detail}])


async def _whole_body(running: Running, request: Request) -> bytes:
    """Raises `BadPhoto` as soon as more comes than is taken, before it is all here."""
    most, room = running.settings.photos.max_bytes, running.photos.room
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise BadPhoto(Fault.TOO_LARGE)
    body, more = bytearray(), True
    try:
        while more:
            message = await request.receive()
            if message["type"] == "http.disconnect":
                raise Problem(400, "incomplete-body", "The body is not complete", "Send the request again.")
            part = message.get("body", b"")
            if not room.take(len(part)):
                raise BadPhoto(Fault.BUSY)
            body += part
            if len(body) > most:
                raise BadPhoto(Fault.TOO_LARGE)
            more = message.get("more_body", False)
    finally:
        room.give(len(body))
    return bytes(body)
