"""Messages on a pipe: four bytes that say how long, then the message."""

import struct
from typing import IO, Final

_LENGTH: Final = struct.Struct("!I")


def send(stream: IO[bytes], message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)) + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """None when the other side is gone."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    (wanted,) = _LENGTH.unpack(length)
    message = stream.read(wanted)
    return message if len(message) == wanted else None
