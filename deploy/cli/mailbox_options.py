"""Where commands read messages from: a path, standard input or an IMAP folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.intake.imports.mail.imap import ImapFolder
    from services.intake.imports.mail.mailboxes import Found

Messages = Annotated[
    Path | None,
    typer.Argument(help="An .eml file, a folder of them, a Maildir; - or nothing is standard input."),
]
ImapHost = Annotated[
    str | None, typer.Option("--imap", envvar="INTAKE_IMAP_HOST", help="A mail server, HOST or HOST:PORT.")
]
ImapUser = Annotated[str, typer.Option("--imap-user", envvar="INTAKE_IMAP_USER")]
ImapPasswordFile = Annotated[
    Path | None,
    typer.Option("--imap-password-file", exists=True, dir_okay=False, help="Else INTAKE_IMAP_PASSWORD."),
]
ImapFolderName = Annotated[str, typer.Option("--imap-folder", envvar="INTAKE_IMAP_FOLDER")]
ImapSecurity = Annotated[
    str, typer.Option("--imap-security", envvar="INTAKE_IMAP_SECURITY", help="tls, starttls or none.")
]
MovedTo = Annotated[
    str | None, typer.Option("--move-to", help="IMAP folder for what is in; else it is marked as read.")
]
AsideTo = Annotated[
    str | None, typer.Option("--move-skipped-to", help="IMAP folder for what was skipped; else left unread.")
]


def imap_folder(
    path: Path | None,
    host: str | None,
    user: str,
    password_file: Path | None,
    folder: str,
    security: str,
    moved_to: str | None,
    aside_to: str | None,
) -> "ImapFolder | None":
    """None where a path or standard input is read."""
    from deploy.cli.import_email import imap_password
    from services.intake.imports.mail.imap import ImapFolder, Security

    if host is None:
        return None
    if path:
        raise typer.BadParameter("say either a path or --imap")
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


@contextmanager
def messages_in(path: Path | None, folder: "ImapFolder | None") -> Iterator["Iterator[Found]"]:
    """Raises `Unreadable`, also while they are read and marked."""
    from services.intake.imports.mail.imap import unread
    from services.intake.imports.mail.mailboxes import find_messages

    if folder is not None:
        with unread(folder) as messages:
            yield messages
    else:
        yield find_messages(path or Path("-"))
