import asyncio
from datetime import UTC, datetime

from deploy.cli.apply import reachable_servers
from deploy.cli.console import console
from deploy.cli.enrichment_database import enrichment_database
from deploy.errors import CannotGoOn


def run_reenrich(*, since: datetime | None, municipality: str | None, dry_run: bool) -> None:
    from shared.errors import CannotStart

    if since is not None and since.tzinfo is None:
        since = since.astimezone()
    try:
        with reachable_servers(postgres=True) as servers:
            asyncio.run(_run(servers.postgres_dsn, since, municipality, dry_run=dry_run))
    except (CannotStart, ValueError) as error:
        raise CannotGoOn(str(error)) from error


async def _run(dsn: str, since: datetime | None, municipality: str | None, *, dry_run: bool) -> None:
    from services.enrichment.domain import Understanding
    from services.enrichment.going_online import with_online_places
    from services.enrichment.reading import ThreadReader
    from services.enrichment.reenrichment import Reenrichment, Reread
    from services.enrichment.settings import EnrichmentSettings
    from shared.settings import read_settings

    settings = read_settings(EnrichmentSettings)
    reader = ThreadReader(Understanding.load(settings.review_below, settings.gazetteer))
    console.print(f"Reads with model {reader.versions.model}, gazetteer {reader.versions.gazetteer}.")

    def tell(place: str, so_far: Reread) -> None:
        console.print(f"{place}: {so_far.reports} reports of {so_far.incidents} incidents read again so far")

    async with enrichment_database(dsn) as pool:
        known = with_online_places(reader, settings, pool, asks=False)
        again = Reenrichment(pool, known, lambda: datetime.now(UTC), tell, is_trial=dry_run)
        try:
            done = await again.run(municipality=municipality, since=since)
        finally:
            await known.close()
    would = "would be" if dry_run else "were"
    console.print(
        f"{done.reports} reports of {done.incidents} incidents {would} read again; "
        f"{done.differing} of them are understood otherwise."
    )
