"""An IMAP folder: unread messages are read without being marked, and marked or moved when they are in."""

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

from services.intake.imports.mail.mailboxes import Found
from services.intake.imports.mail.message import MAX_MESSAGE_BYTES
from services.intake.imports.table import Unreadable

_TIMEOUT_S: Final = 60
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ImapFolder:
    """`moved_to`: where what is in goes; None leaves it, as read. `aside_to`: the same for what is none to take."""

    host: str
    user: str
    password: str
    folder: str = "INBOX"
    port: int | None = None
    security: Security = Security.TLS
    moved_to: str | None = None
    aside_to: str | None = None
    limit: int = 500


@contextmanager
def unread(box: ImapFolder) -> Iterator[Iterator[Found]]:
    """The oldest first. Raises `Unreadable`, also while they are read and marked."""
    try:
        server = _connected(box)
        try:
            server.login(box.user, box.password)
            _require(server.select(_quoted(box.folder)), f"The folder {box.folder!r} can't be opened")
            yield _messages(server, box)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise Unreadable(f"The mail server {box.host} does not do as asked ({error}).") from error


def _connected(box: ImapFolder) -> imaplib.IMAP4:
    if box.security is Security.TLS:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(box.host, box.port or 993, ssl_context=context, timeout=_TIMEOUT_S)
    server = imaplib.IMAP4(box.host, box.port or 143, timeout=_TIMEOUT_S)
    if box.security is Security.STARTTLS:
        server.starttls(ssl.create_default_context())
    return server


def _messages(server: imaplib.IMAP4, box: ImapFolder) -> Iterator[Found]:
    found = _require(server.uid("SEARCH", "UNSEEN"), "The folder can't be searched")
    numbers = found[0].split()[: box.limit] if found and isinstance(found[0], bytes) else []
    for number in (each.decode("ascii") for each in numbers):
        yield Found(
            f"message {number}",
            _content(server, number),
            done=partial(_done, server, number, box.moved_to),
            aside=partial(_put, server, number, box.aside_to) if box.aside_to else _leave,
        )


def _content(server: imaplib.IMAP4, number: str) -> bytes:
    """Of one that is too large only as much as it takes to see that."""
    told = _require(server.uid("FETCH", number, "(RFC822.SIZE)"), "A message can't be read")
    size = _SIZE.search(b" ".join(part if isinstance(part, bytes) else part[0] for part in told if part))
    if size is not None and int(size.group(1)) > MAX_MESSAGE_BYTES:
        return b" " * (MAX_MESSAGE_BYTES + 1)
    parts = _require(server.uid("FETCH", number, "(BODY.PEEK[])"), "A message can't be read")
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")


def _done(server: imaplib.IMAP4, number: str, moved_to: str | None) -> None:
    _require(server.uid("STORE", number, "+FLAGS", r"(\Seen)"), "A message can't be marked as read")
    if moved_to:
        _put(server, number, moved_to)


def _put(server: imaplib.IMAP4, number: str, folder: str) -> None:
    """Without the MOVE of newer servers: copied first, so that a break leaves it in two places and never in none."""
    if "MOVE" in server.capabilities:
        _require(server.uid("MOVE", number, _quoted(folder)), f"Nothing can be moved to {folder!r}")
        return
    _require(server.uid("COPY", number, _quoted(folder)), f"Nothing can be copied to {folder!r}")
    _require(server.uid("STORE", number, "+FLAGS", r"(\Deleted)"), "A message can't be removed")
    if "UIDPLUS" in server.capabilities:
        _require(server.uid("EXPUNGE", number), "A message can't be removed")


def _leave() -> None:
    return None


def _require(answer: tuple[str, list[Any]], what: str) -> list[Any]:
    status, told = answer
    if status != "OK":
        raise Unreadable(f"{what}: the mail server says {told!r}.")
    return told


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 in quotation marks."""
    if any(ord(letter) < 0x20 for letter in folder):
        raise Unreadable(f"{folder!r} is no name of a folder.")
    encoded = re.sub(r"[^\x20-\x7e]+|&", _shifted, folder)
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: "re.Match[str]") -> str:
    if found.group() == "&":
        return "&-"
    encoded = base64.b64encode(found.group().encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{encoded.decode('ascii')}-"
