"""Whose token a request comes with, where nobody may come without one."""

from fastapi import Request

from services.intake.domain.tokens import Token, bearer
from services.intake.routes.api import away
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


async def known_token(running: Running, request: Request) -> Token:
    """Raises `Problem` 401 or 503."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        raise _problem("token-needed", "A token is needed")
    secret = bearer(authorization.encode("latin-1"))
    try:
        token = await running.tokens.find(secret) if secret else None
    except TRANSIENT_ERRORS:
        raise away("The token can't be looked up right now") from None
    if token is None:
        raise _problem("unknown-token", "This token is not known")
    return token


def _problem(kind: str, title: str) -> Problem:
    detail = "Send Authorization: Bearer with a token of this installation."
    return Problem(401, kind, title, detail, headers={"WWW-Authenticate": "Bearer"})
