"""The report that something is added to."""

from services.intake import form_store
from services.intake.form_store import First
from services.intake.routes.api import away, find_report
from services.intake.running import Running
from shared.postgres import TRANSIENT_ERRORS


async def first_report(running: Running, tracking_code: str, title_when_away: str) -> First:
    """Raises `Problem` 404, 410 or 503."""
    try:
        async with running.pool.acquire(timeout=5) as connection:
            first = await form_store.first_of(connection, tracking_code)
    except TRANSIENT_ERRORS:
        raise away(title_when_away) from None
    if first is None:  # disposed of this moment, or from before reports were sealed
        await find_report(running.pool, tracking_code)
        raise away("Nothing can be added to this report right now")
    return first
