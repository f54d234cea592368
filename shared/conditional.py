"""Answers that a client may ask about again: it shows the ETag it has, and is told 304 when nothing has changed since."""

import hashlib
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

# May be kept by who asked, and is asked about each time.
ASK_AGAIN: Final = "private, no-cache"


def tag_of(told: bytes) -> str:
    """Weak: the same tag may come with another encoding of the body."""
    return f'W/"{hashlib.blake2b(told, digest_size=12).hexdigest()}"'


def knows(request: Request, tag: str) -> bool:
    """Whether the client has what the tag is of, RFC 9110's weak comparison."""
    asked = ",".join(request.headers.getlist("if-none-match"))
    known = {each.strip().removeprefix("W/") for each in asked.split(",")}
    return "*" in known or tag.removeprefix("W/") in known


def conditional(
    request: Request,
    body: bytes,
    *,
    media_type: str = "application/json",
    headers: Mapping[str, str],
    fingerprint: bytes | None = None,
) -> Response:
    """`body`, or 304 when the client has it. `fingerprint` is what decides sameness; the body itself unless given."""
    tag = tag_of(body if fingerprint is None else fingerprint)
    told = {"Cache-Control": ASK_AGAIN, **headers, "ETag": tag}
    if knows(request, tag):
        return Response(status_code=304, headers=told)
    return Response(body, media_type=media_type, headers=told)
