"""Photos are drawn anew in processes beside the service: few of them, one photo at a time each, ended when one takes too long.

A process starts with the first photo, ends after some hundred (what a decoder loses of memory is then given back) and after a while
without work.
"""

import asyncio
import contextlib
import os
import sys
from time import monotonic
from typing import Any, Final

import orjson
import structlog

from services.intake.photos.faults import BadPhoto, Busy, Fault
from services.intake.photos.metrics import DRAWING_SECONDS, DRAWINGS_ENDED
from services.intake.photos.redrawing import Redrawn
from services.intake.photos.settings import PhotoSettings
from shared.framing import framed, receive_async

log = structlog.get_logger()

_MODULE: Final = "services.intake.photos.redrawing_process"
_START_S: Final = 30.0
_PHOTOS_EACH: Final = 300
_IDLE_S: Final = 300.0
_LARGEST_ANSWER: Final = 64 * 1024 * 1024
# What Python and the libraries need to start, and nothing that is secret.
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SYSTEMROOT")
_FRUGAL: Final = {"MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


class Studio:
    """`redraw(...)` from any number of requests; `stop()` at the end."""

    def __init__(self, settings: PhotoSettings) -> None:
        self._settings = settings
        self._free: list[_Artist] = []
        self._turn = asyncio.Semaphore(settings.processes)
        self._waiting = 0
        self._idle: asyncio.TimerHandle | None = None

    async def redraw(self, photo: bytes) -> Redrawn:
        """Raises `BadPhoto` and `Busy`."""
        if self._waiting >= self._settings.queue:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                return await self._redrawn(photo)
        finally:
            self._waiting -= 1

    async def stop(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        free, self._free = self._free, []
        for artist in free:
            await artist.end()

    async def _redrawn(self, photo: bytes) -> Redrawn:
        artist = self._free.pop() if self._free else await _Artist.start(self._settings)
        began, is_good = monotonic(), False
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                redrawn = await artist.redraw(photo)
            is_good = True
        except BadPhoto:
            is_good = True
            raise
        except TimeoutError:
            DRAWINGS_ENDED.labels("time").inc()
            raise BadPhoto(Fault.TOO_HARD) from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, orjson.JSONDecodeError):
            DRAWINGS_ENDED.labels("died").inc()
            log.warning("photo_process_died")
            raise BadPhoto(Fault.TOO_HARD) from None
        finally:
            DRAWING_SECONDS.observe(monotonic() - began)
            if is_good and artist.drawn < _PHOTOS_EACH:
                self._free.append(artist)
                self._end_when_idle()
            else:
                await artist.end()
        return redrawn

    def _end_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_S, self._rest)

    def _rest(self) -> None:
        free, self._free = self._free, []
        for artist in free:
            artist.kill()


class _Artist:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self.drawn = process, 0

    @classmethod
    async def start(cls, settings: PhotoSettings) -> "_Artist":
        """Raises `Busy` when no process can be started right now."""
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _MODULE),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**kept, **_FRUGAL, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )
        artist = cls(process)
        limits = {
            "max_pixels": settings.max_pixels,
            "display_px": settings.display_px,
            "thumbnail_px": settings.thumbnail_px,
            "memory_bytes": settings.memory_mb * 1024 * 1024,
            "timeout_s": settings.timeout_s,
        }
        try:
            async with asyncio.timeout(_START_S):
                await artist._say(orjson.dumps(limits))
                await artist._hear()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            await artist.end()
            log.error("photo_process_not_started", error=type(error).__name__)  # noqa: TRY400 - its kind says it
            raise Busy from None
        return artist

    async def redraw(self, photo: bytes) -> Redrawn:
        """Raises `BadPhoto`, and one of several when the process is gone."""
        self.drawn += 1
        await self._say(photo)
        told: dict[str, Any] = orjson.loads(await self._hear())
        if fault := told.get("fault"):
            raise BadPhoto(Fault(fault))
        thumbnail = await self._hear()
        return Redrawn(await self._hear(), thumbnail, told["width"], told["height"])

    async def end(self) -> None:
        self.kill()
        await self._process.wait()

    def kill(self) -> None:
        """It holds nothing that could be lost."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _say(self, message: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(framed(message))
        await self._process.stdin.drain()

    async def _hear(self) -> bytes:
        assert self._process.stdout is not None
        return await receive_async(self._process.stdout, _LARGEST_ANSWER)
