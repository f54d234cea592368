"""`vardkase enrich --explain`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from deploy.errors import CannotGoOn
from services.enrichment.explaining import explain
from services.enrichment.geocoder.folder import BadGazetteer
from services.enrichment.rows import sentence_of


def run_explain(
    text: str | None, municipality: str | None, occurred_at: str | None, gazetteer: Path | None
) -> None:
    given = sys.stdin.read() if text is None else text
    about = {"municipality": municipality, "occurred_at": occurred_at}
    told = {key: value for key, value in about.items() if value}
    try:
        explain(given, told, Console(), datetime.now(UTC), gazetteer)
    except BadGazetteer as error:
        raise CannotGoOn(str(error)) from error
    except ValueError as error:
        typer.echo(f"The report cannot be read: {sentence_of(error)}", err=True)
        raise SystemExit(1) from error
