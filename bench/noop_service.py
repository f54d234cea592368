"""The ceilings for intake: the same server and the same request, answered without storing it.

`/fastapi` is a plain FastAPI handler that validates the body; `/raw` reads the body and does not look at it.
Run as `NOOP_PORT=… python -m bench.noop_service`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from fastapi import FastAPI
from pydantic import AwareDatetime, BaseModel, Field
from pydantic_settings import SettingsConfigDict
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from deploy.local.preflight import free_port
from deploy.services import readiness
from shared.serving import run
from shared.settings import ServiceSettings

_ANSWER: Final = {
    "id": "01939f00-0000-7000-8000-000000000001",
    "tracking_code": "7KQM-2XTD-9RWA",
    "status_url": "/",
}
_BODY: Final = (
    b'{"id":"01939f00-0000-7000-8000-000000000001","tracking_code":"7KQM-2XTD-9RWA","status_url":"/"}'
)
_HEADERS: Final = [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())]


class NoopSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOOP_")


class Report(BaseModel):
    text: str = Field(min_length=1, max_length=10_000)
    municipality: str
    occurred_at: AwareDatetime


class Raw:
    """Reads the whole body, as every handler must, and accepts."""

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 202, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _BODY})


def create_app(_: NoopSettings) -> FastAPI:
    app = FastAPI()
    app.router.routes.append(Route("/raw", cast("Any", Raw()), methods=["POST"]))

    @app.post("/fastapi", status_code=202)
    async def accept(_: Report) -> dict[str, str]:
        return _ANSWER

    @app.get("/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


@contextmanager
def running_noop() -> Iterator[tuple[str, int]]:
    """Its address and process id, once it answers."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.noop_service"], env={**os.environ, "NOOP_PORT": str(port)}
    )
    try:
        until = time.monotonic() + 60
        while readiness(url)["status"] == "unreachable":
            if time.monotonic() > until:
                raise TimeoutError("the no-op service did not come up")
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    run("noop", NoopSettings, create_app)
