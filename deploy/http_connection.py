"""One HTTP/1.1 connection kept open, one request under way: several times as quick as a general client, for many small reports."""

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

import httptools
import truststore

_ANSWER_TIMEOUT_S: Final = 30.0
_CONNECT_TIMEOUT_S: Final = 10.0
_READ_BYTES: Final = 64 * 1024
_LARGEST_ANSWER: Final = 1024 * 1024


class ConnectionLost(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Whether the request had an effect is not known."""


@dataclass(slots=True)
class Answer:
    """`headers` by lower-case name."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False

    # httptools calls these
    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.complete = True


class HttpConnection:
    """Opened at the first request and again after it was lost."""

    def __init__(
        self,
        url: str,
        path: str,
        headers: dict[str, str],
        *,
        answer_timeout_s: float = _ANSWER_TIMEOUT_S,
        largest_answer: int = _LARGEST_ANSWER,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is no address that begins with http:// or https://")
        self._secure, self._host = parts.scheme == "https", parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        lines = [f"POST {parts.path.rstrip('/')}{path} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._answer_timeout_s, self._largest_answer = answer_timeout_s, largest_answer
        self._head = "\r\n".join(lines).encode("latin-1") + b"\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def post(self, body: bytes, more_headers: bytes) -> Answer:
        """`more_headers`: whole lines. Raises `ConnectionLost`."""
        try:
            async with asyncio.timeout(self._answer_timeout_s):
                return await self._post(body, more_headers)
        except (OSError, EOFError, TimeoutError, httptools.HttpParserError) as error:
            self.close()
            raise ConnectionLost(str(error) or type(error).__name__) from error

    async def _post(self, body: bytes, more_headers: bytes) -> Answer:
        reader, writer = await self._opened()
        writer.write(self._head + more_headers + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        answer = Answer()
        parser = httptools.HttpResponseParser(answer)
        while not answer.complete:
            received = await reader.read(_READ_BYTES)
            if not received:
                raise EOFError("the connection was closed before the answer was complete")
            parser.feed_data(received)
            if len(answer.body) > self._largest_answer:
                raise EOFError("the answer is too large to be intake's")
        answer.status = parser.get_status_code()
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is not None and self._writer is not None:
            return self._reader, self._writer
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if self._secure else None
        opening = asyncio.open_connection(self._host, self._port, ssl=context)
        reader, writer = await asyncio.wait_for(opening, _CONNECT_TIMEOUT_S)
        self._reader, self._writer = reader, writer
        return reader, writer
