"""`vardkase import reports` and `template`."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.imports.app import AsJson, TokenFile, imports_app
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.imports.rows import Undated
    from shared.events import Source


@imports_app.command("reports", short_help="A CSV or XLSX file: guards' rounds, staff, an older system.")
def import_reports(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX.")],
    source: Annotated[
        str, typer.Option("--source", help="Who found it out: guard, staff, or import (another system).")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only look: tell every bad row, send nothing.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Send the good rows although others are bad.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", dir_okay=False, help="Write all faults there, as CSV.")
    ] = None,
    said: Annotated[
        list[str] | None, typer.Option("--map", help='"Heading=field", or "Heading=ignore". Repeatable.')
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", exists=True, dir_okay=False, help="A YAML file of columns and categories."),
    ] = None,
    municipality: Annotated[
        str | None,
        typer.Option("--municipality", help="For rows that don't say; else the token's own."),
    ] = None,
    system: Annotated[
        str, typer.Option("--system", help="Whose identifiers these are, where two systems use the same.")
    ] = "",
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="Which sheet, where there are several.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of a CSV file; found out if left out.")
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option("--separator", help="comma, semicolon, tab or bar; found out if left out."),
    ] = None,
    header_row: Annotated[
        int | None,
        typer.Option("--header-row", min=1, help="In which row the headings stand; found out if left out."),
    ] = None,
    undated: Annotated[
        str | None,
        typer.Option(
            "--undated",
            help="What rows without a date count as: now, above (the row above) or a date. Else they are bad.",
        ),
    ] = None,
    unknown_category: Annotated[
        str,
        typer.Option("--unknown-category", help="Rows with one are bad, or sent without it: ignore."),
    ] = "bad",
    in_parts: Annotated[
        bool,
        typer.Option(
            "--in-parts", help="More than 10,000 rows: one part after the other, each of them whole."
        ),
    ] = False,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Import a table with one report in each row and a heading in the first.

    Every row is looked at first. If one is bad nothing is sent, unless --skip-bad says so. What is sent is stored in one
    transaction, up to 10,000 rows: all of it or nothing, whatever happens on the way. The same file again adds nothing.

    \b
    Fields, and some of the headings that are known by themselves:
      text           Beskrivning, Händelse, What happened        (needed)
      occurred_at    Tidpunkt, När hände det, Registrerad; or date and time: Datum, Tid (needed)
      place          Plats, Adress, Objekt
      lat and lon    Latitud, Longitud; point: Koordinater
      north and east SWEREF 99 TM N, SWEREF 99 TM E
      category       Kategori, Typ: a code or a Swedish or English label
      municipality   Kommun: a name or a code
      external_id    Ärende-id, Ärendenummer: what makes the report the same next time
      name, phone, email   Rapportör, Telefon, E-post: kept apart from the report
      accuracy_m, language, source   Osäkerhet m, Språk, Källa

    \b
    Examples:
      vardkase import template --xlsx rapporter.xlsx
      vardkase import reports ronder.csv --source guard --dry-run --report fel.csv
      vardkase import reports ronder.csv --source guard
      vardkase import reports export.xlsx --source import --system Lisa --map "Fritext=text"

    \b
    Exit code: 0 all is in · 1 could not go on · 3 bad rows, nothing sent
               4 sent, but some rows were left out or refused
    """  # noqa: D301 - Typer wants the character itself
    from deploy.cli.import_reports import Order, run
    from services.intake.imports.table import Reading

    order = Order(
        file=file,
        source=_discovering(source),
        reading=Reading(encoding, separator, sheet, header_row),
        said=dict(_pair(each) for each in said or ()),
        mapping=mapping,
        municipality=municipality,
        system=system,
        dry_run=dry_run,
        skip_bad=skip_bad,
        report=report,
        as_json=as_json,
        token_file=token_file,
        in_parts=in_parts,
        undated=_undated(undated),
        ignore_unknown_categories=_ignores(unknown_category),
    )
    sys.exit(run(order))


def _undated(told: str | None) -> "Undated":
    if told is None:
        return None
    if told == "now":
        return "now"
    if told == "above":
        return "above"
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise typer.BadParameter(
            f"{told!r} is neither now, above nor a date like 2026-11-23", param_hint="--undated"
        ) from None


def _ignores(told: str) -> bool:
    if told not in {"bad", "ignore"}:
        raise typer.BadParameter(f"{told!r} is neither bad nor ignore", param_hint="--unknown-category")
    return told == "ignore"


def _discovering(name: str) -> "Source":
    from shared.events import Source

    if name not in {Source.GUARD, Source.STAFF, Source.IMPORT}:
        raise typer.BadParameter(f"{name!r} is none of guard, staff and import", param_hint="--source")
    return Source(name)


def _pair(text: str) -> tuple[str, str]:
    heading, equals, name = text.rpartition("=")
    if not equals or not heading.strip() or not name.strip():
        raise CannotGoOn(f'--map "{text}" is not understood: write --map "Heading=field".')
    return heading.strip(), name.strip()


@imports_app.command("template", short_help="A table to fill in, as CSV or XLSX.")
def import_template(
    csv: Annotated[
        Path | None, typer.Option("--csv", dir_okay=False, help="Write a CSV file there; - is stdout.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", dir_okay=False, help="Write an Excel file there.")
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="sv or en.")] = "sv",
) -> None:
    """Write a table with the headings that are known and one example row, which is to be removed.

    Example: vardkase import template --xlsx rapporter.xlsx
    """
    from services.intake.imports.template import Language, csv_template, xlsx_template

    wanted: Language | None = "sv" if language == "sv" else "en" if language == "en" else None
    if wanted is None:
        raise typer.BadParameter(f"{language!r} is neither sv nor en", param_hint="--lang")
    if csv is None and xlsx is None:
        raise typer.BadParameter("say --csv FILE or --xlsx FILE")
    if csv is not None:
        _write(csv, csv_template(wanted))
    if xlsx is not None:
        _write(xlsx, xlsx_template(wanted))


def _write(file: Path, content: bytes) -> None:
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except FileExistsError as error:
        raise CannotGoOn(f"{file} is there already: choose another name, or remove it.") from error
    except OSError as error:
        raise CannotGoOn(f"{file} can't be written ({error}).") from error
    typer.echo(f"Wrote {file}. Remove the example row before you import it.", err=True)
