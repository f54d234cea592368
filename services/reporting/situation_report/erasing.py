"""Taking out of frozen editions what is disposed of: their content in the caller's transaction, their pages when asked for."""

from collections.abc import Sequence
from datetime import datetime

from services.reporting.domain.edition import Edition
from services.reporting.domain.erasure import Erasure, erased
from services.reporting.situation_report.compiling import compile_pdf
from services.reporting.situation_report.pages import pages_of
from services.reporting.store import Connection, Pool
from services.reporting.store import situation_reports as store
from shared.events import IncidentChanged


async def erase_from_editions(
    connection: Connection, incidents: Sequence[IncidentChanged], now: datetime
) -> int:
    """How many editions were changed. `incidents`: as they are told of now; those that lost no words are left alone."""
    told = {
        each.incident_id: each
        for each in sorted(incidents, key=lambda each: each.revision)
        if each.disposed_reports
    }
    if not told:
        return 0
    quoting = await store.take_quoting(
        connection, {incident_id: each.disposed_reports for incident_id, each in told.items()}
    )
    claims = await store.machine_claims(connection, list(told)) if quoting else set()
    for row in quoting:
        gone = {incident_id: told[incident_id].location for incident_id in row["incident_ids"]}
        edition = erased(Edition.model_validate(row["content"]), Erasure(gone, claims, now))
        content = edition.model_dump(mode="json", by_alias=True)
        await store.restate_edition(connection, row["municipality"], row["number"], content)
    return len(quoting)


async def edition_pages(pool: Pool, municipality: str, number: int) -> bytes | None:
    """As they were given out, unless words had to go: then they are made again, once."""
    async with pool.acquire() as connection:
        pdf, content = await store.edition_pages(connection, municipality, number)
    if pdf is not None or content is None:
        return pdf
    made = await compile_pdf(pages_of(Edition.model_validate(content)))
    async with pool.acquire() as connection:
        await store.keep_pages(connection, municipality, number, content, made)
    return made
