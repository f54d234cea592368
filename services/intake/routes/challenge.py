"""`GET /api/v1/challenge`: work for a sender's machine, for the form and for those who send much without a token."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.intake.abuse.gate import CHALLENGE_PATH
from services.intake.running import Running
from shared.openapi import problem
from shared.problem import Problem

_OFF = problem(
    "No work is asked for here.", "no-challenge", "No challenge is needed", 404,
    "Send the report without a solution.",
)  # fmt: skip


class Challenge(BaseModel):
    """As ALTCHA's libraries and widget read it, protocol version 2."""

    parameters: dict[str, Any]
    signature: str


def challenge_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.get(
        CHALLENGE_PATH,
        summary="Work to do before sending much without a token",
        operation_id="give_challenge",
        responses={404: _OFF},
    )
    async def give_challenge(response: Response) -> Challenge:
        """Solved with any ALTCHA library, the base64 payload goes in the header `Altcha-Solution` of one report."""
        if not running.gate.asks_for_work:
            raise Problem(
                404, "no-challenge", "No challenge is needed", "Send the report without a solution."
            )
        response.headers["Cache-Control"] = "no-store"
        return Challenge.model_validate(running.gate.challenge(datetime.now(UTC)))

    return router
