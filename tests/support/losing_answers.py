"""A line between a browser and a service on which answers can get lost: what was asked arrives, and is done."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_CHUNK = 65_536


class Line:
    """`lost`: how many answers that lead on from a form got lost so far; `loses`: whether they do now."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self.loses, self.lost, self.url = False, 0, ""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_service, to_service = await asyncio.open_connection(self._host, self._port)
        there = asyncio.create_task(self._ask(reader, to_service))
        back = asyncio.create_task(self._answer(from_service, writer))
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        for task in (there, back):
            task.cancel()
        await asyncio.gather(there, back, return_exceptions=True)
        to_service.close()
        writer.close()

    async def _ask(self, reader: asyncio.StreamReader, to_service: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            to_service.write(chunk)
            await to_service.drain()

    async def _answer(self, from_service: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await from_service.read(_CHUNK):
            if self.loses and chunk.startswith(b"HTTP/1.1 303"):
                self.lost += 1
                return
            writer.write(chunk)
            await writer.drain()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    line = Line(url)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
