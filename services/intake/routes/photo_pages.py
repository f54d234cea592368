"""Photos on the citizen's pages: sent before the form, shown on the page that follows a report, added and removed there."""

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.intake.photos.album import Variant
from services.intake.photos.faults import Fault
from services.intake.routes.api import away
from services.intake.routes.filled_photos import attach_all, filled_photos
from services.intake.routes.html import PAGE_HEADERS, Page, page_for
from services.intake.routes.pages import looked_up, require_own_page
from services.intake.routes.photo_body import take_photo
from services.intake.routes.photo_owner import owner_of_code
from services.intake.routes.photos_api import shown_photo
from services.intake.routes.sent_form import sent_form
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_READ: Final = ["GET", "HEAD"]


def photo_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    municipality = running.settings.municipality

    @router.post("/photos")
    async def send_ahead(request: Request) -> Response:
        """For the form's script, photo by photo, so that it can show how far they are. Only the page holds what opens it."""
        require_own_page(request, running.settings.public_url)
        staged = await take_photo(running, request, "")
        return JSONResponse({"ref": staged.reference.text}, 201, {"Cache-Control": "no-store"})

    @router.api_route("/follow/{code}/photos/{photo_id}", methods=_READ)
    async def show(request: Request, code: str, photo_id: UUID) -> Response:
        owner = await owner_of_code(running, code)
        return await shown_photo(running, request, owner, photo_id, Variant.DISPLAY)

    @router.api_route("/follow/{code}/photos/{photo_id}/small", methods=_READ)
    async def show_small(request: Request, code: str, photo_id: UUID) -> Response:
        owner = await owner_of_code(running, code)
        return await shown_photo(running, request, owner, photo_id, Variant.THUMBNAIL)

    @router.post("/follow/{code}/photos")
    async def add(request: Request, code: str) -> Response:
        page = page_for(request, municipality, f"/follow/{code[:40]}")
        try:
            return await _add(running, request, page, code)
        except Problem as problem:
            return looked_up(page, code, problem)

    @router.post("/follow/{code}/photos/{photo_id}/remove")
    async def remove(request: Request, code: str, photo_id: UUID) -> Response:
        page = page_for(request, municipality, f"/follow/{code[:40]}")
        try:
            require_own_page(request, running.settings.public_url)
            await _remove(running, code, photo_id)
        except Problem as problem:
            return looked_up(page, code, problem)
        return _back(page, code, photos="removed")

    return router


async def _add(running: Running, request: Request, page: Page, code: str) -> Response:
    require_own_page(request, running.settings.public_url)
    async with sent_form(request, running) as sent:
        owner = await owner_of_code(running, code)
        photos = await filled_photos(running, request.scope, sent.received)
    kept, faults = await attach_all(running, owner, photos, "follow_page")
    faults += [each.fault for each in photos.wrong]
    if photos.are_away:
        faults.append(Fault.BUSY)
    if not kept and not faults:
        faults.append(Fault.EMPTY)
    wrong = ",".join(dict.fromkeys(fault.value for fault in faults))
    return _back(page, code, photos="added" if kept else "", photo_fault=wrong)


async def _remove(running: Running, code: str, photo_id: UUID) -> None:
    owner = await owner_of_code(running, code)
    try:
        await running.photos.album.remove(owner, photo_id)
    except TRANSIENT_ERRORS:
        raise away("The photo can't be removed right now") from None
    running.photos.erase_soon()


def _back(page: Page, code: str, **told: str) -> Response:
    query = urlencode({"lang": page.language, **{name: value for name, value in told.items() if value}})
    return RedirectResponse(f"/follow/{code[:40]}?{query}", status_code=303, headers=PAGE_HEADERS)
