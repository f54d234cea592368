"""Whether the online geocoder is used at all: without the settings nothing of it is loaded."""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import asyncpg
import structlog

from services.enrichment.reading import Reader
from services.enrichment.settings import EnrichmentSettings

log = structlog.get_logger()


def with_online_places(
    inner: Reader, settings: EnrichmentSettings, pool: "asyncpg.Pool[asyncpg.Record]", *, asks: bool = True
) -> Reader:
    """The reader itself, when no online geocoder is set. With `asks` False only answers kept earlier are used."""
    url, consent = settings.online_geocoder_url, settings.online_geocoder_consent
    if url is None or consent is None:
        return inner
    from services.enrichment.nominatim import Server
    from services.enrichment.online_places import OnlineReader, Terms

    server = Server(str(url), user_agent=f"vardkase/{version('vardkase')}")
    terms = Terms(
        consent=consent.strip(),
        interval=timedelta(seconds=settings.online_geocoder_interval_s),
        timeout=timedelta(seconds=settings.online_geocoder_timeout_s),
        budget=timedelta(seconds=settings.online_geocoder_budget_s),
    )
    log.info("online_geocoder_on", server=server.name, asks=asks)
    return OnlineReader(inner, pool, server, terms, lambda: datetime.now(UTC), asks=asks)
