"""What pages say and show of photos."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.intake.photos.faults import Fault
from services.intake.photos.settings import PhotoSettings
from services.intake.routes.api import away
from services.intake.routes.filled_photos import NO_PHOTOS, FilledPhotos
from services.intake.routes.photo_owner import owner_of_code
from services.intake.running import Running
from services.intake.texts import texts
from shared.postgres import TRANSIENT_ERRORS

_MB: Final = 1024 * 1024
_LOST: Final = "lost"


def photo_field(settings: PhotoSettings, language: str, photos: FilledPhotos = NO_PHOTOS) -> dict[str, Any]:
    """For `photo_field.html`."""
    words = texts(language)["photos"]
    return {
        "photos": photos.shown,
        "photo_faults": [told(settings, language, each.fault, each.name) for each in photos.wrong],
        "photo_limits": {
            "most": settings.most,
            "max_bytes": settings.max_bytes,
            "mb": settings.max_bytes // _MB,
        },
        "photo_words": {
            fault.value: _filled(words["faults"][fault], settings).replace("{name}", "%s") for fault in Fault
        },
    }


def told(settings: PhotoSettings, language: str, fault: Fault, name: str = "") -> str:
    words = texts(language)["photos"]
    shown = words["named"].format(name=name) if name else words["unnamed"]
    return _filled(words["faults"][fault], settings).replace("{name}", shown)


def _filled(text: str, settings: PhotoSettings) -> str:
    filled = {"mb": settings.max_bytes // _MB, "most": settings.most, "mpx": settings.max_pixels // 1_000_000}
    for name, value in filled.items():
        text = text.replace("{" + name + "}", str(value))
    return text


async def photos_followed(
    running: Running, tracking_code: str, shown: Mapping[str, str], language: str
) -> dict[str, Any]:
    """For the page that follows a report. Raises `Problem` 503."""
    settings = running.settings.photos
    try:
        owner = await owner_of_code(running, tracking_code)
        kept = await running.photos.album.of_report(owner)
    except TRANSIENT_ERRORS:
        raise away("The report can't be looked up right now") from None
    return {
        **photo_field(settings, language),
        "photo_faults": [told(settings, language, fault) for fault in _faults(shown.get("photo_fault", ""))],
        "photos_kept": kept,
        "photos_left": max(0, settings.most - len(kept)),
        "photos_lost": shown.get("photos") == _LOST,
        "photos_added": shown.get("photos") == "added",
        "photos_removed": shown.get("photos") == "removed",
    }


def _faults(text: str) -> Sequence[Fault]:
    return [fault for fault in Fault if fault.value in text[:200].split(",")]
