"""`vardkase email`: news to reporters that was given up, and what came back. Never an address."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from deploy.cli.intake_database import with_intake_database
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
    messages_in,
)
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.email.settled_store import Counted

email_app = typer.Typer(no_args_is_help=True)
_MOST_SHOWN: Final = 10_000

Ids = Annotated[list[UUID] | None, typer.Argument(help="Ids of messages, as `email list --ids` shows them.")]
ForReason = Annotated[
    str | None, typer.Option("--reason", help="All given up for this reason, as `email list` shows it.")
]
Everything = Annotated[bool, typer.Option("--all", help="All that were given up.")]
AsJson = Annotated[bool, typer.Option("--json", help="The same as JSON.")]


@email_app.callback()
def _email() -> None:
    """News to reporters by e-mail: what waits, what was given up and why, what came back.

    \b
    Reasons:
      550 5.1.1            what the mail server answered, in numbers: 5.1.x the address is wrong
                           (it is erased, so nothing can be sent again), 5.7.x we may not send
      tried too long       the server put it off for two days (INTAKE_EMAIL_KEEP_TRYING_HOURS)
      too late, entered    a code whose time was over, or that was not needed any more
      sealed by a key …    its master key is lacking: see vardkase keys list

    Many for one reason is a fault of ours (SPF, DKIM, a blocked sender). Mend it, then:

    \b
      vardkase email list
      vardkase email retry --reason "550 5.7.1"

    No address is ever shown: they are sealed, and not needed for this. docs/follow.md says the rest.
    """  # noqa: D301 - Typer wants the character itself


@email_app.command("list", short_help="How many wait, were sent, given up or came back, and why.")
def email_list(
    ids: Annotated[  # noqa: FBT002
        bool, typer.Option("--ids", help="Instead the id of each given-up message, with its reason.")
    ] = False,
    reason: ForReason = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Count the messages by state, kind and reason. `again`: how many of the given-up ones can be sent again.

    Example: vardkase email list --ids --reason "tried too long" | cut -d' ' -f1 | xargs vardkase email retry
    """
    from services.intake.email import settled_store

    if ids or reason:
        found = with_intake_database(
            lambda connection: settled_store.given_up(connection, reason, _MOST_SHOWN)
        )
        for each in found:
            row = {"id": str(each.message_id), "reason": each.reason}
            typer.echo(json.dumps(row) if as_json else f"{row['id']} {each.reason or ''}")
        return
    counted = with_intake_database(settled_store.counted)
    if as_json:
        typer.echo(json.dumps([_row(each) for each in counted], ensure_ascii=False))
    elif counted:
        _print_table(counted)
    else:
        typer.echo("No message was ever made: nobody has asked for news by e-mail.")


@email_app.command("retry", short_help="Send given-up news again.")
def email_retry(ids: Ids = None, reason: ForReason = None, everything: Everything = False) -> None:  # noqa: FBT002
    """Put given-up news in line again, with all its tries before it; a running intake sends it within seconds.

    Left alone are codes, which are not kept (their reporter asks for a new one on the report's page), and messages whose address
    is erased since its server refused it.

    \b
    Examples:
      vardkase email retry 01a20727-5fc5-737d-beab-671a358acf84
      vardkase email retry --reason "550 5.7.1"
    """  # noqa: D301 - the same
    from services.intake.email import settled_store

    _require_one_way(ids, reason, everything=everything)
    done = with_intake_database(
        lambda connection: settled_store.send_again(connection, ids, reason, datetime.now(UTC))
    )
    typer.echo(f"{len(done)} wait to be sent again.", err=True)
    _require_all(ids, done, "Given up no more, a code, or without an address")


@email_app.command("drop", short_help="Let given-up messages go for good.")
def email_drop(ids: Ids = None, reason: ForReason = None, everything: Everything = False) -> None:  # noqa: FBT002
    """Let given-up messages go: they are counted apart from then on and never sent. The report's page tells what they told.

    Example: vardkase email drop --reason "tried too long"
    """
    from services.intake.email import settled_store

    _require_one_way(ids, reason, everything=everything)
    done = with_intake_database(lambda connection: settled_store.drop(connection, ids, reason))
    typer.echo(f"{len(done)} dropped.", err=True)
    _require_all(ids, done, "Not given up (any more)")


@email_app.command("bounces", short_help="Read what came back, and stop news to those addresses.")
def email_bounces(
    path: Messages = None,
    host: ImapHost = None,
    user: ImapUser = "",
    password_file: ImapPasswordFile = None,
    folder: ImapFolderName = "INBOX",
    security: ImapSecurity = "tls",
    moved_to: MovedTo = None,
    aside_to: AsideTo = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Read delivery status notifications (RFC 3464) from the mailbox of INTAKE_EMAIL_SENDER, as from cron each quarter of an hour.

    A message is known by its Message-ID, which only its receiver has seen; addresses in it are not looked at. Where the address is
    at fault it is erased, with all that waits for it, and the report's page says so with the number. A full mailbox, or what is
    about the message or about us, only counts that message as come back.

    \b
    Examples:
      vardkase email bounces bounce.eml
      vardkase email bounces --imap imap.koping.se --imap-user besked@koping.se --move-to Studsar
    """  # noqa: D301 - the same
    from services.intake.imports.table import Unreadable

    box = imap_folder(path, host, user, password_file, folder, security, moved_to, aside_to)
    told = Counter[str](messages=0, stopped=0, came_back=0, known=0, skipped=0)

    async def take(connection: Any) -> None:
        with messages_in(path, box) as messages:
            for found in messages:
                told["messages"] += 1
                outcome, why = await _taken(connection, found.content)
                told[outcome] += 1
                if outcome == "skipped":
                    typer.echo(f"Skipped {found.name}: {why}.", err=True)
                    found.aside()
                else:
                    found.done()

    try:
        with_intake_database(take)
    except Unreadable as error:
        raise CannotGoOn(f"{path or 'IMAP'}: {error} What was read stands.") from error
    typer.echo(json.dumps(told) if as_json else _sentence(told))


async def _taken(connection: Any, content: bytes) -> tuple[str, str]:
    """What became of it, and why."""
    from services.intake.email.bounces import NoBounce, read_bounce
    from services.intake.email.settled_store import take_bounce

    read = read_bounce(content)
    if isinstance(read, NoBounce):
        return "skipped", read.reason
    done = await take_bounce(connection, read, datetime.now(UTC))
    if not done.is_new:
        return "known", read.status
    return ("stopped" if done.is_refused else "came_back"), read.status


def _sentence(told: Counter[str]) -> str:
    return (
        f"{told['messages']} read: {told['stopped']} stopped news to an address, {told['came_back']} came back for another reason, "
        f"{told['known']} are of messages that came back before or are gone, {told['skipped']} are no bounces of ours."
    )


def _require_one_way(ids: list[UUID] | None, reason: str | None, *, everything: bool) -> None:
    if sum([bool(ids), reason is not None, everything]) != 1:
        raise CannotGoOn(
            "Say which ones in one way: ids, --reason REASON or --all. `vardkase email list` shows them."
        )


def _require_all(asked: list[UUID] | None, done: set[UUID], otherwise: str) -> None:
    if missing := sorted(set(asked or []) - done):
        raise CannotGoOn(f"{otherwise}: {', '.join(map(str, missing))}.")


def _row(each: "Counted") -> dict[str, object]:
    return {
        "state": each.state,
        "kind": each.kind,
        "reason": each.reason,
        "messages": each.messages,
        "again": each.sendable,
        "first_at": each.first_at.isoformat(timespec="seconds"),
        "last_at": each.last_at.isoformat(timespec="seconds"),
    }


def _print_table(counted: list["Counted"]) -> None:
    from deploy.cli.tables import PlainTable

    table = PlainTable("state", "kind", "reason", "messages", "again", "first", "last")
    for each in counted:
        table.add(
            each.state,
            each.kind,
            each.reason or "",
            str(each.messages),
            str(each.sendable or ""),
            _moment(each.first_at),
            _moment(each.last_at),
        )
    table.show()


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
