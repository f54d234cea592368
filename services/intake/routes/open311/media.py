"""Photos of requests at addresses that clients fetch without a key: what `media_url` holds."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.photos import photos_store
from services.intake.photos.album import Variant
from services.intake.photos.links import PhotoLink, last_day, opens, sign
from services.intake.photos.photos_store import Owner
from services.intake.routes.api import away
from services.intake.routes.open311.discovery import BASE
from services.intake.routes.photo_content import unknown_photo
from services.intake.routes.photos_api import shown_photo
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS

MEDIA_PATH: Final = f"{BASE}/media/{{photo_id}}.jpg"
_WAIT_S: Final = 5.0


def media_addresses(
    running: Running, site: str, photos: Iterable[tuple[Owner, list[UUID]]]
) -> dict[UUID, list[str]]:
    """By report. The same for days, so that a list which is asked about again is the same."""
    until = last_day(datetime.now(UTC), running.settings.open311_media_days)
    return {
        owner.report_id: [_address(site, sign(running.vault, owner, each, until)) for each in ids]
        for owner, ids in photos
    }


def media_route(running: Running) -> Route:
    async def endpoint(request: Request) -> Response:
        return await _show_media(running, request)

    return Route(MEDIA_PATH, endpoint, methods=["GET"])


def _address(site: str, link: PhotoLink) -> str:
    return f"{site}{MEDIA_PATH.format(photo_id=link.photo_id)}?{link.query}"


async def _show_media(running: Running, request: Request) -> Response:
    """What was signed wrongly, has had its time, or belongs to a key that was revoked is as unknown as what is not there."""
    link = PhotoLink.read(request.path_params["photo_id"], request.query_params)
    if link is None:
        raise unknown_photo()
    try:
        async with running.pool.acquire(timeout=_WAIT_S) as connection:
            owner = await photos_store.owner_of_photo(connection, link.photo_id)
        is_theirs = owner is not None and await running.tokens.is_in_force(owner.sent_by)
    except TRANSIENT_ERRORS:
        raise away("The photo can't be looked up right now") from None
    if owner is None or not is_theirs or not opens(running.vault, owner, link, datetime.now(UTC)):
        raise unknown_photo()
    return await shown_photo(running, request, owner, link.photo_id, Variant.DISPLAY)
