"""`vardkase import`: many reports at a time, from tables, mail and the police's open events."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.imports.mail.imap import ImapFolder
    from shared.events import Source

imports_app = typer.Typer(
    no_args_is_help=True,
    help="Many reports at a time: CSV and Excel files, e-mail, the police's open events.",
)
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file", exists=True, dir_okay=False, help="Holds the token; else INTAKE_TOKEN does."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="The summary as one JSON object on stdout.")]


@imports_app.callback()
def _imports() -> None:
    """Many reports at a time, through intake's own API: the same rules, the same redaction, each report once.

    What is imported again adds nothing, whatever the file is called and in whatever order its rows stand.
    """


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
    connections: Annotated[
        int, typer.Option("--connections", min=1, max=64, help="Requests under way at once.")
    ] = 32,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Import a table with one report in each row and a heading in the first.

    Every row is looked at first. If one is bad nothing is sent, unless --skip-bad says so. Should intake fail on the way,
    run the same command again: it completes, and nothing is doubled.

    \b
    Fields, and some of the headings that are known by themselves:
      text           Beskrivning, Händelse, What happened        (needed)
      occurred_at    Tidpunkt, Datum och tid; or date and time: Datum, Tid
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
        reading=Reading(encoding, separator, sheet),
        said=dict(_pair(each) for each in said or ()),
        mapping=mapping,
        municipality=municipality,
        system=system,
        dry_run=dry_run,
        skip_bad=skip_bad,
        report=report,
        as_json=as_json,
        token_file=token_file,
        connections=connections,
    )
    sys.exit(run(order))


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


@imports_app.command("email", short_help="Messages: a file, a folder, a Maildir, an IMAP folder.")
def import_email(
    path: Annotated[
        Path | None,
        typer.Argument(help="An .eml file, a folder of them, a Maildir; - or nothing is standard input."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option("--imap", envvar="INTAKE_IMAP_HOST", help="A mail server, HOST or HOST:PORT."),
    ] = None,
    user: Annotated[str, typer.Option("--imap-user", envvar="INTAKE_IMAP_USER")] = "",
    password_file: Annotated[
        Path | None,
        typer.Option("--imap-password-file", exists=True, dir_okay=False, help="Else INTAKE_IMAP_PASSWORD."),
    ] = None,
    folder: Annotated[str, typer.Option("--imap-folder", envvar="INTAKE_IMAP_FOLDER")] = "INBOX",
    security: Annotated[
        str, typer.Option("--imap-security", envvar="INTAKE_IMAP_SECURITY", help="tls, starttls or none.")
    ] = "tls",
    moved_to: Annotated[
        str | None, typer.Option("--move-to", help="IMAP folder for what is in; else it is marked as read.")
    ] = None,
    aside_to: Annotated[
        str | None,
        typer.Option("--move-skipped-to", help="IMAP folder for what was skipped; else left unread."),
    ] = None,
    own: Annotated[
        list[str] | None,
        typer.Option("--own", help="An address of ours, whose mail is no report. Repeatable."),
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="Who writes there: citizen, guard, staff or import.")
    ] = "citizen",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only look: send, move and mark nothing.")
    ] = False,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a report of each message: its subject and what was written now, without quoted history and signature.

    The sender becomes the contact, kept apart from the text. Automatic replies, bounces, mailing lists and our own mail are
    skipped, with the reason; attachments are counted and left out. A message is known by its Message-ID, so it may come twice.
    The token needs the scope report:citizen (or that of --source).

    \b
    Examples:
      vardkase tokens create Mailbox --scope report:citizen > mailbox.token
      vardkase import email message.eml --token-file mailbox.token
      vardkase import email ~/Maildir --own trygg@koping.se --dry-run
      vardkase import email --imap imap.koping.se --imap-user trygg@koping.se --move-to Inlagda

    \b
    Exit code: 0 done · 1 could not go on · 4 intake refused some
    """  # noqa: D301 - Typer wants the character itself
    from deploy.cli.import_email import MailOrder, own_addresses, run_import_email
    from shared.events import Source

    if source not in set(Source):
        raise typer.BadParameter(f"{source!r} is none of {', '.join(Source)}", param_hint="--source")
    if host and path:
        raise typer.BadParameter("say either a path or --imap")
    box = (
        None
        if host is None
        else _imap_folder(host, user, password_file, folder, security, moved_to, aside_to)
    )
    order = MailOrder(
        path=path,
        folder=box,
        own=own_addresses([*(own or ()), user]),
        source=Source(source),
        dry_run=dry_run,
        as_json=as_json,
        token_file=token_file,
    )
    sys.exit(run_import_email(order))


def _imap_folder(
    host: str,
    user: str,
    password_file: Path | None,
    folder: str,
    security: str,
    moved_to: str | None,
    aside_to: str | None,
) -> "ImapFolder":
    from deploy.cli.import_email import imap_password
    from services.intake.imports.mail.imap import ImapFolder, Security

    if security not in set(Security):
        raise typer.BadParameter(
            f"{security!r} is none of {', '.join(Security)}", param_hint="--imap-security"
        )
    name, _, port = host.partition(":")
    if (port and not port.isdecimal()) or not name or not user:
        raise typer.BadParameter("say --imap HOST or HOST:PORT, and --imap-user")
    return ImapFolder(
        host=name,
        user=user,
        password=imap_password(password_file),
        folder=folder,
        port=int(port) if port else None,
        security=Security(security),
        moved_to=moved_to,
        aside_to=aside_to,
    )


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
