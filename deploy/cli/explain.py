"""`vardkase enrich --explain`."""

import sys
from datetime import UTC, datetime

import typer
from rich.console import Console

from services.enrichment.explaining import explain
from services.enrichment.rows import sentence_of


def run_explain(text: str | None, municipality: str | None, occurred_at: str | None) -> None:
    given = sys.stdin.read() if text is None else text
    about = {"municipality": municipality, "occurred_at": occurred_at}
    try:
        explain(given, {key: value for key, value in about.items() if value}, Console(), datetime.now(UTC))
    except ValueError as error:
        typer.echo(f"The report cannot be read: {sentence_of(error)}", err=True)
        raise SystemExit(1) from error
