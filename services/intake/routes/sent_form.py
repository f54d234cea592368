"""A form of our own pages as it was sent, with photos or without."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import Request

from services.intake.domain.credentials import FORM
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.filled_photos import FIELDS
from services.intake.routes.parts import Received, is_parts, received_parts
from services.intake.running import Running
from services.intake.store import Claim

_FORM: Final = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class SentForm:
    """`body`: the form itself; photos are beside it."""

    body: bytes
    received: Received


def form_claim(token: str, *said: object) -> Claim:
    """The same page with the same said on it is one claim, so that sending it again stores nothing more. `said`: what a person told,
    nothing of how the form was sent, which is another when a browser sends anew what may have got lost on its way.
    """
    digest = sha256(orjson.dumps(said))
    return Claim(FORM.scope, f"{token[:64]}:{digest.hexdigest()}", digest.digest())


@asynccontextmanager
async def sent_form(request: Request, running: Running) -> AsyncIterator[SentForm]:
    """Its files are there until the block ends. Raises `Problem`."""
    if is_parts(request.scope):
        photos = running.photos
        async with received_parts(
            request.scope, request.receive, running.settings.photos, photos.room
        ) as received:
            yield SentForm(_without_photos(received), received)
        return
    require_content_type(request.scope, _FORM)
    body = await read_body(request.scope, request.receive)
    brought = _brought(body)
    yield SentForm(_without_photos(brought) if brought.all_of(FIELDS) else body, brought)


def _without_photos(received: Received) -> bytes:
    return urlencode([(name, value) for name, value in received.fields if name not in FIELDS]).encode()


def _brought(body: bytes) -> Received:
    """What can't be read is found out where the form itself is read."""
    try:
        return Received(fields=parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"))
    except ValueError:
        return Received()
