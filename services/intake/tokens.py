"""Which token a caller shows. What is in force is read again every two seconds, so a revoked token is refused that soon."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Final
from uuid import UUID

import asyncpg

from services.intake import tokens_store
from services.intake.domain.tokens import Token, digest_of
from services.intake.metrics import SOONEST_END
from shared.events import Source

TRUSTED_FOR_S: Final = 2.0
# A token made a moment ago must work, but a flood of unknown ones must not become a flood of queries: they wait for the next one.
_BETWEEN_READINGS_S: Final = 0.2
_WAIT_S: Final = 5.0


class TokenBook:
    """Ask it from any number of requests. Without the database it knows nobody, as nothing could be stored anyway."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", given: Mapping[Source, str]) -> None:
        self._pool, self._given = pool, given
        self._in_force: dict[bytes, Token] = {}
        self._read_at = float("-inf")
        self._given_kept = False
        self._reading = asyncio.Lock()
        self._uses: dict[UUID, datetime] = {}

    async def find(self, secret: bytes) -> Token | None:
        """Raises one of `TRANSIENT_ERRORS` when the database can't be asked."""
        digest, asked = digest_of(secret), monotonic()
        await self._read_when_older_than(TRUSTED_FOR_S)
        if digest not in self._in_force:
            await self._read_since(asked)
        token, now = self._in_force.get(digest), datetime.now(UTC)
        if token is None or token.has_expired(now):
            return None
        self._uses[token.id] = now
        return token

    async def is_in_force(self, token_id: UUID | None) -> bool:
        """Raises one of `TRANSIENT_ERRORS` when the database can't be asked."""
        await self._read_when_older_than(TRUSTED_FOR_S)
        now = datetime.now(UTC)
        return any(token.id == token_id and not token.has_expired(now) for token in self._in_force.values())

    async def note_ends(self) -> None:
        """Of those in force, which ends first."""
        await self._read_when_older_than(TRUSTED_FOR_S)
        ends = [token.expires_at for token in self._in_force.values() if token.expires_at is not None]
        SOONEST_END.set(min(ends).timestamp() if ends else 0)

    async def note_uses(self) -> None:
        """To be called now and then: a write for each request would cost as much as the report itself."""
        uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            async with self._pool.acquire(timeout=_WAIT_S) as connection:
                await tokens_store.note_uses(connection, uses)
        except BaseException:
            self._uses = uses | self._uses
            raise

    async def _read_when_older_than(self, seconds: float) -> None:
        if monotonic() - self._read_at > seconds:
            await self._read_since(monotonic() - seconds)

    async def _read_since(self, moment: float) -> None:
        """Unless it was read after that moment."""
        async with self._reading:
            if self._read_at >= moment:
                return
            await asyncio.sleep(max(0.0, self._read_at + _BETWEEN_READINGS_S - monotonic()))
            began = monotonic()
            async with self._pool.acquire(timeout=_WAIT_S) as connection:
                if not self._given_kept:
                    await tokens_store.keep_given(connection, self._given)
                    self._given_kept = True
                self._in_force = await tokens_store.tokens_in_force(connection, self._given)
            self._read_at = began
