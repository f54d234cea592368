"""`vardkase import email`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.imports.app import AsJson, TokenFile, imports_app

if TYPE_CHECKING:
    from services.intake.imports.mail.imap import ImapFolder


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
