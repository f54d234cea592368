"""Photos of reports, from the file somebody sends to the picture somebody is shown.

A photo is drawn anew, sealed under a key of its own and laid down before anybody is told that it was taken (`take`); whoever sent it
holds what opens it. A report takes it up by keeping that under its own key (`attach`). What no report takes up in time, and what
lost its report, is erased (`sweeping`).
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_bytes
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from services.intake.photos import photos_store
from services.intake.photos.depot import Depot, made_at
from services.intake.photos.faults import BadPhoto, Fault
from services.intake.photos.metrics import PHOTOS_KEPT, PHOTOS_REFUSED, PHOTOS_REPEATED
from services.intake.photos.photos_store import Owner, Row
from services.intake.photos.sealing import (
    About,
    BrokenError,
    Reference,
    open_span,
    open_whole,
    seal,
    sealed_span,
)
from services.intake.photos.settings import PhotoSettings
from services.intake.photos.studio import Studio
from services.intake.vault import Vault
from shared.identity import new_id
from shared.inbox import Connection

LONGEST_ALT: Final = 300
_WAIT_S: Final = 5.0
_KEY_BYTES: Final = 32
# So much before it is erased a photo can't be taken up any more: then the two never meet.
_MARGIN: Final = timedelta(hours=1)


class Variant(StrEnum):
    DISPLAY = "display"
    THUMBNAIL = "thumbnail"


@dataclass(frozen=True, slots=True)
class Staged:
    """A photo that no report has yet. `alt`: what its sender says it shows."""

    reference: Reference
    about: About
    thumbnail: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """One that belongs to a report."""

    row: Row
    alt: str

    @property
    def id(self) -> UUID:
        return self.row.id

    def bytes_of(self, variant: Variant) -> int:
        return self.row.display_bytes if variant is Variant.DISPLAY else self.row.thumbnail_bytes

    def etag(self, variant: Variant) -> str:
        """Strong: what is called so never changes."""
        return f'"{self.id}-{variant}"'


@dataclass(frozen=True, slots=True)
class Added:
    photo: Photo
    is_new: bool


class Album:
    def __init__(
        self,
        settings: PhotoSettings,
        pool: "asyncpg.Pool[asyncpg.Record]",
        vault: Vault,
        depot: Depot,
        studio: Studio,
    ) -> None:
        self.settings, self._pool, self._vault = settings, pool, vault
        self._depot, self._studio = depot, studio

    async def take(self, file: bytes, alt: str = "") -> Staged:
        """Laid down for good when this returns. `file` is as long as is allowed, no longer. Raises `BadPhoto`, `Busy` and `DepotAway`."""
        try:
            redrawn = await self._studio.redraw(file)
        except BadPhoto as bad:
            PHOTOS_REFUSED.labels(bad.fault).inc()
            raise
        about = About(
            sha256(file).digest(), redrawn.width, redrawn.height, len(redrawn.thumbnail), len(redrawn.display)
        )
        reference = Reference(new_id(), token_bytes(_KEY_BYTES))
        await self._depot.put(
            reference.photo_id, seal(reference, about.written + redrawn.thumbnail + redrawn.display)
        )
        return Staged(reference, about, redrawn.thumbnail, alt)

    async def staged(self, text: str, alt: str = "") -> Staged:
        """One that was taken before, by what its page holds. Raises `BadPhoto` and `DepotAway`."""
        reference = Reference.read(text)
        if reference is None or made_at(reference.photo_id) < self._taken_up_after():
            raise BadPhoto(Fault.LOST)
        sealed = await self._depot.get(reference.photo_id)
        if sealed is None:
            raise BadPhoto(Fault.LOST)
        try:
            opened = open_whole(reference, sealed)
        except BrokenError:
            raise BadPhoto(Fault.LOST) from None
        about, start = About.read(opened)
        return Staged(reference, about, opened[start : start + about.thumbnail_bytes], alt)

    async def attach(self, owner: Owner, staged: Staged, way: str) -> Added:
        """The same photo twice is one. Raises `BadPhoto` when there is no room for another, or no report any more."""
        row = self._row(owner, staged)
        async with self._pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
            if not await photos_store.take_turn(connection, owner.report_id):
                raise BadPhoto(Fault.LOST)
            same = await photos_store.same_photo(connection, owner.report_id, row.digest)
            if same is None:
                await self._add(connection, row)
        if same is None:
            PHOTOS_KEPT.labels(way).inc()
        elif same.id != row.id:
            PHOTOS_REPEATED.inc()
            await self._depot.delete(row.id)
        return Added(self._opened(owner, same or row), is_new=same is None)

    async def _add(self, connection: Connection, row: Row) -> None:
        if await photos_store.count(connection, row.report_id) >= self.settings.most:
            raise BadPhoto(Fault.TOO_MANY)
        if not await photos_store.add(connection, row):
            raise BadPhoto(Fault.LOST)  # another report has taken it up

    async def of_report(self, owner: Owner) -> list[Photo]:
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            rows = await photos_store.of_report(connection, owner.report_id)
        return [self._opened(owner, row) for row in rows]

    async def find(self, owner: Owner, photo_id: UUID) -> Photo | None:
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            row = await photos_store.one(connection, owner.report_id, photo_id)
        return None if row is None else self._opened(owner, row)

    async def remove(self, owner: Owner, photo_id: UUID) -> bool:
        """Shown to nobody from now on; erased from where it lies a moment later."""
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            return await photos_store.remove(connection, owner.report_id, photo_id)

    async def content(
        self, owner: Owner, photo: Photo, variant: Variant, start: int, end: int
    ) -> bytes | None:
        """From `start` to before `end` of that variant; None when it is gone. Raises `DepotAway` and `BrokenError`."""
        row = photo.row
        offset = row.thumbnail_at + (0 if variant is Variant.THUMBNAIL else row.thumbnail_bytes)
        start, end = offset + start, offset + end
        sealed = await self._depot.get_part(row.id, *sealed_span(start, end, row.content_bytes))
        if sealed is None:
            return None
        key, _ = self._kept(owner, row)
        return open_span(Reference(row.id, key), sealed, start, end, row.content_bytes)

    def _row(self, owner: Owner, staged: Staged) -> Row:
        about, reference = staged.about, staged.reference
        kept = orjson.dumps([b64encode(reference.key).decode(), staged.alt[:LONGEST_ALT]]).decode()
        return Row(
            id=reference.photo_id,
            report_id=owner.report_id,
            digest=self._vault.mark(owner.report_id, owner.key, b"photo", about.digest),
            sealed=self._vault.seal_line(owner.report_id, owner.key, _part(reference.photo_id), kept),
            width=about.width,
            height=about.height,
            thumbnail_at=len(about.written),
            thumbnail_bytes=about.thumbnail_bytes,
            display_bytes=about.display_bytes,
            added_at=datetime.now(UTC),
        )

    def _opened(self, owner: Owner, row: Row) -> Photo:
        return Photo(row, self._kept(owner, row)[1])

    def _kept(self, owner: Owner, row: Row) -> tuple[bytes, str]:
        key, alt = orjson.loads(self._vault.open_line(owner.report_id, owner.key, _part(row.id), row.sealed))
        return b64decode(key), str(alt)

    def _taken_up_after(self) -> datetime:
        return datetime.now(UTC) - timedelta(hours=self.settings.staged_hours) + _MARGIN


def _part(photo_id: UUID) -> bytes:
    return b"photo" + photo_id.bytes
