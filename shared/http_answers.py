"""Counts what is answered over HTTP, whatever answers it."""

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PROBES:
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                _OF_CLASS[message["status"] // 100].inc()
            await send(message)

        await self.app(scope, receive, counted)
