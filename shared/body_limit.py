"""How much of a body is read: what is announced as more is refused before any of it comes, the rest is counted."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problem import problem_response


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """`under`: the addresses it holds for begin so. Middleware of an app with our problem handlers."""

    app: ASGIApp
    most: int
    under: str = "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.under):
            await self.app(scope, receive, send)
        elif self._is_announced(scope):
            answer = problem_response(
                413,
                "body-too-large",
                "The body is too large",
                f"At most {self.most} bytes are read.",
                {"Connection": "close"},
            )
            await answer(scope, receive, send)
        else:
            await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        read = 0

        async def receive_and_count() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise HTTPException(413, headers={"Connection": "close"})
            return message

        return receive_and_count

    def _is_announced(self, scope: Scope) -> bool:
        return any(
            name == b"content-length" and value.isdigit() and int(value[:20]) > self.most
            for name, value in scope["headers"]
        )
