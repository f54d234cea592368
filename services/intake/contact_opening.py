"""Opening one report's contact details. That it was done is on record before anybody sees them."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.intake import disclosure_store
from services.intake.disclosure_store import Reached
from services.intake.domain.disclosure import Disclosure, Opener
from services.intake.domain.submission import Contact
from services.intake.metrics import CONTACTS_OPENED
from services.intake.vault import Vault
from shared.identity import new_id
from shared.inbox import Connection

log = structlog.get_logger()
_WAIT_S: Final = 5.0


class NoSuchReportError(Exception):
    """It is not here (any more), or is another municipality's."""


class NoContactError(Exception):
    """Its reporter gave none."""


async def report_to_reach(connection: Connection, opener: Opener, report_id: UUID) -> Reached:
    """Opens nothing. Raises `NoSuchReportError`."""
    return _allowed(await disclosure_store.reached(connection, report_id), opener)


async def open_contact(
    pool: "asyncpg.Pool[asyncpg.Record]",
    vault: Vault,
    opener: Opener,
    report_id: UUID,
    reason: str,
    now: datetime,
) -> tuple[Contact, Disclosure]:
    """Raises `NoSuchReportError`, `NoContactError`, or one of `TRANSIENT_ERRORS`."""
    async with pool.acquire(timeout=_WAIT_S) as connection:
        contact, written = await open_contact_on(connection, vault, opener, report_id, reason, now)
    CONTACTS_OPENED.labels(opener.way).inc()
    log.info(
        "contact_opened",
        report_id=str(written.report_id),
        way=opener.way.value,
        token=None if opener.token_id is None else str(opener.token_id),
    )
    return contact, written


async def open_contact_on(
    connection: Connection, vault: Vault, opener: Opener, report_id: UUID, reason: str, now: datetime
) -> tuple[Contact, Disclosure]:
    """As `open_contact`."""
    async with connection.transaction():
        found = _allowed(await disclosure_store.hold(connection, report_id), opener)
        if found.sealed is None:
            raise NoContactError
        contact = vault.open_contact(found.report_id, found.key, found.sealed)
        written = Disclosure(
            new_id(),
            found.report_id,
            found.municipality,
            opener.way,
            opener.token_id,
            opener.name,
            reason,
            now,
        )
        await disclosure_store.write(connection, written)
    return contact, written


def _allowed(found: Reached | None, opener: Opener) -> Reached:
    if found is None or not opener.holds(found.municipality):
        raise NoSuchReportError
    return found
