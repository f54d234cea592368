"""The page where staff look at a report's photos, and the photos themselves. Signed in with a token of the scope `photos`."""

from typing import Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.domain.tokens import PHOTOS
from services.intake.photos import photos_store
from services.intake.photos.album import Variant
from services.intake.photos.photos_store import Owner
from services.intake.routes.photo_content import unknown_photo
from services.intake.routes.photos_api import shown_photo
from services.intake.routes.staff.look import PHOTOS_PAGE, StaffPage
from services.intake.routes.staff.visiting import or_sign_in, page_of_report, visit_of
from services.intake.running import Running
from services.intake.staff.sessions_store import Staff

log = structlog.get_logger()
_WAIT_S: Final = 5.0


def photos_page_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.api_route(PHOTOS_PAGE + "/{report_id}", methods=["GET", "HEAD"])
    async def show(request: Request, report_id: UUID) -> Response:
        page = page_of_report(running, request, PHOTOS_PAGE, report_id)
        return await or_sign_in(running, request, page, _show(running, request, page, report_id))

    @router.api_route(PHOTOS_PAGE + "/{report_id}/{photo_id}", methods=["GET", "HEAD"])
    async def display(request: Request, report_id: UUID, photo_id: UUID) -> Response:
        return await _photo(running, request, report_id, photo_id, Variant.DISPLAY)

    @router.api_route(PHOTOS_PAGE + "/{report_id}/{photo_id}/thumbnail", methods=["GET", "HEAD"])
    async def thumbnail(request: Request, report_id: UUID, photo_id: UUID) -> Response:
        return await _photo(running, request, report_id, photo_id, Variant.THUMBNAIL)

    return router


async def _show(running: Running, request: Request, page: StaffPage, report_id: UUID) -> Response:
    visit = await visit_of(running, request, page, PHOTOS)
    owner = await _owner(running, visit.staff, report_id)
    photos = await running.photos.album.of_report(owner)
    log.info("photos_shown_to_staff", report_id=str(report_id), photos=len(photos))
    return visit.draw("staff_photos.html", path=page.path, photos=photos)


async def _photo(
    running: Running, request: Request, report_id: UUID, photo_id: UUID, variant: Variant
) -> Response:
    page = page_of_report(running, request, PHOTOS_PAGE, report_id)

    async def shown() -> Response:
        visit = await visit_of(running, request, page, PHOTOS)
        owner = await _owner(running, visit.staff, report_id)
        return await shown_photo(running, request, owner, photo_id, variant)

    return await or_sign_in(running, request, page, shown())


async def _owner(running: Running, staff: Staff, report_id: UUID) -> Owner:
    """Another municipality's is as unknown as one that is not there."""
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        owner = await photos_store.owner_of_id(connection, report_id)
    if owner is None or not staff.holds(owner.municipality):
        raise unknown_photo()
    return owner
