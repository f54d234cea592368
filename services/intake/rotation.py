"""A new master key in place of the old ones: every data key is wrapped anew, then what wraps nothing any more is dropped.

Every step is found done or not done, so a rotation that was broken off goes on where it ended.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from services.intake import vault_store
from services.intake.vault import Vault
from services.intake.vault_jobs import KEYS_READ_EVERY_S
from services.intake.vault_keys import KeyRing, read_key_ring, write_key_ring
from shared.inbox import Connection

AT_A_TIME: Final = 500
# By then every process that runs has read the file again, three times over.
HEARD_AFTER: Final = timedelta(seconds=3 * KEYS_READ_EVERY_S)
_ALONE: Final = "SELECT pg_try_advisory_lock(hashtext('vardkase-keys-' || current_schema()))"


class AlreadyRotating(Exception):  # noqa: N818 - it says what is
    """Another process rotates the keys of this database."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """`rewrapped`: data keys; `retired`: the master keys that are no longer in the file."""

    current: str
    is_new: bool
    rewrapped: int
    retired: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rotation:
    """`tell` is called as it goes on, with how many are done and how many there are."""

    connection: Connection
    path: Path
    tell: Callable[[int, int], None]
    heard_after: timedelta = HEARD_AFTER

    async def run(self) -> Rotated:
        """Makes a new key unless an earlier rotation is not finished. Raises `AlreadyRotating` and `BadKeyFile`."""
        if not await self.connection.fetchval(_ALONE):
            raise AlreadyRotating
        ring = read_key_ring(self.path)
        is_new = len(ring.kept) == 1
        if is_new:
            ring = ring.with_new(datetime.now(UTC))
            write_key_ring(self.path, ring, self._mode())
        vault = Vault(ring.keys)
        rewrapped = await self._rewrap(vault, 0)
        await self._until_heard(ring)
        rewrapped = await self._rewrap(vault, rewrapped)
        return Rotated(ring.current, is_new, rewrapped, await self._retire(ring))

    async def _rewrap(self, vault: Vault, done: int) -> int:
        counts = await vault_store.wrapped_by(self.connection)
        total = done + sum(number for name, number in counts.items() if name != vault.current)
        while found := await vault_store.wrapped_otherwise(self.connection, vault.current, AT_A_TIME):
            wrapped = [vault.rewrap(each.report_id, each.key).wrapped for each in found]
            await vault_store.rewrap(self.connection, found, wrapped, vault.current)
            done += len(found)
            self.tell(done, max(done, total))
        return done

    async def _until_heard(self, ring: KeyRing) -> None:
        """A process that has not read the file yet goes on wrapping by the old key for a moment."""
        heard_at = ring.kept[ring.current].made_at + self.heard_after
        await asyncio.sleep(max(0.0, (heard_at - datetime.now(UTC)).total_seconds()))

    async def _retire(self, ring: KeyRing) -> tuple[str, ...]:
        """First in the database, which then refuses them, then in the file."""
        old = [name for name in ring.kept if name != ring.current]
        async with self.connection.transaction():
            retired = await vault_store.retire(self.connection, old, datetime.now(UTC))
        for name in retired:
            ring = ring.without(name)
        if retired:
            write_key_ring(self.path, ring, self._mode())
        return tuple(sorted(retired))

    def _mode(self) -> int:
        return self.path.stat().st_mode & 0o777
