"""OpenAPI 3.1 of intake. The fast path is no FastAPI route, so its description is written here, from the same models."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from pydantic import TypeAdapter
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from services.intake.domain.submission import Submission
from services.intake.routes.accept_reports import REPORTS_PATH
from shared.openapi import REF, DescribedApp, Document
from shared.openapi import problem as problem  # noqa: PLC0414 - for the routes beside this

_ACCEPTED_SCHEMA: Final = {
    "type": "object",
    "required": ["id", "tracking_code", "status_url"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "tracking_code": {"type": "string", "pattern": "^[2-9A-Z]{4}(-[2-9A-Z]{4}){2}$"},
        "status_url": {"type": "string", "format": "uri-reference"},
    },
    "examples": [
        {
            "id": "01a20727-5fc5-737d-beab-671a358acf84",
            "tracking_code": "WGS5-X26S-5KKA",
            "status_url": "/api/v1/reports/WGS5-X26S-5KKA",
        }
    ],
}
_EXAMPLES: Final = {
    "short": {
        "summary": "The least there can be",
        "value": {"text": "Det brinner i en container vid ICA i Kolsva."},
    },
    "full": {
        "summary": "With place, time and contact details",
        "value": {
            "text": "Det brinner i en container bakom ICA, mycket rök.",
            "place_text": "Bruksgatan, Kolsva",
            "lat": 59.5996,
            "lon": 15.8397,
            "accuracy_m": 25,
            "municipality": "1983",
            "occurred_at": "2026-11-23T14:05:00+01:00",
            "category": "fire",
            "contact": {"name": "Kim Exempel", "phone": "070-174 06 05"},
            "language": "sv",
        },
    },
}


AWAY: Final = problem(
    "Not confirmed as stored, or not to be looked up, right now. `Retry-After` says when to try again.",
    "try-again-later",
    "Not confirmed as stored",
    503,
    "Not confirmed as stored: the database can't be reached right now. Send the same request again; "
    "with an Idempotency-Key it is stored once.",
)
UNCHANGED: Final = {"description": "Nothing has changed since the answer with this ETag."}
NOT_FOUND: Final = problem(
    "There is no such report.",
    "unknown-tracking-code",
    "There is no report with this tracking code",
    404,
    "Check the code: twelve letters and digits, as they were shown when the report was sent.",
)
GONE: Final = problem(
    "The report was taken back or is no longer kept. `reason` is `withdrawn`, `retention` or `request`; `at` says when.",
    "report-disposed",
    "The report is no longer kept",
    410,
    "What it said is erased: `reason` says why, `at` when.",
)

UNKNOWN_TOKEN: Final = problem(
    "No token (`token-needed`), or one that is unknown.", "unknown-token", "This token is not known", 401,
    "Send Authorization: Bearer with a token of this installation.",
)  # fmt: skip
JSON_BODY: Final[Mapping[int | str, dict[str, Any]]] = {
    400: problem(
        "The body is not JSON in UTF-8.", "unreadable-body", "The body can't be read", 400,
        "body: the body is not JSON in UTF-8",
    ),
    413: problem(
        "The body is too large.", "body-too-large", "The body is too large", 413,
        "At most 65536 bytes are read. Shorten the text.",
    ),
    415: problem(
        "The body is not declared as JSON.", "unsupported-media-type", "This kind of body is not read", 415,
        "Send Content-Type: application/json.",
    ),
}  # fmt: skip
_ACCEPT: Final = {
    "operationId": "accept_report",
    "summary": "Submit a report",
    "description": "Answered after a durable commit. Without a token the source is `citizen`; with one it is the "
    "token's. Personal numbers, telephone numbers, e-mail addresses and vehicle plates are taken out of the text "
    "before other services see it; contact details stay here.",
    "security": [{}, {"token": []}],
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key with the same body, byte for byte, gets the same answer for at least 48 hours. "
            "One that begins with `import:` and comes with a token does so for good, and counts for every token of the same "
            "source in the municipality.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            "example": "5f0c8a1e-7d0b-4f0e-9a2c-2f6f3b7f7c11",
        },
        {
            "name": "Altcha-Solution",
            "in": "header",
            "required": False,
            "description": "A solved challenge of `/api/v1/challenge`, for who sends much without a token. Each is good once. "
            "What has more than 4096 characters solves nothing.",
            "schema": {"type": "string"},
        },
        {
            "name": "traceparent",
            "in": "header",
            "required": False,
            "description": "W3C trace context, carried on to every later event.",
            "schema": {"type": "string"},
        },
    ],
    "requestBody": {
        "required": True,
        "description": "At most 64 KiB.",
        "content": {
            "application/json": {"schema": {"$ref": REF.format(model="Submission")}, "examples": _EXAMPLES}
        },
    },
    "responses": {
        "202": {
            "description": "Stored. It will be published, located and classified.",
            "headers": {
                "Location": {"description": "Where to follow it.", "schema": {"type": "string"}},
                "Idempotency-Replayed": {
                    "description": "`true` when this answer was given before.",
                    "schema": {"type": "string", "const": "true"},
                },
            },
            "content": {"application/json": {"schema": {"$ref": REF.format(model="Accepted")}}},
        },
        "400": problem(
            "The body is not JSON in UTF-8, or the idempotency key can't be read.",
            "unreadable-body", "The body can't be read", 400, "body: the body is not JSON in UTF-8",
        ),
        "401": problem(
            "The token is unknown.", "unknown-token", "This token is not known", 401,
            "Send Authorization: Bearer with a token of this installation, or no Authorization at all to report as a citizen.",
        ),
        "403": problem(
            "The token may not do this.", "other-municipality", "This token is another municipality's", 403,
            "It may report from 1983 alone. Leave out `municipality`, or use a token that may.",
        ),
        "413": JSON_BODY[413],
        "415": JSON_BODY[415],
        "422": problem(
            "The report does not fit, or the key was used for another body.", "invalid-report",
            "The report does not fit", 422, "text: must say something",
        ),
        "429": problem(
            "Too many from this address, network or token, or from here without a solved challenge (`challenge-needed`).",
            "too-many-reports", "Too many reports from here in a short time", 429,
            "Nothing was stored. Send it again in 10 s; 120 at once and then one each 10 s are taken. In danger call 112.",
        ),
        "503": AWAY,
    },
}  # fmt: skip


class IntakeApp(DescribedApp):
    """`take_quickly` lets one path by everything that stands before the routes: that costs more than a no-op handler does."""

    _quick_path: str | None = None
    _quickly: ASGIApp

    def take_quickly(self, path: str, endpoint: ASGIApp) -> None:
        """POST to `path`; other methods are refused as on any route."""
        self._quick_path = path
        self._quickly = ServerErrorMiddleware(endpoint, handler=self.exception_handlers[Exception])
        self.router.routes.insert(0, Route(path, endpoint, methods=["POST"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == self._quick_path and scope["method"] == "POST":
            await self._quickly(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def complete(self, schema: Document) -> Document:
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        submission = TypeAdapter(Submission).json_schema(ref_template=REF)
        schemas |= submission.pop("$defs", {})
        schemas |= {"Submission": submission, "Accepted": _ACCEPTED_SCHEMA}
        schema["paths"] = {REPORTS_PATH: {"post": deepcopy(_ACCEPT)}, **schema["paths"]}
        _link(schema, "accept_report", "202", {"tracking_code": "$response.body#/tracking_code"})
        of_photo = {"tracking_code": "$request.path.tracking_code", "photo_id": "$response.body#/id"}
        _link(schema, "add_photo", "201", of_photo)
        return schema


def _link(schema: Document, operation_id: str, status: str, parameters: Mapping[str, str]) -> None:
    """From an operation's answer to all whose addresses need just what it tells."""
    operations = [told for methods in schema["paths"].values() for told in methods.values()]
    links = {
        told["operationId"]: {"operationId": told["operationId"], "parameters": dict(parameters)}
        for told in operations
        if {each["name"] for each in told.get("parameters", []) if each["in"] == "path"} == set(parameters)
    }
    answer = next(told for told in operations if told["operationId"] == operation_id)["responses"][status]
    answer["links"] = links
