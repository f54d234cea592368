"""Errors over HTTP as RFC 9457 problem details: what happened and what to do, never a stack trace."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
_MOST_TOLD = 20
# Of the addresses that take a few values as JSON or a form. What takes more says so where it is declared.
MAX_BODY_BYTES: Final = 64 * 1024
_TOO_LARGE: Final = "More was sent than is read here. Send less."


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """Raise anywhere below a route. `kind` becomes the problem's type, `/problems/<kind>`."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.headers, self.more = headers, more


def problem_response(
    status: int, kind: str, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    body = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def install_problem_handlers(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def on_problem(_: Request, error: Problem) -> JSONResponse:
        return problem_response(
            error.status, error.kind, error.title, error.detail, error.headers, **error.more
        )

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _invalid(request, error)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        title, headers = HTTPStatus(error.status_code).phrase, error.headers
        if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return problem_response(413, "body-too-large", "The body is too large", _TOO_LARGE, headers)
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {**(headers or {}), "Allow": ", ".join(_methods_at(request))}
        return problem_response(
            error.status_code, title.lower().replace(" ", "-"), title, str(error.detail), headers
        )

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", path=request.url.path, error=type(error).__name__, exc_info=error)
        return problem_response(
            500,
            "internal",
            "Something went wrong here",
            "The fault is ours and is logged. Try again in a moment.",
        )


def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    faults = error.errors()
    types = {fault["type"] for fault in faults if fault["loc"][0] == "body"}
    if "json_invalid" in types:
        return problem_response(
            400, "unreadable-body", "The body can't be read", "The body must be JSON in UTF-8."
        )
    if "model_attributes_type" in types and not request.headers.get("content-type", "").startswith(
        ("application/json", "multipart/", "application/x-www-form-urlencoded")
    ):
        return problem_response(
            415,
            "unsupported-media-type",
            "This kind of body is not read",
            "Send Content-Type: application/json.",
            {"Accept": "application/json"},
        )
    errors = [
        {"pointer": _pointer(fault["loc"]), "code": fault["type"], "detail": fault["msg"]}
        for fault in faults[:_MOST_TOLD]
    ]
    detail = "; ".join(f"{each['pointer']}: {each['detail']}" for each in errors[:3])
    return problem_response(422, "invalid-request", "The request does not fit", detail, errors=errors)


def _pointer(place: Iterable[Any]) -> str:
    """Names that a sender chose are shortened, and escaped as RFC 6901 asks; half a surrogate pair can't be sent back."""
    parts = [str(part)[:100].encode("utf-8", "replace").decode() for part in place]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _methods_at(request: Request) -> list[str]:
    """Of all routes with this address: the framework itself names those of the first one alone."""
    methods: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        path = getattr(route, "path_regex", None)
        if path is not None and path.match(request.url.path):
            methods |= route.methods or set()
    return sorted(methods)
