"""What of photos lives as long as the service: the album, the drawing processes, and the erasing of what belongs to no report."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import asyncpg

from services.intake.photos.album import Album
from services.intake.photos.depot import Depot
from services.intake.photos.fetching import LOOKED_AT_EVERY_S, MediaFetcher
from services.intake.photos.room import Room
from services.intake.photos.settings import PhotoSettings
from services.intake.photos.studio import Studio
from services.intake.photos.sweeping import LOOKED_FOR_EVERY_S, SWEPT_EVERY_S, erase_due, sweep
from services.intake.vault import Vault
from shared.jobs import every


class Photos:
    """Create, `start()`, ask the album, `stop()`."""

    def __init__(self, settings: PhotoSettings, pool: "asyncpg.Pool[asyncpg.Record]", vault: Vault) -> None:
        self._settings, self._pool = settings, pool
        self._depot, self._studio = Depot(settings), Studio(settings)
        self.album = Album(settings, pool, vault, self._depot, self._studio)
        self.room = Room(settings.uploads_mb * 1024 * 1024)
        self._due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._due.set()
        self._tasks = [
            asyncio.create_task(every(0, self._erase_when_due, "erase_photos")),
            asyncio.create_task(every(SWEPT_EVERY_S, self._sweep, "sweep_photos")),
        ]
        if self._settings.fetched_from:
            fetcher = MediaFetcher(self._settings.fetched_from, self._pool, self.album)
            self._tasks.append(
                asyncio.create_task(every(LOOKED_AT_EVERY_S, fetcher.fetch_due, "fetch_media"))
            )

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._studio.stop()

    def erase_soon(self) -> None:
        """A report is gone in this process; those that go elsewhere are found within seconds."""
        self._due.set()

    async def _erase_when_due(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._due.wait(), LOOKED_FOR_EVERY_S)
        self._due.clear()
        await erase_due(self._pool, self._depot)

    async def _sweep(self) -> None:
        kept = timedelta(hours=self._settings.staged_hours)
        await sweep(self._pool, self._depot, kept, datetime.now(UTC))
