"""Answers that a client may keep and ask about again."""

from typing import Any, Final

import orjson
from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from shared.conditional import ASK_AGAIN
from shared.conditional import conditional as shared_conditional
from shared.paging import next_link

FOR_A_DAY: Final = "private, max-age=86400"
GEOJSON: Final = "application/geo+json"
LINK: Final[dict[str, Any]] = {
    "Link": {
        "description": 'Where the list goes on, with rel="next"; left out at the end.',
        "schema": {"type": "string"},
    }
}
GEOJSON_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "headers": LINK,
        "content": {
            GEOJSON: {
                "schema": {
                    "type": "object",
                    "required": ["type", "features"],
                    "properties": {
                        "type": {"const": "FeatureCollection"},
                        "features": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}


def conditional(
    request: Request,
    body: bytes,
    *,
    fingerprint: bytes | None = None,
    media_type: str = "application/json",
    cache_control: str = ASK_AGAIN,
    following: str | None = None,
) -> Response:
    """`body`, or 304 when the client has it. `fingerprint` is what decides sameness; the body itself unless given.

    `following`: the cursor of the page after this one; the header `Link` leads there.
    """
    headers = {"Cache-Control": cache_control, "Vary": "Authorization, Cookie"}
    if following is not None:
        headers["Link"] = next_link(request, following)
        fingerprint = (body if fingerprint is None else fingerprint) + following.encode()
    return shared_conditional(request, body, media_type=media_type, headers=headers, fingerprint=fingerprint)


def json_bytes(value: Any) -> bytes:
    return orjson.dumps(value, default=_published)


def _published(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is not published")
