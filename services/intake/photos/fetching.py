"""Fetching pictures that Open311's clients only tell the address of: FixMyStreet does so with public reports.

Somebody else chose the address, so only what lies at an origin which the settings name is asked for: as it stands there, without
following it elsewhere, without a proxy of the environment, at most so many bytes in at most so many seconds, and while nobody waits.
"""

import asyncio
from collections.abc import Collection
from typing import Final

import asyncpg
import httpx
import structlog

from services.intake.photos import fetching_store, photos_store
from services.intake.photos.album import Album
from services.intake.photos.faults import BadPhoto, Busy, DepotAway, Fault
from services.intake.photos.fetching_store import Due
from services.intake.photos.metrics import PHOTOS_FETCHED
from services.intake.photos.origins import origin_of
from services.intake.photos.photos_store import Owner

log = structlog.get_logger()

LOOKED_AT_EVERY_S: Final = 10.0
_AT_A_TIME: Final = 5
_TRIES: Final = 5
_STEP_S: Final = 10.0
_WHOLE_S: Final = 30.0
_WAIT_S: Final = 5.0


class _Later(Exception):  # noqa: N818 - a decision
    """It may go well another time."""


class _Never(Exception):  # noqa: N818 - a decision
    """It is not there, or is no photo."""


class MediaFetcher:
    """`origins`: those that may be asked."""

    def __init__(self, origins: Collection[str], pool: "asyncpg.Pool[asyncpg.Record]", album: Album) -> None:
        self._origins = frozenset(origins)
        self._pool, self._album = pool, album

    async def fetch_due(self) -> None:
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            due = await fetching_store.claim_due(connection, _AT_A_TIME, _TRIES)
        if not due:
            return
        async with httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=_STEP_S) as client:
            for each in due:
                await self._fetch_all(client, each)

    async def _fetch_all(self, client: httpx.AsyncClient, due: Due) -> None:
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            owner = await photos_store.owner_of_id(connection, due.report_id)
        if owner is None:
            return
        outcomes = [
            await self._fetch(client, owner, url) for url in due.urls if origin_of(url) in self._origins
        ]
        if "later" not in outcomes:
            async with self._pool.acquire(timeout=_WAIT_S) as connection:
                await fetching_store.done(connection, due.report_id)

    async def _fetch(self, client: httpx.AsyncClient, owner: Owner, url: str) -> str:
        try:
            async with asyncio.timeout(_WHOLE_S):
                file = await self._read(client, url)
            staged = await self._album.take(file)
            await self._album.attach(owner, staged, "fetched")
        except (_Later, TimeoutError, httpx.TransportError, Busy, DepotAway) as error:
            return self._told("later", error)
        except (_Never, BadPhoto, httpx.HTTPError) as error:
            return self._told("never", error)
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            await fetching_store.fetched(connection, owner.report_id, url)
        return self._told("kept", None)

    async def _read(self, client: httpx.AsyncClient, url: str) -> bytes:
        most = self._album.settings.max_bytes
        headers = {"Accept": "image/*", "Accept-Encoding": "identity"}
        async with client.stream("GET", httpx.URL(url), headers=headers) as answer:
            if answer.status_code >= 500 or answer.status_code == 429:
                raise _Later(str(answer.status_code))
            if answer.status_code != 200:
                raise _Never(str(answer.status_code))
            read = bytearray()
            async for part in answer.aiter_raw():
                read += part
                if len(read) > most:
                    raise BadPhoto(Fault.TOO_LARGE)
        return bytes(read)

    @staticmethod
    def _told(outcome: str, error: Exception | None) -> str:
        PHOTOS_FETCHED.labels(outcome).inc()
        log.info("media_fetched", outcome=outcome, error=None if error is None else type(error).__name__)
        return outcome
