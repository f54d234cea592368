"""Counts what is answered over HTTP, whatever answers it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.metrics import HTTP_ANSWERS

# Asked by machines that watch, and answered 503 on purpose while something is missing.
_PROBES: Final = frozenset({"/health", "/ready", "/metrics"})
_OF_CLASS: Final = {number: HTTP_ANSWERS.labels(f"{number}xx") for number in range(1, 6)}


@dataclass(frozen=True, slots=True)
class CountedAnswers:
    """Stands before everything else, so that what takes a shorter way is counted too."""

    app: ASGIApp

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Awaits nothing itself: a coroutine of its own around each request and each message would cost each of them."""
        if scope["type"] != "http" or scope["path"] in _PROBES:
            return self.app(scope, receive, send)

        def counted(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                _OF_CLASS[message["status"] // 100].inc()
            return send(message)

        return self.app(scope, receive, counted)
