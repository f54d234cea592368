"""Where sealed photos lie: a folder, or what speaks S3. One object a photo, whole or not there at all, and there for good once
`put` returns.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from services.intake.photos.faults import DepotAway
from services.intake.photos.settings import S3, PhotoSettings

if TYPE_CHECKING:
    from obstore.store import S3Config  # not there at run time

_TIMEOUT_S: Final = 20
_RETRIES: Final[dict[str, Any]] = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}
_MADE_BY_PUT: Final = "#"


class Depot:
    """Every method raises `DepotAway` when the place can't be reached."""

    def __init__(self, settings: PhotoSettings) -> None:
        self._settings = settings
        self._opened: ObjectStore | None = None

    @property
    def folder(self) -> Path | None:
        return None if self._settings.is_s3 else Path(self._settings.store).absolute()

    async def put(self, photo_id: UUID, sealed: bytes) -> None:
        try:
            await obstore.put_async(self._store(), path_of(photo_id), sealed, use_multipart=False)
            if self.folder is not None:  # a folder's file is only certain to stay once the disk has it
                await asyncio.to_thread(_onto_disk, self.folder, path_of(photo_id))
        except (BaseError, OSError) as error:
            raise DepotAway(type(error).__name__) from error

    async def get(self, photo_id: UUID) -> bytes | None:
        """None when it is not there."""
        try:
            found = await obstore.get_async(self._store(), path_of(photo_id))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise DepotAway(type(error).__name__) from error

    async def get_part(self, photo_id: UUID, start: int, end: int) -> bytes | None:
        try:
            return bytes(
                await obstore.get_range_async(self._store(), path_of(photo_id), start=start, end=end)
            )
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise DepotAway(type(error).__name__) from error

    async def delete(self, photo_id: UUID) -> None:
        """What is not there is gone already."""
        try:
            await obstore.delete_async(self._store(), path_of(photo_id))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise DepotAway(type(error).__name__) from error

    async def photo_ids(self) -> AsyncIterator[list[UUID]]:
        """All that lie there, some hundred at a time. What is called otherwise is not ours."""
        if self.folder is not None and not self.folder.is_dir():
            return
        try:
            async for page in obstore.list(self._store(), chunk_size=500):
                yield [found for each in page if (found := id_of(each["path"]))]
        except (BaseError, OSError) as error:
            raise DepotAway(type(error).__name__) from error

    async def clear_broken_off(self, before: datetime) -> int:
        """What a crash left half written in the folder; how many. S3 shows no half of anything."""
        return 0 if self.folder is None else await asyncio.to_thread(_clear, self.folder, before)

    def _store(self) -> ObjectStore:
        if self._opened is None:
            folder = self.folder
            self._opened = _s3(self._settings) if folder is None else LocalStore(_made(folder))
        return self._opened


def path_of(photo_id: UUID) -> str:
    """Spread over folders by its last, random digits."""
    return f"{photo_id.hex[-2:]}/{photo_id}"


def id_of(path: str) -> UUID | None:
    try:
        found = UUID(path.rpartition("/")[2])
    except ValueError:
        return None
    return found if path.endswith(path_of(found)) else None


def made_at(photo_id: UUID) -> datetime:
    """Version 7 begins with the milliseconds since 1970."""
    return datetime.fromtimestamp((photo_id.int >> 80) / 1000, UTC)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _s3(settings: PhotoSettings) -> S3Store:
    bucket, _, prefix = settings.store[len(S3) :].partition("/")
    config: S3Config = {
        "region": settings.s3_region,
        "virtual_hosted_style_request": not settings.s3_path_style,
    }
    if settings.s3_endpoint:
        config["endpoint"] = settings.s3_endpoint
    if settings.s3_access_key is not None and settings.s3_secret_key is not None:
        config["access_key_id"] = settings.s3_access_key.get_secret_value()
        config["secret_access_key"] = settings.s3_secret_key.get_secret_value()
    return S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        config=config,
        client_options={
            "allow_http": settings.s3_endpoint.startswith("http://"),
            "timeout": f"{_TIMEOUT_S}s",
            "connect_timeout": "5s",
        },
        retry_config=_RETRIES,  # type: ignore[arg-type]
    )


def _onto_disk(folder: Path, path: str) -> None:
    """The file, and the names that lead to it."""
    file = folder / path
    for each in (file, file.parent, folder):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _clear(folder: Path, before: datetime) -> int:
    gone = 0
    for each in folder.glob(f"??/*{_MADE_BY_PUT}*"):
        if each.stat().st_mtime < before.timestamp():
            each.unlink(missing_ok=True)
            gone += 1
    return gone
