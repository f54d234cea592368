"""`vardkase import police-events`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.imports.app import AsJson, TokenFile, imports_app


@imports_app.command("police-events", short_help="The police's open events: a file, or fetched.")
def import_police_events(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="JSON Lines (plain or .gz), a JSON array, or CSV."),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option("--region", help="Only this municipality, by name or code. Repeatable."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Ask the police's API; without it nothing is.")
    ] = False,
    every: Annotated[
        int | None,
        typer.Option("--every", min=2, help="With --fetch: again after so many minutes, until Ctrl-C."),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", envvar="INTAKE_POLICE_URL", help="Another address of the API.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only read and count.")] = False,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Events that the police publish, as reports of the source police_open_data. Each event once, whatever it comes in.

    Left out, with the reason: events of a county alone, summaries of a night, events without text. Their coordinates are the
    middle of a municipality and are not taken for the place.

    --fetch asks the API at most once a minute, remembers its answer (ETag), and for the places of --region alone.

    \b
    Examples:
      vardkase import police-events events.jsonl.gz --region Köping --region Arboga
      vardkase import police-events --fetch --region Köping --every 10

    \b
    Exit code: 0 done · 1 could not go on · 4 intake refused some
    """  # noqa: D301 - Typer wants the character itself
    from deploy.cli.import_police_events import PoliceOrder, run_import_police_events
    from deploy.police_feed import API

    if (file is None) != fetch:
        raise typer.BadParameter("say either a file or --fetch")
    if every is not None and not fetch:
        raise typer.BadParameter("--every goes with --fetch")
    if fetch and not region:
        raise typer.BadParameter("--fetch needs --region: all of Sweden is none of ours to ask for")
    order = PoliceOrder(
        file=file,
        region=region or (),
        url=url or API,
        every_min=every,
        dry_run=dry_run,
        as_json=as_json,
        token_file=token_file,
    )
    sys.exit(run_import_police_events(order))
