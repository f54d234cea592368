"""Writing answers and faults in the format that the address ends in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.domain.open311.document import Document
from services.intake.domain.open311.faults import Fault, Faults, unknown
from shared.conditional import ASK_AGAIN, conditional
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

Answer = Callable[[Request], Awaitable[Document]]

JSON: Final = "json"
XML: Final = "xml"
_MEDIA_TYPES: Final = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
_NOT_SO: Final = 405
_ALL_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
# The specification knows 400 for everything else; these tell a client and a proxy what to do about it.
_KEPT: Final = frozenset({413, 429, 503})
# Pages of other sites may read the answers: a key is in the request, and there are no cookies that could stand for one.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
}


def route(path: str, method: str, answer: Answer) -> list[Route]:
    """With `.xml`, with `.json`, and with neither, where the Accept header decides."""

    async def endpoint(request: Request) -> Response:
        return await _answered(request, answer)

    return [Route(f"{path}.{{format}}", endpoint, methods=[method]), Route(path, endpoint, methods=[method])]


def nowhere(base: str, known: Sequence[Route]) -> Route:
    """Everything below `base` that is none of the `known` addresses, or not with this method."""

    async def lost(request: Request) -> Document:
        allowed = sorted(
            {method for route in known if _is_at(route, request) for method in route.methods or ()}
        )
        if allowed:
            fault = Fault(f"This address takes {' and '.join(allowed)} alone.", _NOT_SO)
            raise Faults([fault], headers={"Allow": ", ".join(allowed)})
        raise unknown("This address")

    async def endpoint(request: Request) -> Response:
        return await _answered(request, lost)

    return Route(f"{base}/{{rest:path}}", endpoint, methods=_ALL_METHODS)


def _is_at(route: Route, request: Request) -> bool:
    return route.path_regex.match(request.url.path) is not None


async def _answered(request: Request, answer: Answer) -> Response:
    form = _format(request)
    try:
        if form not in _MEDIA_TYPES:
            form = XML
            raise unknown("This format, which can be xml or json,")
        document = await answer(request)
    except Faults as faults:
        return _response(faults.document, form, faults.status, faults.headers)
    except Problem as problem:
        status = problem.status if problem.status in _KEPT else 400
        return _refused(Fault(problem.detail, status), form, status, problem.headers)
    except TRANSIENT_ERRORS:
        away = Fault("The database can't be reached right now. Send the same request again in a moment.", 503)
        return _refused(away, form, 503, {"Retry-After": "5"})
    return _found(request, document, form)


def _format(request: Request) -> str:
    given = request.path_params.get("format")
    if given is not None:
        return str(given).lower()
    ending = request.url.path.rpartition(".")[
        2
    ].lower()  # of an address that is none, or not with this method
    if ending in _MEDIA_TYPES:
        return ending
    return JSON if "json" in request.headers.get("accept", "") else XML


def _refused(fault: Fault, form: str, status: int, headers: Mapping[str, str] | None) -> Response:
    return _response(Faults([fault]).document, form, status, headers or {})


def _found(request: Request, document: Document, form: str) -> Response:
    """Clients ask for their lists every few minutes, and mostly nothing has changed."""
    if request.method == "GET":
        headers = {**_HEADERS, "Cache-Control": ASK_AGAIN, "Vary": "Accept, Authorization"}
        body = document.json if form == JSON else document.xml
        return conditional(request, body, media_type=_MEDIA_TYPES[form], headers=headers)
    return _response(document, form, 200, {})


def _response(document: Document, form: str, status: int, headers: Mapping[str, str]) -> Response:
    body = document.json if form == JSON else document.xml
    return Response(body, status, {**_HEADERS, **headers, "Content-Type": _MEDIA_TYPES[form]})
