"""What the token that is shown may do, so that its holder can know before anything is sent."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.intake.routes.accept_reports import read_submitter
from services.intake.routes.openapi import AWAY
from services.intake.running import Running
from shared.events import Source
from shared.openapi import problem

TOKEN_PATH = "/api/v1/token"  # noqa: S105 - an address, no secret
_UNKNOWN = problem(
    "The token is unknown.", "unknown-token", "This token is not known", 401,
    "Send Authorization: Bearer with a token of this installation, or no Authorization at all to report as a citizen.",
)  # fmt: skip
_MAY_NOT = problem(
    "The token may not report.", "token-may-not-report", "This token may not report here", 403,
    "It has no scope report:…; ask for one that has, or report as a citizen without a token.",
)  # fmt: skip


class ShownToken(BaseModel):
    """`source`: what its reports count as. `municipality`: where they are from when they don't say."""

    source: Source
    municipality: str
    any_municipality: bool


def token_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.get(
        TOKEN_PATH,
        summary="What a token may report as",
        operation_id="show_token",
        responses={401: _UNKNOWN, 403: _MAY_NOT, 503: AWAY},
        openapi_extra={"security": [{}, {"token": []}]},
    )
    async def show_token(request: Request, response: Response) -> ShownToken:
        """Without a token: a citizen."""
        submitter = await read_submitter(request.scope, running.tokens)
        response.headers["Cache-Control"] = "no-store"
        return ShownToken(
            source=submitter.source,
            municipality=submitter.municipality or running.settings.municipality,
            any_municipality=submitter.municipality is None,
        )

    return router
