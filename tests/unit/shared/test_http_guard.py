"""Before any route: heads that never end, bodies that trickle, lengths that lie, and what is no HTTP at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request

from deploy.local.preflight import free_port
from shared import http_guard
from shared.body_limit import BodyLimit
from shared.http_guard import LONGEST_HEAD_BYTES, GuardedHttp
from shared.problem import MAX_BODY_BYTES, install_problem_handlers
from shared.serving import GuardedServer

POST = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"


@pytest_asyncio.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Of a server that reads bodies, with patience shortened to the tenth."""
    monkeypatch.setattr(http_guard, "HEAD_S", 1.0)
    monkeypatch.setattr(http_guard, "BODY_S", 1.5)
    monkeypatch.setattr(http_guard, "LOOK_EVERY_S", 0.1)
    app = FastAPI()
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES)
    install_problem_handlers(app)

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    @app.get("/seen")
    async def seen() -> str:
        return "seen"

    chosen = free_port()
    config = uvicorn.Config(app, http=GuardedHttp, port=chosen, log_config=None, timeout_graceful_shutdown=1)
    server = GuardedServer(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield chosen
    server.should_exit = True
    await serving


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, text: bytes) -> None:
        self.writer.write(text)
        await self.writer.drain()

    async def send_for_ever(self, text: bytes) -> None:
        while True:
            await self.send(text)

    async def answer(self, within_s: float = 8) -> tuple[int, Any]:
        async with asyncio.timeout(within_s):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            body = await self.reader.readexactly(length)
        return int(head.split()[1]), json.loads(body) if "json" in head else body

    async def is_closed(self, within_s: float = 8) -> bool:
        async with asyncio.timeout(within_s):
            return await self.reader.read() == b""


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


def assert_problem(answer: tuple[int, Any], status: int) -> None:
    assert answer[0] == status, answer
    assert answer[1]["status"] == status
    assert answer[1]["type"].startswith("/problems/")


async def test_a_body_in_chunks_without_a_length_is_read_no_further_than_allowed(port: int) -> None:
    async with connected(port) as client:
        await client.send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(5):
            await client.send(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
        assert_problem(await client.answer(), 413)


async def test_a_length_beyond_what_is_read_is_refused_before_the_body_comes(port: int) -> None:
    async with connected(port) as client:
        await client.send(POST + b"Content-Length: 999999999999\r\n\r\n")
        assert_problem(await client.answer(), 413)


async def test_a_body_nobody_reads_does_not_end_the_connection_unless_it_is_large(port: int) -> None:
    async with connected(port) as client:
        for _ in range(3):
            await client.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n")
            assert (await client.answer())[0] == 404
            await client.send(b"a" * 20_000)
    async with connected(port) as client:
        await client.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert (await client.answer())[0] == 404
        with pytest.raises(ConnectionError):
            await client.send_for_ever(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")


async def test_what_is_allowed_is_read_in_whatever_pieces_it_comes(port: int) -> None:
    async with connected(port) as client:
        await client.send(POST + b"Content-Length: 65536\r\n\r\n")
        for _ in range(16):
            await client.send(b"a" * 4096)
        assert await client.answer() == (200, 65536)
        await client.send(b"GET /seen HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await client.answer() == (200, "seen")


async def test_a_body_shorter_than_its_length_is_waited_for_and_then_given_up(port: int) -> None:
    async with connected(port) as client:
        await client.send(POST + b"Content-Length: 100\r\n\r\nshort")
        assert_problem(await client.answer(), 408)
        assert await client.is_closed()


async def test_a_body_longer_than_its_length_ends_the_connection(port: int) -> None:
    async with connected(port) as client:
        await client.send(POST + b"Content-Length: 5\r\n\r\nshort and more that is no request\r\n\r\n")
        assert_problem(await client.answer(), 400)
        assert await client.is_closed()


async def test_a_body_that_trickles_is_given_up(port: int) -> None:
    async with connected(port) as client:
        await client.send(POST + b"Content-Length: 1000\r\n\r\n")
        waiting = asyncio.create_task(client.answer())
        for _ in range(40):
            if waiting.done():
                break
            client.writer.write(b"a")
            await asyncio.sleep(0.1)
        assert_problem(await waiting, 408)


async def test_a_head_that_never_ends_is_given_up_also_when_it_is_small(port: int) -> None:
    async with connected(port) as client:
        await client.send(b"GET /seen HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert_problem(await client.answer(), 408)
    async with connected(port) as client:  # not even one byte
        assert_problem(await client.answer(), 408)


@pytest.mark.parametrize("unit", [b"X-Long: " + b"a" * 4000 + b"\r\n", b"a" * 4000])
async def test_a_head_of_any_length_is_not_kept(port: int, unit: bytes) -> None:
    async with connected(port) as client:
        await client.send(b"GET /seen HTTP/1.1\r\nHost: x\r\nX-First: ")
        try:
            for _ in range(20 * LONGEST_HEAD_BYTES // len(unit)):
                await client.send(unit)
        except ConnectionError:
            pass
        else:
            assert_problem(await client.answer(), 431)


async def test_a_long_head_in_one_piece_is_refused_too(port: int) -> None:
    async with connected(port) as client:
        await client.send(b"GET /seen?" + b"q" * (LONGEST_HEAD_BYTES + 1) + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert_problem(await client.answer(), 431)


@pytest.mark.parametrize(
    "text",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS to a port that speaks none
        b"GET /seen HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /seen HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /seen HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_a_problem_of_the_sender(port: int, text: bytes) -> None:
    async with connected(port) as client:
        await client.send(text)
        status, told = await client.answer()
        assert status in {400, 404}, told
    async with connected(port) as client:
        await client.send(b"GET /seen HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await client.answer() == (200, "seen")


async def test_who_asks_now_and_then_over_one_connection_is_not_slow(port: int) -> None:
    async with connected(port) as client:
        for _ in range(4):
            await client.send(b"GET /seen HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await client.answer() == (200, "seen")
            await asyncio.sleep(0.6)
