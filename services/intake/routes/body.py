"""Reading a request's body: no more than allowed, and only of the expected kind."""

from collections.abc import Iterable
from typing import Final

from starlette.types import Receive, Scope

from shared.problem import Problem

MAX_BODY_BYTES: Final = 64 * 1024
Headers = Iterable[tuple[bytes, bytes]]


def header(scope: Scope, name: bytes) -> bytes | None:
    """`name` in lower case, as ASGI servers give it; the first one counts."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def require_content_type(scope: Scope, expected: bytes) -> None:
    given = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    if given != expected:
        raise Problem(
            415,
            "unsupported-media-type",
            "This kind of body is not read",
            f"Send Content-Type: {expected.decode()}.",
            headers={"Accept": expected.decode()},
        )
    if header(scope, b"content-encoding") not in {None, b"identity"}:
        raise Problem(
            415,
            "unsupported-encoding",
            "Encoded bodies are not read",
            "Send the body without Content-Encoding.",
        )


async def read_body(scope: Scope, receive: Receive, most: int = MAX_BODY_BYTES) -> bytes:
    """Raises `Problem` 413 as soon as more comes than is read, before it is all here."""
    announced = header(scope, b"content-length")
    if announced is not None and announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    message = await receive()
    body = message.get("body", b"")
    if message.get("more_body", False):
        body = await _read_rest(bytearray(body), receive, most)
    if len(body) > most:
        raise _too_large(most)
    return bytes(body)


async def _read_rest(body: bytearray, receive: Receive, most: int) -> bytes:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "incomplete-body", "The body is not complete", "Send the request again.")
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        more = message.get("more_body", False)
    return bytes(body)


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        "body-too-large",
        "The body is too large",
        f"At most {most} bytes are read. Shorten the text.",
        headers={"Connection": "close"},
    )
