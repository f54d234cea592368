"""Photos by the API: added, listed, shown and removed by who knows the tracking code; shown to tokens of the scope `photos`."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from services.intake.photos.album import LONGEST_ALT, Photo, Variant
from services.intake.photos.photos_store import Owner
from services.intake.routes.accept_reports import REPORTS_PATH
from services.intake.routes.api import away
from services.intake.routes.openapi import AWAY, GONE, NOT_FOUND, UNKNOWN_TOKEN, problem
from services.intake.routes.photo_body import attach_photo, take_photo
from services.intake.routes.photo_content import photo_response, unknown_photo
from services.intake.routes.photo_owner import owner_for_token, owner_of_code, owner_of_photo
from services.intake.routes.photo_problems import RESPONSES, UNKNOWN_PHOTO
from services.intake.running import Running
from shared.conditional import conditional
from shared.postgres import TRANSIENT_ERRORS

PHOTOS_PATH: Final = "/api/v1/photos"
_OF_REPORT: Final = REPORTS_PATH + "/{tracking_code}/photos"
_PICTURE: Final[dict[str, Any]] = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
_SENT: Final = {
    "image/*": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["photo"],
            "properties": {
                "photo": {"type": "string", "format": "binary"},
                "alt": {"type": "string", "maxLength": LONGEST_ALT},
            },
        },
        "encoding": {"photo": {"contentType": "image/*"}},
    },
}
_SHOWN: Final[dict[int | str, Any]] = {
    200: {"description": "The photo.", "content": _PICTURE},
    206: {"description": "The part of it that `Range` asked for.", "content": _PICTURE},
    304: {"description": "You have it: `If-None-Match` names it."},
    416: {"description": "There is nothing in that range; `Content-Range` says how long it is."},
    503: AWAY,
}
_TOKEN: Final[dict[int | str, Any]] = {
    401: UNKNOWN_TOKEN,
    403: problem(
        "The token may not do this.", "no-photos", "This token may not see photos", 403,
        "Make one with `vardkase tokens create NAME --scope photos`.",
    ),
}  # fmt: skip
_SECURED: Final[dict[str, Any]] = {"security": [{"token": []}]}


class ShownPhoto(BaseModel):
    """`width` and `height` are those of the photo at `url`, a JPEG without anything but the picture."""

    id: UUID
    url: str
    thumbnail_url: str
    width: int
    height: int
    alt: str = Field(description="What its sender says it shows; empty when nothing was said.")
    added_at: datetime

    @classmethod
    def of(cls, photo: Photo, path: str) -> "ShownPhoto":
        url = f"{path}/{photo.id}"
        return cls(
            id=photo.id,
            url=url,
            thumbnail_url=f"{url}/thumbnail",
            width=photo.row.width,
            height=photo.row.height,
            alt=photo.alt,
            added_at=photo.row.added_at,
        )


class ShownPhotos(BaseModel):
    photos: list[ShownPhoto]


def photos_router(running: Running) -> APIRouter:
    router = APIRouter()
    _add_reporters(router, running)
    _add_shown_to_reporters(router, running)
    _add_staffs(router, running)
    return router


def _add_reporters(router: APIRouter, running: Running) -> None:
    @router.post(
        _OF_REPORT,
        summary="Add a photo",
        operation_id="add_photo",
        status_code=201,
        responses={
            200: {"model": ShownPhoto, "description": "The report has this photo already."},
            404: NOT_FOUND, 410: GONE, 503: AWAY, **RESPONSES,
        },
        openapi_extra={"requestBody": {"required": True, "content": _SENT}},
    )  # fmt: skip
    async def add_photo(
        request: Request,
        response: Response,
        tracking_code: str,
        alt: Annotated[str, Query(max_length=LONGEST_ALT)] = "",
    ) -> ShownPhoto:
        """JPEG, PNG, WebP or HEIC of at most 10 MB, by its content. It is drawn anew: position, times, comments and names
        in the file are not kept. Stored for good before the answer. The same file twice is one photo.
        """
        owner = await owner_of_code(running, tracking_code)
        added = await attach_photo(running, owner, await take_photo(running, request, alt), "api")
        shown = ShownPhoto.of(added.photo, request.url.path)
        response.status_code = 201 if added.is_new else 200
        response.headers.update({"Location": shown.url, "Cache-Control": "no-store"})
        return shown

    @router.delete(
        _OF_REPORT + "/{photo_id}",
        summary="Remove a photo",
        operation_id="remove_photo",
        status_code=204,
        responses={404: UNKNOWN_PHOTO, 410: GONE, 503: AWAY},
    )
    async def remove_photo(tracking_code: str, photo_id: UUID) -> None:
        """It is shown to nobody from now on, and erased within a minute."""
        owner = await owner_of_code(running, tracking_code)
        try:
            if not await running.photos.album.remove(owner, photo_id):
                raise unknown_photo()
        except TRANSIENT_ERRORS:
            raise away("The photo can't be removed right now") from None
        running.photos.erase_soon()


def _add_shown_to_reporters(router: APIRouter, running: Running) -> None:
    @router.get(
        _OF_REPORT,
        summary="A report's photos",
        operation_id="list_photos",
        response_model=ShownPhotos,
        responses={304: {"description": "Nothing has changed."}, 404: NOT_FOUND, 410: GONE, 503: AWAY},
    )
    async def list_photos(request: Request, tracking_code: str) -> Response:
        owner = await owner_of_code(running, tracking_code)
        return await _listed(running, request, owner, request.url.path)

    @router.api_route(
        _OF_REPORT + "/{photo_id}",
        methods=["GET"],
        summary="A photo",
        operation_id="show_photo",
        response_class=Response,
        responses={**_SHOWN, 404: UNKNOWN_PHOTO, 410: GONE},
    )
    async def show_photo(request: Request, tracking_code: str, photo_id: UUID) -> Response:
        """`ETag`, `If-None-Match` and one `Range` are understood."""
        owner = await owner_of_code(running, tracking_code)
        return await shown_photo(running, request, owner, photo_id, Variant.DISPLAY)

    @router.api_route(
        _OF_REPORT + "/{photo_id}/thumbnail",
        methods=["GET"],
        summary="A photo, small",
        operation_id="show_thumbnail",
        response_class=Response,
        responses={**_SHOWN, 404: UNKNOWN_PHOTO, 410: GONE},
    )
    async def show_thumbnail(request: Request, tracking_code: str, photo_id: UUID) -> Response:
        owner = await owner_of_code(running, tracking_code)
        return await shown_photo(running, request, owner, photo_id, Variant.THUMBNAIL)


def _add_staffs(router: APIRouter, running: Running) -> None:
    @router.get(
        PHOTOS_PATH,
        summary="A report's photos, for staff",
        operation_id="list_photos_of_report",
        response_model=ShownPhotos,
        responses={**_TOKEN, 304: {"description": "Nothing has changed."}, 404: UNKNOWN_PHOTO, 503: AWAY},
        openapi_extra=_SECURED,
    )
    async def list_photos_of_report(request: Request, report_id: UUID) -> Response:
        """With a token of the scope `photos`, of the report's municipality or of any."""
        owner = await _asked_by_token(owner_for_token(running, request, report_id))
        return await _listed(running, request, owner, PHOTOS_PATH)

    @router.get(
        PHOTOS_PATH + "/{photo_id}",
        summary="A photo, for staff",
        operation_id="show_photo_to_staff",
        response_class=Response,
        responses={**_TOKEN, **_SHOWN, 404: UNKNOWN_PHOTO},
        openapi_extra=_SECURED,
    )
    async def show_photo_to_staff(request: Request, photo_id: UUID) -> Response:
        """With a token of the scope `photos`, or the one that sent the report by Open311."""
        owner = await _asked_by_token(owner_of_photo(running, request, photo_id))
        return await shown_photo(running, request, owner, photo_id, Variant.DISPLAY)

    @router.get(
        PHOTOS_PATH + "/{photo_id}/thumbnail",
        summary="A photo, small, for staff",
        operation_id="show_thumbnail_to_staff",
        response_class=Response,
        responses={**_TOKEN, **_SHOWN, 404: UNKNOWN_PHOTO},
        openapi_extra=_SECURED,
    )
    async def show_thumbnail_to_staff(request: Request, photo_id: UUID) -> Response:
        owner = await _asked_by_token(owner_of_photo(running, request, photo_id))
        return await shown_photo(running, request, owner, photo_id, Variant.THUMBNAIL)


async def shown_photo(
    running: Running, request: Request, owner: Owner, photo_id: UUID, variant: Variant
) -> Response:
    try:
        photo = await running.photos.album.find(owner, photo_id)
    except TRANSIENT_ERRORS:
        raise away("The photo can't be looked up right now") from None
    if photo is None:
        raise unknown_photo()
    return await photo_response(running, request, owner, photo, variant)


async def _listed(running: Running, request: Request, owner: Owner, path: str) -> Response:
    try:
        photos = await running.photos.album.of_report(owner)
    except TRANSIENT_ERRORS:
        raise away("Photos can't be looked up right now") from None
    listed = ShownPhotos(photos=[ShownPhoto.of(each, path) for each in photos])
    return conditional(request, listed.model_dump_json().encode(), headers={})


async def _asked_by_token(looked_up: Any) -> Owner:
    try:
        owner: Owner = await looked_up
    except TRANSIENT_ERRORS:
        raise away("Photos can't be looked up right now") from None
    return owner
