"""Messages between a service and a process of its own: four bytes that say how long, then the message."""

import asyncio
import struct
from typing import IO, Final

_LENGTH: Final = struct.Struct("!I")


def framed(message: bytes) -> bytes:
    return _LENGTH.pack(len(message)) + message


def send(stream: IO[bytes], message: bytes) -> None:
    stream.write(framed(message))
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """None when the other side is gone."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    (wanted,) = _LENGTH.unpack(length)
    message = stream.read(wanted)
    return message if len(message) == wanted else None


async def receive_async(stream: asyncio.StreamReader, most: int) -> bytes:
    """Raises `asyncio.IncompleteReadError` when the other side is gone, and `ValueError` for more than `most` bytes."""
    (wanted,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    if wanted > most:
        raise ValueError(f"an answer of {wanted} bytes")
    return await stream.readexactly(wanted)
