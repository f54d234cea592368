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
from services.intake.routes.staff.look import (
    PHOTOS_PAGE,
    STAFF_PATH,
    StaffPage,
    or_problem,
    secret_in,
    staff_page,
)
from services.intake.routes.staff.visiting import to_sign_in, visitor
from services.intake.running import Running
from services.intake.staff.door import form_mark
from services.intake.staff.sessions_store import Staff

log = structlog.get_logger()
_WAIT_S: Final = 5.0


def photos_page_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.api_route(PHOTOS_PAGE + "/{report_id}", methods=["GET", "HEAD"])
    async def show(request: Request, report_id: UUID) -> Response:
        page = _page(running, request, report_id)
        return await or_problem(page, _show(running, request, page, report_id))

    @router.api_route(PHOTOS_PAGE + "/{report_id}/{photo_id}", methods=["GET", "HEAD"])
    async def display(request: Request, report_id: UUID, photo_id: UUID) -> Response:
        page = _page(running, request, report_id)
        return await or_problem(page, _photo(running, request, page, report_id, photo_id, Variant.DISPLAY))

    @router.api_route(PHOTOS_PAGE + "/{report_id}/{photo_id}/thumbnail", methods=["GET", "HEAD"])
    async def thumbnail(request: Request, report_id: UUID, photo_id: UUID) -> Response:
        page = _page(running, request, report_id)
        return await or_problem(page, _photo(running, request, page, report_id, photo_id, Variant.THUMBNAIL))

    return router


def _page(running: Running, request: Request, report_id: UUID) -> StaffPage:
    return staff_page(request, running.settings.municipality, f"{PHOTOS_PAGE}/{report_id}")


async def _show(running: Running, request: Request, page: StaffPage, report_id: UUID) -> Response:
    staff = await visitor(running, request, page, PHOTOS)
    if staff is None:
        return to_sign_in(running, request, page.path)
    owner = await _owner(running, staff, report_id)
    photos = await running.photos.album.of_report(owner)
    log.info("photos_shown_to_staff", report_id=str(report_id), photos=len(photos))
    return page.draw(
        "staff_photos.html",
        staff=staff,
        mark=form_mark(secret_in(request, running.settings.staff)),
        sign_out=page.link(f"{STAFF_PATH}/sign-out"),
        path=page.path,
        photos=photos,
    )


async def _photo(
    running: Running, request: Request, page: StaffPage, report_id: UUID, photo_id: UUID, variant: Variant
) -> Response:
    staff = await visitor(running, request, page, PHOTOS)
    if staff is None:
        return to_sign_in(running, request, page.path)
    return await shown_photo(running, request, await _owner(running, staff, report_id), photo_id, variant)


async def _owner(running: Running, staff: Staff, report_id: UUID) -> Owner:
    """Another municipality's is as unknown as one that is not there."""
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        owner = await photos_store.owner_of_id(connection, report_id)
    if owner is None or not staff.holds(owner.municipality):
        raise unknown_photo()
    return owner
