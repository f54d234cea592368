"""A real HTTP server that takes webhooks as an agency's own program would: it checks the signature, and may refuse."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"


@dataclass
class Receiver:
    """`answers`: status and headers for the first requests, in order; after them 204. `taken`: (webhook-id, body)."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    taken: list[tuple[str, Any]] = field(default_factory=list)
    pause_s: float = 0.0
    url: str = ""
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ids(self) -> list[str]:
        return [webhook_id for webhook_id, _ in self.taken]


@contextmanager
def receiver(
    answers: Sequence[int | tuple[int, dict[str, str]]] = (), pause_s: float = 0.0
) -> Iterator[Receiver]:
    state = Receiver([each if isinstance(each, tuple) else (each, {}) for each in answers], pause_s=pause_s)

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with state.lock:
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
            body = self.rfile.read(int(self.headers["content-length"]))
            content = Webhook(SECRET).verify(
                body, dict(self.headers)
            )  # raises: the connection breaks, a failure
            threading.Event().wait(state.pause_s)
            with state.lock:
                state.taken.append((self.headers["webhook-id"], content))
                status, headers = state.answers.pop(0) if state.answers else (204, {})
                state.at_once -= 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    state.url = f"http://127.0.0.1:{server.server_port}/alerts"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
