"""Whose photo it is, and who may see it: who knows the report's tracking code, and tokens of the scope `photos`."""

from uuid import UUID

from fastapi import Request

from services.intake.domain.following import spelled_out
from services.intake.domain.tokens import PHOTOS, Token
from services.intake.photos import photos_store
from services.intake.photos.photos_store import Owner
from services.intake.routes.api import away, find_report
from services.intake.routes.known_token import known_token
from services.intake.routes.photo_content import unknown_photo
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_WAIT_S = 5.0


async def owner_of_code(running: Running, code: str) -> Owner:
    """Raises `Problem` 404, 410 or 503."""
    tracking_code = spelled_out(code)
    try:
        if tracking_code is not None:
            async with running.pool.acquire(timeout=_WAIT_S) as connection:
                owner = await photos_store.owner_of_code(connection, tracking_code)
            if owner is not None:
                return owner
    except TRANSIENT_ERRORS:
        raise away("Photos can't be looked up right now") from None
    await find_report(running.pool, code)
    raise away("The report can't take photos right now")  # from before reports were sealed, for a moment more


async def owner_for_token(running: Running, request: Request, report_id: UUID) -> Owner:
    """Raises `Problem` 401, 403, 404 or 503."""
    token = await known_token(running, request)
    _require_scope(token)
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        owner = await photos_store.owner_of_id(connection, report_id)
    return _own(owner, token)


async def owner_of_photo(running: Running, request: Request, photo_id: UUID) -> Owner:
    """As above; also for who sent the report by Open311."""
    token = await known_token(running, request)
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        owner = await photos_store.owner_of_photo(connection, photo_id)
    if owner is not None and owner.sent_by == token.id:
        return owner
    _require_scope(token)
    return _own(owner, token)


def _own(owner: Owner | None, token: Token) -> Owner:
    """Another municipality's is as unknown as one that is not there."""
    if owner is None or not token.holds(owner.municipality):
        raise unknown_photo()
    return owner


def _require_scope(token: Token) -> None:
    if PHOTOS not in token.scopes:
        raise Problem(
            403,
            "no-photos",
            "This token may not see photos",
            "Make one with `vardkase tokens create NAME --scope photos`.",
        )
