"""The photos of a form: those it sends now, and those it sent before and brings again by what opens them.

What is wrong with one is told of that one; the others are kept, and so is everything that was written.
"""

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from starlette.types import Scope

from services.intake.abuse.buckets import Limit
from services.intake.photos import photos_store
from services.intake.photos.album import LONGEST_ALT, Staged
from services.intake.photos.faults import BadPhoto, Busy, DepotAway, Fault
from services.intake.photos.photos_store import Owner
from services.intake.photos.settings import PhotoSettings
from services.intake.routes.parts import Received, Upload
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

log = structlog.get_logger()

CHOSEN: Final = "photo"
BROUGHT: Final = "photo_ref"
BROUGHT_ALT: Final = "photo_alt"
CHOSEN_ALT: Final = "photo_told"
DROPPED: Final = "photo_drop"
WAITED: Final = "photo_waited"
"""Set by a page that kept the form until there was a connection: nobody is there to choose another photo."""
# What belongs to the photos and is no part of the report itself: sent again with other photos, it is the same report.
FIELDS: Final = frozenset({BROUGHT, BROUGHT_ALT, CHOSEN_ALT, DROPPED, WAITED})
_LONGEST_NAME: Final = 80
_WAIT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class WrongPhoto:
    """`name`: as its sender calls it, or empty."""

    name: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class FilledPhotos:
    """`are_away`: where photos lie could not be reached, so none are kept. `has_waited`: the form is sent by nobody's hand."""

    staged: tuple[Staged, ...] = ()
    wrong: tuple[WrongPhoto, ...] = ()
    are_away: bool = False
    has_waited: bool = False

    @property
    def must_be_corrected(self) -> bool:
        return bool(self.wrong) and not self.has_waited

    @property
    def is_something_lost(self) -> bool:
        return bool(self.wrong) or self.are_away

    @property
    def shown(self) -> list[dict[str, str]]:
        """For a page that brings them again."""
        return [
            {
                "ref": each.reference.text,
                "alt": each.alt,
                "src": f"data:image/jpeg;base64,{b64encode(each.thumbnail).decode()}",
            }
            for each in self.staged
        ]


NO_PHOTOS: Final = FilledPhotos()


async def filled_photos(running: Running, scope: Scope, received: Received) -> FilledPhotos:
    """All that can be kept, laid down; and what is wrong with the others."""
    settings = running.settings.photos
    uploads = [each for each in received.uploads if each.field_name == CHOSEN]
    try:
        brought = await _brought(running, received)
        room = settings.most - len(brought.staged)
        await running.gate.admit_photos(scope, len(uploads[:room]), limit_of(settings))
        chosen = await _chosen(running, received, uploads, room)
    except DepotAway as away:
        log.warning("photos_away", error=str(away))
        return FilledPhotos(are_away=True)
    except Problem:  # too many from there: the report itself has a limit of its own
        return FilledPhotos(brought.staged, tuple(_wrong(each, Fault.BUSY) for each in uploads))
    has_waited = bool(received.all(WAITED))
    return FilledPhotos(brought.staged + chosen.staged, brought.wrong + chosen.wrong, has_waited=has_waited)


async def sent_photos(running: Running, received: Received) -> FilledPhotos:
    """All files of a form, whatever their fields are called; its sender has a token, and so a limit of its own."""
    try:
        return await _chosen(running, received, received.uploads, running.settings.photos.most)
    except DepotAway as away:
        log.warning("photos_away", error=str(away))
        return FilledPhotos(are_away=True)


def limit_of(settings: PhotoSettings) -> Limit:
    return Limit(settings.address_burst, settings.address_each_s)


async def _brought(running: Running, received: Received) -> FilledPhotos:
    texts, alts = received.all(BROUGHT), received.all(BROUGHT_ALT)
    dropped = set(received.all(DROPPED))
    staged: list[Staged] = []
    wrong: list[WrongPhoto] = []
    for number, text in enumerate(dict.fromkeys(texts)):
        alt = cleaned_alt(alts[number] if number < len(alts) else "")
        if text in dropped:
            continue
        if len(staged) >= running.settings.photos.most:
            wrong.append(WrongPhoto("", Fault.TOO_MANY))
            break
        try:
            staged.append(await running.photos.album.staged(text, alt))
        except BadPhoto as bad:
            wrong.append(WrongPhoto("", bad.fault))
    return FilledPhotos(tuple(staged), tuple(wrong))


async def _chosen(running: Running, received: Received, uploads: list[Upload], room: int) -> FilledPhotos:
    alts = received.all(CHOSEN_ALT)
    staged: list[Staged] = []
    wrong: list[WrongPhoto] = []
    for number, upload in enumerate(uploads):
        alt = cleaned_alt(alts[number] if number < len(alts) else "")
        try:
            staged.append(await _taken(running, upload, alt, has_room=len(staged) < room))
        except BadPhoto as bad:
            wrong.append(_wrong(upload, bad.fault))
        except Busy:
            wrong.append(_wrong(upload, Fault.BUSY))
    return FilledPhotos(tuple(staged), tuple(wrong))


async def _taken(running: Running, upload: Upload, alt: str, *, has_room: bool) -> Staged:
    fault = upload.fault if has_room else Fault.TOO_MANY
    if fault is not None:
        raise BadPhoto(fault)
    return await running.photos.album.take(await asyncio.to_thread(upload.read), alt)


def _wrong(upload: Upload, fault: Fault) -> WrongPhoto:
    name = "".join(letter for letter in upload.file_name if letter.isprintable())
    return WrongPhoto(name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…", fault)


def cleaned_alt(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:LONGEST_ALT]


async def attach_all(
    running: Running, owner: Owner, photos: FilledPhotos, way: str
) -> tuple[int, list[Fault]]:
    """How many the report took up, and why it did not take up the others. The report itself stands, whatever comes of this."""
    kept, faults = 0, []
    for staged in photos.staged:
        try:
            await running.photos.album.attach(owner, staged, way)
            kept += 1
        except BadPhoto as bad:
            faults.append(bad.fault)
        except (DepotAway, *TRANSIENT_ERRORS) as error:
            log.warning("photo_not_attached", error=type(error).__name__)
            faults.append(Fault.BUSY)
    return kept, faults


async def take_up(running: Running, report_id: UUID, photos: FilledPhotos, way: str) -> bool:
    """Whether the report, which is stored, has all that were sent with it now."""
    if not photos.staged:
        return not photos.is_something_lost
    try:
        async with running.pool.acquire(timeout=_WAIT_S) as connection:
            owner = await photos_store.owner_of_id(connection, report_id)
    except TRANSIENT_ERRORS:
        return False
    if owner is None:
        return False
    _, faults = await attach_all(running, owner, photos, way)
    return not faults and not photos.is_something_lost
