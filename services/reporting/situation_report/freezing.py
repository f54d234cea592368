"""Freezing an edition: its number, its content and its pages are stored in one transaction, or not at all."""

from datetime import datetime

from services.reporting.domain.periods import Period
from services.reporting.drawing import draw_picture, gather_material
from services.reporting.situation_report.compiling import compile_pdf
from services.reporting.situation_report.content import edition_of
from services.reporting.situation_report.pages import pages_of
from services.reporting.store import Pool
from services.reporting.store.projections import lock_municipalities
from services.reporting.store.situation_reports import next_number, note_quoted, save_edition


async def freeze(
    pool: Pool, municipality: str, period: Period, now: datetime, *, frozen_by: str, sharing_level: str
) -> int:
    """The new edition's number. Editions of one municipality wait for each other here, so none is missing or double."""
    async with pool.acquire() as connection, connection.transaction():
        await lock_municipalities(
            connection, [municipality]
        )  # what is disposed of meanwhile is taken out afterwards
        number = await next_number(connection, municipality)
        material = await gather_material(connection, municipality, period, now)
        picture = await draw_picture(connection, municipality, material)
        edition = edition_of(
            picture, material, number=number, frozen_by=frozen_by, sharing_level=sharing_level
        )
        content = edition.model_dump(mode="json", by_alias=True)
        pdf = await compile_pdf(pages_of(edition))
        await save_edition(connection, municipality, number, now, frozen_by, content, pdf)
        await note_quoted(connection, municipality, number)
    return number
