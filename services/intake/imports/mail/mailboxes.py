"""Where messages lie: a file, standard input, a folder of .eml files, a Maildir. Read one at a time, marked when they are in."""

import mailbox
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.intake.imports.mail.message import MAX_MESSAGE_BYTES
from services.intake.imports.table import Unreadable


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """`name`: how a person finds it again. `done`: to be called when it is in, `aside` when it is none to take."""

    name: str
    content: bytes
    done: Callable[[], None] = _nothing
    aside: Callable[[], None] = _nothing


def find_messages(path: Path) -> Iterator[Found]:
    """`-` is standard input. Raises `Unreadable`."""
    if str(path) == "-":
        yield Found("standard input", sys.stdin.buffer.read(MAX_MESSAGE_BYTES + 1))
    elif path.is_file():
        yield Found(path.name, _read(path))
    elif (path / "cur").is_dir() and (path / "new").is_dir():
        yield from _of_maildir(path)
    elif path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() == ".eml" and each.is_file())
        if not files:
            raise Unreadable("It has no file that ends in .eml, and is no Maildir.")
        for file in files:
            yield Found(file.name, _read(file))
    else:
        raise Unreadable("There is no such file or folder.")


def _read(file: Path) -> bytes:
    """No more than it takes to see that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_MESSAGE_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{file.name} can't be opened ({error.strerror or error}).") from error


def _of_maildir(path: Path) -> Iterator[Found]:
    """Those that nobody has read; one that is in counts as read."""
    box = mailbox.Maildir(path, factory=None, create=False)
    for key in sorted(box.keys()):
        with box.get_file(key) as opened:
            content = opened.read(MAX_MESSAGE_BYTES + 1)
        message = box.get_message(key) if len(content) <= MAX_MESSAGE_BYTES else None
        if message is None or "S" not in message.get_flags():
            yield Found(key, content, done=lambda key=key: _mark_read(box, key))  # type: ignore[misc]


def _mark_read(box: mailbox.Maildir, key: str) -> None:
    message = box.get_message(key)
    message.set_subdir("cur")
    message.add_flag("S")
    box[key] = message
