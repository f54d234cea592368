"""`vardkase import email`: each message a report, or told why it is none."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from rich.markup import escape

from deploy.bulk_sending import Door, Letter, Outcome, Sent, Shown, send_all
from deploy.cli.console import console
from deploy.cli.mailbox_options import messages_in
from deploy.errors import CannotGoOn
from deploy.import_door import open_door
from deploy.photo_sending import send_photos
from services.intake.imports.mail.imap import ImapFolder
from services.intake.imports.mail.mailboxes import Found
from services.intake.imports.mail.message import MailReport, read_message
from services.intake.imports.table import Unreadable
from shared.events import Source

PASSWORD: Final = "INTAKE_IMAP_PASSWORD"  # noqa: S105 - the variable that holds it
# Sent together; what is in is marked before the next are read.
_TOGETHER: Final = 50
_CONNECTIONS: Final = 8
NOT_ALL_SENT: Final = 4


@dataclass(frozen=True, slots=True)
class MailOrder:
    """What was asked for on the command line. `path` or `folder`."""

    path: Path | None
    folder: ImapFolder | None
    own: frozenset[str]
    source: Source = Source.CITIZEN
    dry_run: bool = False
    as_json: bool = False
    token_file: Path | None = None


def run_import_email(order: MailOrder) -> int:
    """The exit code. Raises `CannotGoOn`."""
    told: Counter[str] = Counter(
        messages=0, added=0, known=0, changed=0, refused=0, skipped=0, photos=0, attachments=0
    )
    entrance = None if order.dry_run else open_door(order.source, order.token_file)
    try:
        with messages_in(order.path, order.folder) as messages:
            while together := list(islice(messages, _TOGETHER)):
                _take(order, together, entrance, told)
    except Unreadable as error:
        raise CannotGoOn(f"{order.path or 'IMAP'}: {error} What is in is not doubled next time.") from error
    if order.as_json:
        print(json.dumps(told))
    else:
        for line in sentences(told, dry_run=order.dry_run):
            console.print(line)
    return NOT_ALL_SENT if told["refused"] or told["changed"] else 0


def _take(
    order: MailOrder, together: list[Found], entrance: tuple[Door, Shown] | None, told: Counter[str]
) -> None:
    letters: list[Letter] = []
    photos: dict[int, Sequence[bytes]] = {}
    for number, found in enumerate(together):
        told["messages"] += 1
        read = read_message(found.content, own=order.own, now=datetime.now(UTC))
        if isinstance(read, MailReport):
            told["attachments"] += read.enclosures.left_out
            told["shortened"] += read.is_shortened
            told["undated"] += read.is_undated
            letters.append(_letter(number, read, entrance))
            photos[number] = read.enclosures.photos
            continue
        told["skipped"] += 1
        console.print(f"Skipped {escape(found.name)}: {escape(read.reason)}.")
        if entrance is not None:
            found.aside()
    if entrance is None:
        told["would_be_sent"] += len(letters)
        told["photos"] += sum(map(len, photos.values()))
        return
    _send(entrance[0], letters, photos, together, told)


def _letter(number: int, read: MailReport, entrance: tuple[Door, Shown] | None) -> Letter:
    own = {} if entrance is None else {"municipality": entrance[1].municipality}
    return Letter(number, read.key, {**own, **read.body})


def _send(
    door: Door,
    letters: Iterable[Letter],
    photos: Mapping[int, Sequence[bytes]],
    together: list[Found],
    told: Counter[str],
) -> None:
    """What intake has is marked even when the sending breaks off in the middle."""
    answers: list[Sent] = []
    try:
        asyncio.run(send_all(door, letters, answers.append, connections=_CONNECTIONS))
    finally:
        for sent in answers:
            found = together[sent.letter.number]
            told[sent.outcome.value] += 1
            if sent.outcome in {Outcome.ADDED, Outcome.KNOWN}:
                enclosed = photos[sent.letter.number]
                taken = send_photos(door, sent.tracking_code, enclosed)
                told["photos"] += taken
                told["attachments"] += len(enclosed) - taken
                found.done()
            else:
                console.print(f"Not taken, {escape(found.name)}: {escape(sent.detail)}.")


def sentences(told: Counter[str], *, dry_run: bool) -> list[str]:
    """The summary, without what did not occur."""
    lines = [f"{told['messages']:,} messages."]
    optional = {
        "would_be_sent": "{:,} would be sent.",
        "added": "{:,} reports were added.",
        "known": "{:,} were there already; nothing was added for them.",
        "changed": "{:,} have the number of a message that was imported before, and another content: not taken.",
        "refused": "{:,} were refused by intake.",
        "skipped": "{:,} were skipped, for the reasons above.",
        "photos": "{:,} photos are with them.",
        "shortened": "{:,} were longer than what is taken: the report has their beginning, and says so.",
        "attachments": "{:,} attachments were left out: only text and photos are taken.",
        "undated": "{:,} do not say in a way that can be true when they were sent: they count as written now.",
    }
    lines += [sentence.format(told[name]) for name, sentence in optional.items() if told[name]]
    return [*lines, "A dry run: nothing was sent, moved or marked."] if dry_run else lines


def imap_password(file: Path | None) -> str:
    """Raises `CannotGoOn`."""
    try:
        password = file.read_text(encoding="utf-8").strip() if file else os.environ.get(PASSWORD, "")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotGoOn(f"The password can't be read from {file}: {error}.") from error
    if not password:
        raise CannotGoOn(f"The mailbox needs its password: in {PASSWORD} or with --imap-password-file.")
    return password


def own_addresses(given: Iterable[str]) -> frozenset[str]:
    return frozenset(address.strip().casefold() for address in given if address.strip())
