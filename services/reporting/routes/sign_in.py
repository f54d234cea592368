"""Beginning and ending a session in the browser, and the pages behind it."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.params import Depends as Dependency
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from services.reporting.pages import PageLook, pages_router, sign_in_page
from services.reporting.running import RunningService
from services.reporting.session import NAME_LENGTH

_TOKEN_LENGTH: Final = 500


def staff_on_page(request: Request, service: RunningService) -> None:
    """A stranger is shown the way to the sign-in, not an error."""
    if service.sessions.staff(request.headers, request.cookies) is None:
        raise HTTPException(303, "Sign in first", headers={"Location": "/sign-in"})


def page_routes(look: PageLook) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.include_router(pages_router(look, staff=Dependency(staff_on_page)))

    @router.get("/sign-in")
    async def sign_in_form(
        request: Request,
        service: RunningService,
        token: Annotated[str | None, Query(max_length=_TOKEN_LENGTH)] = None,
    ) -> Response:
        if token is None:
            return sign_in_page(request, look)
        return _signed_in(request, service, token, "")

    @router.post("/sign-in")
    async def sign_in(
        request: Request,
        service: RunningService,
        token: Annotated[str, Form(max_length=_TOKEN_LENGTH)] = "",
        name: Annotated[str, Form(max_length=NAME_LENGTH)] = "",
    ) -> Response:
        return _signed_in(request, service, token, name)

    @router.post("/sign-out")
    async def sign_out(service: RunningService) -> Response:
        answer = RedirectResponse("/sign-in", status_code=303)
        service.sessions.end(answer)
        return answer

    def _signed_in(request: Request, service: RunningService, token: str, name: str) -> Response:
        if not service.sessions.accepts(token.strip()):
            return sign_in_page(request, look, wrong=True)
        answer = RedirectResponse("/", status_code=303)
        service.sessions.begin(answer, name)
        return answer

    return router
