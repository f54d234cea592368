"""Reading a form: in the body's own way or as parts, with what stands in the query besides."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from services.intake.domain.open311.faults import bad
from services.intake.domain.open311.parameters import Parameters, UnreadableError
from services.intake.routes.body import read_body
from services.intake.routes.parts import Received, read_parts
from services.intake.running import Running
from shared.problem import Problem

FORM: Final = "application/x-www-form-urlencoded"
PARTS: Final = "multipart/form-data"
_MOST_FIELDS: Final = 200
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client posts. `body`: the same bytes when the same is sent again; `received` holds its files, to be closed."""

    parameters: Parameters
    body: bytes
    received: Received


async def read_parameters(request: Request) -> tuple[Parameters, bytes]:
    """What stands in the query, of who asks. Raises `Faults`."""
    return _parameters(_query(request)), b""


async def read_sent(running: Running, request: Request) -> Sent:
    """The body's fields come first. Raises `Faults` and `Problem` 413."""
    query = _query(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {FORM, PARTS} or request.headers.get("content-encoding", "identity") != "identity":
        raise bad(f"The body must be {FORM} or {PARTS}.")
    if kind == FORM:
        body = await read_body(request.scope, request.receive)
        return Sent(_parameters([*_form(body), *query]), body, Received())
    received = await _parts(running, request)
    with ExitStack() as unless_read:
        unless_read.callback(received.close)
        body = urlencode(received.fields).encode() + await asyncio.to_thread(_digests, received)
        sent = Sent(_parameters([*received.fields, *query]), body, received)
        unless_read.pop_all()
    return sent


def _parameters(pairs: Pairs) -> Parameters:
    try:
        return Parameters.of(pairs)
    except UnreadableError as error:
        raise bad(str(error)) from None


def _query(request: Request) -> Pairs:
    return _split(request.scope["query_string"], "The query")


def _form(body: bytes) -> Pairs:
    return _split(body, "The body")


def _split(text: bytes, what: str) -> Pairs:
    """In UTF-8, as the specification says, or else as the form encoders of older Java and Android write it."""
    try:
        try:
            return _decoded(text, "utf-8", "strict")
        except UnicodeDecodeError:
            return _decoded(text, "cp1252", "replace")
    except ValueError:
        raise bad(f"{what} must be a form with at most {_MOST_FIELDS} fields.") from None


def _decoded(text: bytes, encoding: str, errors: str) -> Pairs:
    return parse_qsl(
        text.decode(encoding, errors),
        keep_blank_values=True,
        encoding=encoding,
        errors=errors,
        max_num_fields=_MOST_FIELDS,
    )


async def _parts(running: Running, request: Request) -> Received:
    try:
        return await read_parts(request.scope, request.receive, running.settings.photos, running.photos.room)
    except Problem as problem:
        if problem.status == 413:
            raise
        raise bad(f"The body can't be read as {PARTS}.") from None


def _digests(received: Received) -> bytes:
    """Another client, or the same one again, writes another line between parts: only what is in them counts."""
    return b"".join(sha256(upload.read()).digest() for upload in received.uploads)
