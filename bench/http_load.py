"""A small, quick HTTP/1.1 load: connections kept open, one request under way on each. Loopback only, bounded in time."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from time import perf_counter
from urllib.parse import urlsplit


@dataclass(slots=True)
class Load:
    """What came back: seconds each accepted request took, and the statuses of the others."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    other_statuses: list[int] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies_s) / self.seconds

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


async def press(url: str, bodies: Callable[[], bytes], *, connections: int, seconds: float) -> Load:
    """POST as fast as it is answered, for `seconds`."""
    load, began = Load(), perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_one_connection(url, bodies, load, began + seconds))
    load.seconds = perf_counter() - began
    return load


async def steady(
    url: str, bodies: Callable[[], bytes], *, per_second: float, connections: int, seconds: float
) -> Load:
    """POST at a steady rate. The time of a request runs from when it was due, so one that had to wait for others shows it."""
    load, began = Load(), perf_counter()
    due = iter([began + number / per_second for number in range(int(per_second * seconds))])
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_when_due(url, bodies, load, due))
    load.seconds = perf_counter() - began
    return load


async def steady_until(
    url: str, bodies: Callable[[], bytes], *, per_second: float, connections: int, over: asyncio.Event
) -> Load:
    """As `steady`, until it is over."""
    load, began = Load(), perf_counter()
    due = (began + number / per_second for number in takewhile(lambda _: not over.is_set(), count()))
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_when_due(url, bodies, load, due))
    load.seconds = perf_counter() - began
    return load


async def _when_due(url: str, bodies: Callable[[], bytes], load: Load, due: Iterator[float]) -> None:
    connection = await Connection.open(url)
    try:
        for at in due:
            await asyncio.sleep(max(at - perf_counter(), 0))
            status = await connection.post(bodies())
            if status == 202:
                load.latencies_s.append(perf_counter() - at)
            else:
                load.other_statuses.append(status)
    finally:
        connection.close()


async def _one_connection(url: str, bodies: Callable[[], bytes], load: Load, until: float) -> None:
    connection = await Connection.open(url)
    try:
        while (sent := perf_counter()) < until:
            status = await connection.post(bodies())
            if status == 202:
                load.latencies_s.append(perf_counter() - sent)
            else:
                load.other_statuses.append(status)
    finally:
        connection.close()


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, url: str) -> "Connection":
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n".encode()
        return cls(reader, writer, head)

    async def post(self, body: bytes) -> int:
        self._writer.write(self._head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        at = lowered.index(b"content-length:") + len(b"content-length:")
        await self._reader.readexactly(int(lowered[at : lowered.index(b"\r\n", at)]))
        return int(head[9:12])

    def close(self) -> None:
        self._writer.close()
