"""Reading a form: in the body's own way or as parts, with what stands in the query besides."""

from collections.abc import AsyncGenerator
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from services.intake.domain.open311.faults import bad
from services.intake.domain.open311.parameters import Parameters, UnreadableError
from services.intake.routes.body import read_body

FORM: Final = "application/x-www-form-urlencoded"
PARTS: Final = "multipart/form-data"
_MOST_FIELDS: Final = 200
Pairs = list[tuple[str, str]]


async def read_parameters(request: Request) -> tuple[Parameters, bytes]:
    """The body's fields come first; the bytes are the body as it came. Raises `Faults` and `Problem` 413."""
    query = _query(request)
    if request.method != "POST":
        return _parameters(query), b""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {FORM, PARTS} or request.headers.get("content-encoding", "identity") != "identity":
        raise bad(f"The body must be {FORM} or {PARTS}.")
    body = await read_body(request.scope, request.receive)
    fields = _form(body) if kind == FORM else await _parts(request.headers, body)
    return _parameters([*fields, *query]), body


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


async def _parts(headers: Headers, body: bytes) -> Pairs:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(headers, stream(), max_files=10, max_fields=_MOST_FIELDS).parse()
    except (MultiPartException, UnicodeError, LookupError, ValueError):
        raise bad(f"The body can't be read as {PARTS}.") from None
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    has_files = len(fields) < len(form.multi_items())
    await form.close()
    if has_files:
        raise bad("Files are not taken here; send media_url instead.")
    return fields
