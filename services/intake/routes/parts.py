"""Reading a body of parts (`multipart/form-data`): fields, and files beside them, each no larger than allowed.

A file that is too large is read past and told of; the rest of the form is kept, so that nobody loses what they wrote to a photo.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Receive, Scope

from services.intake.photos.faults import Fault
from services.intake.photos.room import Room
from services.intake.photos.settings import PhotoSettings
from services.intake.routes.body import MAX_BODY_BYTES, header
from shared.problem import Problem

PARTS: Final = b"multipart/form-data"
_MOST_PARTS: Final = 200
_IN_MEMORY_BYTES: Final = 128 * 1024
# Photos one too many, or too large, are read past up to here; what is sent beyond that is not read at all.
_READ_PAST: Final = 3


@dataclass(slots=True)
class Upload:
    """One file. Its name is anybody's word, and only ever shown again to who sent it."""

    field_name: str
    file_name: str
    file: "SpooledTemporaryFile[bytes]" = field(repr=False)
    size: int = 0
    kept: int = 0
    fault: Fault | None = None

    def read(self) -> bytes:
        self.file.seek(0)
        return self.file.read()


@dataclass(slots=True)
class Received:
    fields: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    room: Room | None = None

    def close(self) -> None:
        """The second time nothing more happens."""
        for upload in self.uploads:
            upload.file.close()
            if self.room is not None:
                self.room.give(upload.kept)
            upload.kept = 0

    def all(self, name: str) -> list[str]:
        return self.all_of({name})

    def all_of(self, names: Collection[str]) -> list[str]:
        return [value for name, value in self.fields if name in names]


def is_parts(scope: Scope) -> bool:
    return (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower() == PARTS


@asynccontextmanager
async def received_parts(
    scope: Scope, receive: Receive, settings: PhotoSettings, room: Room
) -> AsyncIterator[Received]:
    """Files are there until the block ends. Raises `Problem` 400 and 413."""
    received = await read_parts(scope, receive, settings, room)
    try:
        yield received
    finally:
        received.close()


async def read_parts(scope: Scope, receive: Receive, settings: PhotoSettings, room: Room) -> Received:
    """To be closed by who asks. Raises `Problem` 400 and 413."""
    reading = _Reading(settings, room)
    try:
        parser = MultipartParser(_boundary(scope), reading.callbacks())  # type: ignore[arg-type]
        async for chunk in _chunks(scope, receive, _most_bytes(settings)):
            parser.write(chunk)
        parser.finalize()
        if not reading.has_ended:
            raise _unreadable()
        kept, reading.received = reading.received, Received()
    except (FormParserError, UnicodeError):
        raise _unreadable() from None
    finally:
        reading.received.close()
    return kept


def _most_bytes(settings: PhotoSettings) -> int:
    return settings.most * settings.max_bytes * _READ_PAST + 2 * MAX_BODY_BYTES


def _boundary(scope: Scope) -> bytes:
    _, options = parse_options_header(header(scope, b"content-type") or b"")
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 200:
        raise _unreadable()
    return boundary


async def _chunks(scope: Scope, receive: Receive, most: int) -> AsyncIterator[bytes]:
    announced = header(scope, b"content-length")
    if announced is not None and announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    read, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "incomplete-body", "The body is not complete", "Send the request again.")
        chunk = message.get("body", b"")
        read += len(chunk)
        if read > most:
            raise _too_large(most)
        yield chunk
        more = message.get("more_body", False)


class _Reading:
    """What the parser calls while it goes through the body."""

    def __init__(self, settings: PhotoSettings, room: Room) -> None:
        self._settings, self._room = settings, room
        self.received = Received(room=room)
        self.has_ended = False
        self._parts = self._field_bytes = 0
        self._name = self._value = b""
        self._disposition = b""
        self._field_name = ""
        self._text: bytearray | None = None
        self._upload: Upload | None = None

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finished,
        }

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _unreadable()
        self._disposition = b""

    def _header_name(self, text: bytes, start: int, end: int) -> None:
        self._name += text[start:end]

    def _header_value(self, text: bytes, start: int, end: int) -> None:
        self._value += text[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise _unreadable()
        self._field_name = options[b"name"].decode()
        if b"filename" not in options:
            self._text = bytearray()
            return
        name = options[b"filename"].decode("utf-8", "replace")
        self._upload = Upload(self._field_name, name, SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 - closed with the others
        self.received.uploads.append(self._upload)
        if len(self.received.uploads) > self._settings.most:
            self._upload.fault = Fault.TOO_MANY

    def _data(self, body: bytes, start: int, end: int) -> None:
        if self._text is not None:
            self._field_bytes += end - start
            if self._field_bytes > MAX_BODY_BYTES:
                raise _too_large(MAX_BODY_BYTES)
            self._text += body[start:end]
        elif self._upload is not None:
            self._keep(self._upload, body[start:end])

    def _keep(self, upload: Upload, part: bytes) -> None:
        upload.size += len(part)
        if upload.fault is not None:
            return
        if upload.size > self._settings.max_bytes:
            upload.fault = Fault.TOO_LARGE
        elif not self._room.take(len(part)):
            upload.fault = Fault.BUSY
        else:
            upload.kept += len(part)
            upload.file.write(part)

    def _end(self) -> None:
        if self._text is not None:
            self.received.fields.append((self._field_name, self._text.decode()))
        elif self._upload is not None and not self._upload.size and not self._upload.file_name:
            self.received.uploads.remove(self._upload)  # an input in which nothing was chosen
            self._upload.file.close()
        self._text = self._upload = None

    def _finished(self) -> None:
        self.has_ended = True


def _unreadable() -> Problem:
    return Problem(
        400, "unreadable-body", "The body can't be read", "Send multipart/form-data, its texts in UTF-8."
    )


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        "body-too-large",
        "The body is too large",
        f"At most {most} bytes are read. Send fewer or smaller photos.",
        headers={"Connection": "close"},
    )
