"""What the vault needs by the clock: keys looked at again, and what is from before it sealed."""

import asyncio
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from services.intake import vault_store
from services.intake.metrics import MASTER_KEY_MADE, MASTER_KEYS
from services.intake.vault import UnknownMasterKey, Vault, WrongMasterKeyError
from services.intake.vault_keys import VARIABLE, BadKeyFile, read_key_ring
from shared.errors import CannotStart
from shared.inbox import Connection

log = structlog.get_logger()

KEYS_READ_EVERY_S: Final = 2.0
_AT_A_TIME: Final = 200


async def read_keys_again(vault: Vault, path: Path) -> None:
    """A rotation makes a new current key. While the file can't be read, the keys at hand are good."""
    try:
        ring = await asyncio.to_thread(read_key_ring, path)
    except BadKeyFile as fault:
        log.error("master_keys_not_read", reason=str(fault))  # noqa: TRY400 - its sentence says all
        return
    MASTER_KEYS.set(len(ring.kept))
    MASTER_KEY_MADE.set(ring.kept[ring.current].made_at.timestamp())
    if ring.current != vault.current or set(ring.kept) != vault.known:
        vault.take(ring.keys)
        log.info("master_keys_read", current=ring.current, keys=len(ring.kept))


async def seal_what_is_from_before(pool: "asyncpg.Pool[asyncpg.Record]", vault: Vault) -> int:
    """Some reports at a time, each time in a transaction: broken off, it goes on at the next start. How many it were."""
    done = 0
    while True:
        async with pool.acquire() as connection, connection.transaction():
            found = await vault_store.unsealed(connection, _AT_A_TIME)
            if found:
                sealed = [
                    (each.report_id, vault.seal(each.report_id, each.words, each.contact)) for each in found
                ]
                await vault_store.seal(connection, sealed)
        done += len(found)
        if not found:
            if done:
                log.info("reports_sealed", reports=done)
            return done


async def require_keys(connection: Connection, vault: Vault, path: Path) -> None:
    """Raises `CannotStart` when a report in the database was sealed by a key that we don't have."""
    for each in await vault_store.samples(connection):
        try:
            vault.check(each.report_id, each.key)
        except UnknownMasterKey:
            raise CannotStart(
                f"Reports in the database are sealed by the master key {each.key.master_key!r}, which is not in {path} "
                f"({VARIABLE}): give back the copy of the file that holds it. Without it those reports stay closed."
            ) from None
        except WrongMasterKeyError:
            raise CannotStart(
                f"The master key {each.key.master_key!r} in {path} ({VARIABLE}) is another than the one that sealed the "
                "reports in the database: give back the right copy of the file, or set POSTGRES_DSN to its database."
            ) from None
