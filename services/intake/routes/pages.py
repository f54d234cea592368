"""What a citizen sees: the form, and the page that follows a report. All of it works without script."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from services.intake.domain.addition import FilledAddition
from services.intake.domain.form import FilledForm
from services.intake.domain.refusal import Refused
from services.intake.domain.same_site import is_own_page
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.filled_photos import filled_photos
from services.intake.routes.follow_page import add, draw_follow
from services.intake.routes.form_page import draw_form, draw_similar, find_similar, send
from services.intake.routes.html import Page, page_for
from services.intake.routes.page_files import map_response, service_worker, static_responses, unless_known
from services.intake.routes.sent_form import sent_form
from services.intake.running import Running
from services.intake.texts import texts
from services.intake.tiles import Tiles
from shared.problem import Problem

_READ: Final = ["GET", "HEAD"]
_PROBLEM_TEXTS: Final = {403: "other_site", 404: "unknown", 413: "too_large", 503: "away"}
_FOR_PROGRAMS: Final = ("/api/", "/open311/")


def pages_router(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _add_form(router, running)
    _add_following(router, running)
    _add_files(router, running.settings.municipality, running.settings.tiles)
    return router


def install_unknown_page(app: FastAPI, municipality: str) -> None:
    """What a person sees at an address that there is not; programs are told as before."""
    otherwise = app.exception_handlers[HTTPException]

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if (
            error.status_code == 404
            and _reads_pages(request)
            and not request.url.path.startswith(_FOR_PROGRAMS)
        ):
            return _problem(page_for(request, municipality, "/"), 404)
        answer: Response = await otherwise(request, error)  # type: ignore[misc]
        return answer


def _reads_pages(request: Request) -> bool:
    return request.method in _READ and "text/html" in request.headers.get("accept", "")


def _add_form(router: APIRouter, running: Running) -> None:
    municipality = running.settings.municipality

    @router.api_route("/", methods=_READ)
    async def show_form(request: Request) -> HTMLResponse:
        return draw_form(running, page_for(request, municipality, "/"), FilledForm.empty())

    @router.post("/")
    async def send_form(request: Request) -> Response:
        page = page_for(request, municipality, "/")
        try:
            require_own_page(request, running.settings.public_url)
            async with sent_form(request, running) as sent:
                filled = FilledForm.read(sent.body)
                photos = await filled_photos(running, request.scope, sent.received)
        except Problem as problem:
            return _problem(page, problem.status)
        except Refused:
            return _problem(page, 400)
        return await send(running, page, filled, sent.body, request, photos)

    @router.get("/similar")
    async def show_similar(
        request: Request, lat: str = "", lon: str = "", category: str = "", same_as: str = ""
    ) -> HTMLResponse:
        """For the form's script: the same question as without it, while one still writes."""
        asked = FilledForm({**FilledForm.empty().values, "lat": lat, "lon": lon, "category": category})
        found = await find_similar(running, municipality, asked.category, asked.point, datetime.now(UTC))
        return draw_similar(page_for(request, municipality, "/"), found, same_as)


def _add_following(router: APIRouter, running: Running) -> None:
    municipality = running.settings.municipality

    @router.api_route("/follow", methods=_READ)
    async def look_up(request: Request, code: str | None = None) -> Response:
        page = page_for(request, municipality, "/follow")
        if code is None:
            return page.draw("lookup.html", code="", error=None)
        return await _follow(page_for(request, municipality, f"/follow/{code[:40]}"), request, code)

    @router.api_route("/follow/{code}", methods=_READ)
    async def follow(request: Request, code: str) -> Response:
        return await _follow(page_for(request, municipality, f"/follow/{code[:40]}"), request, code)

    @router.post("/follow/{code}/add")
    async def add_to(request: Request, code: str) -> Response:
        page = page_for(request, municipality, f"/follow/{code[:40]}/add")
        try:
            body = await own_form(request, running)
            return await add(running, page, code, FilledAddition.read(body), request)
        except (Problem, Refused) as fault:
            return looked_up(page, code, fault)

    @router.api_route("/follow/{code}/add", methods=_READ)
    @router.api_route("/follow/{code}/answer", methods=_READ)
    @router.api_route("/follow/{code}/questions", methods=_READ)
    async def added(request: Request, code: str) -> Response:
        """Where the language switch leads from a page that was sent."""
        return await _follow(page_for(request, municipality, f"/follow/{code[:40]}"), request, code)

    async def _follow(page: Page, request: Request, code: str) -> Response:
        try:
            return await draw_follow(running, page, code, shown=request.query_params)
        except Problem as problem:
            return looked_up(page, code, problem)


def _add_files(router: APIRouter, municipality: str, tiles: Tiles | None) -> None:
    statics = static_responses()
    ground = map_response(municipality, tiles)
    worker = service_worker()

    @router.api_route("/static/{name}", methods=_READ)
    async def static(request: Request, name: str) -> Response:
        if name not in statics and _reads_pages(request):
            return _problem(page_for(request, municipality, "/"), 404)
        if name not in statics:
            raise Problem(404, "unknown-file", "There is no such file", "Open the form at / instead.")
        return unless_known(request, statics[name])

    @router.api_route("/map.json", methods=_READ)
    async def ground_of_map(request: Request) -> Response:
        return unless_known(request, ground)

    @router.api_route("/service-worker.js", methods=_READ)
    async def service_worker_script(request: Request) -> Response:
        return unless_known(request, worker)


async def own_form(request: Request, running: Running) -> bytes:
    """Raises `Problem`."""
    require_own_page(request, running.settings.public_url)
    require_content_type(request.scope, b"application/x-www-form-urlencoded")
    return await read_body(request.scope, request.receive)


def looked_up(page: Page, code: str, problem: Problem | Refused) -> HTMLResponse:
    """What is shown instead of a report, or when a form can't be read."""
    if isinstance(problem, Refused):
        return _problem(page, 400)
    if problem.status == 410:
        at = datetime.fromisoformat(problem.more["at"])
        return page.draw("gone.html", status=410, reason=problem.more["reason"], at=at)
    if problem.status != 404:
        return _problem(page, problem.status)
    wording = texts(page.language)["follow"]["lookup"]
    error = wording["unknown" if code.strip() else "missing"]
    lookup = Page("/follow", page.language, page.municipality)
    return lookup.draw("lookup.html", status=404, code=code[:40], error=error)


def _problem(page: Page, status: int) -> HTMLResponse:
    kind = _PROBLEM_TEXTS.get(status, "unreadable")
    response = page.draw(
        "problem.html", status=status, problem=texts(page.language)["problem"][kind], is_unknown=status == 404
    )
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def require_own_page(request: Request, public_url: str) -> None:
    headers = request.headers
    if not is_own_page(
        headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host", ""), public_url
    ):
        raise Problem(403, "other-site", "Sent from another site", "Open the form here and send it again.")
