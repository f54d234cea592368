"""Answers that a client may keep and ask about again."""

import hashlib
from typing import Any, Final

import orjson
from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

# The page asks again every few seconds: it always asks, and mostly hears that nothing has changed.
ASK_AGAIN: Final = "private, no-cache"
FOR_A_DAY: Final = "private, max-age=86400"
FOR_EVER: Final = "private, max-age=31536000, immutable"
GEOJSON: Final = "application/geo+json"


def conditional(
    request: Request,
    body: bytes,
    *,
    fingerprint: bytes | None = None,
    media_type: str = "application/json",
    cache_control: str = ASK_AGAIN,
) -> Response:
    """`body`, or 304 when the client has it. `fingerprint` is what decides sameness; the body itself unless given."""
    digest = hashlib.blake2b(body if fingerprint is None else fingerprint, digest_size=12).hexdigest()
    headers = {"ETag": f'W/"{digest}"', "Cache-Control": cache_control, "Vary": "Authorization, Cookie"}
    asked = request.headers.get("if-none-match", "")
    if asked.strip() == "*" or digest in {
        tag.strip().removeprefix("W/").strip('"') for tag in asked.split(",")
    }:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def json_bytes(value: Any) -> bytes:
    return orjson.dumps(value, default=_published)


def _published(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is not published")
