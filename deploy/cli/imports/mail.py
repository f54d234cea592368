"""`vardkase import email`."""

import sys
from typing import Annotated

import typer

from deploy.cli.imports.app import AsJson, TokenFile, imports_app
from deploy.cli.mailbox_options import (
    AsideTo,
    ImapFolderName,
    ImapHost,
    ImapPasswordFile,
    ImapSecurity,
    ImapUser,
    Messages,
    MovedTo,
    imap_folder,
)


@imports_app.command("email", short_help="Messages: a file, a folder, a Maildir, an IMAP folder.")
def import_email(
    path: Messages = None,
    host: ImapHost = None,
    user: ImapUser = "",
    password_file: ImapPasswordFile = None,
    folder: ImapFolderName = "INBOX",
    security: ImapSecurity = "tls",
    moved_to: MovedTo = None,
    aside_to: AsideTo = None,
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
    skipped, with the reason; photos go with the report (five at most), other attachments are
    counted and left out. A message is known by its Message-ID, so it may come twice.
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
    box = imap_folder(path, host, user, password_file, folder, security, moved_to, aside_to)
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
