"""What is wrong with a photo, as an API tells it."""

from typing import Any, Final

from services.intake.photos.faults import Fault
from services.intake.photos.settings import PhotoSettings
from services.intake.routes.openapi import problem
from shared.problem import Problem

_STATUS: Final = {Fault.TOO_LARGE: 413, Fault.BUSY: 503}
_TITLES: Final = {
    Fault.EMPTY: "There is no photo in the body",
    Fault.TOO_LARGE: "The photo is too large",
    Fault.KIND: "This is no photo of a kind that is taken",
    Fault.DAMAGED: "The photo can't be read",
    Fault.TOO_MANY_PIXELS: "The photo has too many pixels",
    Fault.TOO_HARD: "The photo is too much work to read",
    Fault.TOO_MANY: "The report has as many photos as it may",
    Fault.BUSY: "More photos come in right now than can be taken",
    Fault.LOST: "The photo, or its report, is gone",
}


def photo_problem(fault: Fault, settings: PhotoSettings) -> Problem:
    details = {
        Fault.EMPTY: "Send the photo as the body, or as the part `photo` of multipart/form-data.",
        Fault.TOO_LARGE: f"A photo may have {settings.max_bytes} bytes. Send a smaller one.",
        Fault.KIND: "By its content it is none of JPEG, PNG, WebP and HEIC, whatever it is called.",
        Fault.DAMAGED: "It begins as a photo and does not go on as one. Send the whole file.",
        Fault.TOO_MANY_PIXELS: f"A photo may have {settings.max_pixels} pixels. Send a smaller one.",
        Fault.TOO_HARD: "It took more time or memory than one photo may. Send it as an ordinary JPEG.",
        Fault.TOO_MANY: f"A report may have {settings.most} photos. Remove one first.",
        Fault.BUSY: "Nothing was stored. Send the same photo again in a moment; the same photo is stored once.",
        Fault.LOST: "Nothing was stored.",
    }
    headers = {"Retry-After": "5"} if fault is Fault.BUSY else None
    kind = "photo-" + fault.value.replace("_", "-")
    return Problem(
        _STATUS.get(fault, 422), kind, _TITLES[fault], details[fault], headers=headers, fault=fault.value
    )


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    413: problem(
        "The photo is too large.", "photo-too-large", _TITLES[Fault.TOO_LARGE], 413,
        "A photo may have 10485760 bytes. Send a smaller one.",
    ),
    422: problem(
        "It is no photo that can be taken; `fault` says why: `empty`, `kind`, `damaged`, `too_many_pixels`, `too_hard`, "
        "`too_many`, `lost`.",
        "photo-kind", _TITLES[Fault.KIND], 422,
        "By its content it is none of JPEG, PNG, WebP and HEIC, whatever it is called.",
    ),
    429: problem(
        "Too many photos from this address.", "too-many-photos", "Too many photos from here in a short time", 429,
        "Nothing was stored. Send it again in 20 s; 60 photos at once and then one each 20 s are taken.",
    ),
}  # fmt: skip
UNKNOWN_PHOTO: Final = problem(
    "There is no such report, or no such photo of it.", "unknown-photo", "There is no such photo", 404,
    "It was removed, or belongs to another report.",
)  # fmt: skip
