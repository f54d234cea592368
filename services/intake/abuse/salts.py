"""The salt of the day, shared by all intake processes, without which no kept digest can be led back to an address."""

import secrets
from datetime import date, datetime

import asyncpg

from services.intake.abuse import abuse_store


class SaltBook:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._day: date | None = None
        self._salt = b""

    async def of(self, now: datetime) -> bytes:
        """Raises one of `TRANSIENT_ERRORS` when the database can't be asked, once a day."""
        if self._day != now.date():
            async with self._pool.acquire(timeout=2) as connection:
                self._salt = await abuse_store.salt_of(connection, now.date(), secrets.token_bytes(32))
            self._day = now.date()
        return self._salt
