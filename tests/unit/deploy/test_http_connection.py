"""The connection that many reports are sent over, against answers of every kind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy import bulk_sending
from deploy.bulk_sending import Door, Letter, Outcome, Sent, send_all
from deploy.errors import CannotGoOn
from deploy.http_connection import ConnectionLost, HttpConnection


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Each request gets the next answer; an empty one closes the connection. A new connection is noted, too."""
    waiting, asked = list(answers), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while waiting and (head := await reader.readuntil(b"\r\n\r\n")):
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            asked.append(head + await reader.readexactly(length))
            answer = waiting.pop(0)
            if not answer:
                break
            for at in range(0, len(answer), 7):
                writer.write(answer[at : at + 7])
                await writer.drain()
        writer.close()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(b"opened")
        try:
            await serve(reader, writer)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


async def test_answers_of_both_lengths_come_whole_over_one_connection() -> None:
    fixed = b"HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\nIdempotency-Replayed: true\r\n\r\nyes"
    chunked = b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\nRetry-After: 2\r\n\r\n2\r\nno\r\n0\r\n\r\n"
    async with (
        answering(fixed, chunked) as (url, asked),
        HttpConnection(url, "/x", {"A": "b"}) as connection,
    ):
        first = await connection.post(b"{}", b"Idempotency-Key: k\r\n")
        second = await connection.post(b"[]", b"")
    assert (first.status, bytes(first.body), first.headers["idempotency-replayed"]) == (202, b"yes", "true")
    assert (second.status, bytes(second.body), second.headers["retry-after"]) == (503, b"no", "2")
    assert [each[:6] for each in asked] == [b"opened", b"POST /", b"POST /"]
    assert asked[1].startswith(b"POST /x HTTP/1.1\r\n")
    assert b"\r\nA: b\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}" in asked[1]


async def test_a_connection_that_was_closed_is_opened_again() -> None:
    closing = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    async with answering(closing, b"", closing) as (url, _), HttpConnection(url, "/", {}) as connection:
        assert (await connection.post(b"", b"")).status == 202
        with pytest.raises(ConnectionLost):
            await connection.post(b"", b"")
        assert (await connection.post(b"", b"")).status == 202


@pytest.mark.parametrize("answer", [b"SMTP ready\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"])
async def test_what_is_no_http_is_a_lost_connection(answer: bytes) -> None:
    async with answering(answer) as (url, _), HttpConnection(url, "/", {}) as connection:
        with pytest.raises(ConnectionLost):
            await connection.post(b"", b"")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no address"):
        HttpConnection("ftp://x", "/", {})


LETTER = Letter(2, "import:a", {"text": "Bråk"})
SLOWER = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
AWAY = b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}"


async def test_to_be_asked_to_go_slower_is_no_failed_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_sending, "_LONGEST_PAUSE_S", 0.001)
    sent: list[Sent] = []
    async with answering(*[SLOWER] * 20, AWAY, ACCEPTED) as (url, asked):
        await send_all(Door(url, "token"), [LETTER], sent.append, tries=2)
    assert [each.outcome for each in sent] == [Outcome.ADDED]
    assert all(b"Idempotency-Key: import:a\r\n" in each for each in asked if each != b"opened")


async def test_an_intake_that_stays_away_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_sending, "_LONGEST_PAUSE_S", 0.001)
    async with answering(*[AWAY] * 3) as (url, _):
        with pytest.raises(CannotGoOn, match="cannot be reached"):
            await send_all(Door(url, "token"), [LETTER], print, tries=3)
