"""What comes before any route: how long a request's head may be, and how slowly it and its body may come.

uvicorn itself waits for ever for the end of a head or a body, and keeps a head of any length.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from shared.problem import MEDIA_TYPE

LONGEST_HEAD_BYTES: Final = 64 * 1024
# To send a head, and to begin with the body; after that the body must come at least so fast on the whole.
HEAD_S: Final = 15.0
BODY_S: Final = 30.0
SLOWEST_BYTES_PER_S: Final = 1024
MOST_UNREAD_BYTES: Final = 1024 * 1024
LOOK_EVERY_S: Final = 1.0


class GuardedHttp(HttpToolsProtocol):
    """No timer for each request, which would cost each of them: one look a second at all that are open."""

    _since = 0.0
    _received = 0
    _piece = 0  # what has just come
    _is_head = True
    _is_too_long = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since, self._received, self._is_head = self.loop.time(), self._piece, True

    def on_headers_complete(self) -> None:
        self._is_head = False
        if self._received > LONGEST_HEAD_BYTES and _size(self.headers) + len(self.url) > LONGEST_HEAD_BYTES:
            self._is_too_long = True
            raise _HeadTooLargeError  # the parser stops
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self.cycle.response_complete:
            # Answered before it was all here. A little is let go by, since the connection may be used again.
            if self._received > MOST_UNREAD_BYTES:
                self.transport.close()
            return
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        self._piece = len(data)
        self._received += self._piece
        super().data_received(data)
        if self._is_head and self._received > LONGEST_HEAD_BYTES and not self.transport.is_closing():
            self._refuse_head()

    def send_400_response(self, msg: str) -> None:
        if self._is_too_long:
            self._refuse_head()
        else:
            self._refuse(400, "unreadable-request", msg)

    def _refuse_head(self) -> None:
        self._refuse(
            431, "head-too-large", f"Address and headers together may have {LONGEST_HEAD_BYTES} bytes."
        )

    def end_if_slow(self, now: float) -> None:
        """`now` of the loop's clock."""
        if self.transport.is_closing():
            return
        cycle = self._latest
        waits_for_head = self._is_head and (cycle is None or cycle.response_complete)
        if waits_for_head and self.timeout_keep_alive_task is None and now - self._since > HEAD_S:
            self._refuse(408, "slow-request", f"The head of a request must be here within {HEAD_S:.0f} s.")
        elif cycle is not None and cycle.more_body and not cycle.response_complete:
            self._end_if_slow_body(now)

    @property
    def _latest(self) -> RequestResponseCycle | None:
        """None before the first request."""
        return self.cycle

    def _end_if_slow_body(self, now: float) -> None:
        if self.flow.read_paused:
            self._since, self._received = now, 0  # it is we who don't read
        elif now - self._since > BODY_S + self._received / SLOWEST_BYTES_PER_S:
            self._refuse(
                408, "slow-request", f"A body must come with {SLOWEST_BYTES_PER_S} bytes a second at least."
            )

    def _refuse(self, status: int, kind: str, detail: str) -> None:
        """Written past the application, which hears that the client has gone."""
        title, cycle = HTTPStatus(status).phrase, self._latest
        if cycle is None or cycle.response_complete or not cycle.response_started:
            told = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}
            body = json.dumps(told).encode()
            head = (
                f"HTTP/1.1 {status} {title}\r\ncontent-type: {MEDIA_TYPE}\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode("ascii") + body)
        self.transport.close()


class _HeadTooLargeError(Exception):
    pass


def _size(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)


async def end_slow_ones(connections: "set[Any]") -> None:
    """For as long as the server runs."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now = loop.time()
        for connection in list(connections):
            if isinstance(connection, GuardedHttp):
                connection.end_if_slow(now)
