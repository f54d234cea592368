"""Intake behind a real port, for clients that know nothing of our tests."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from pydantic import SecretStr

from deploy.local.preflight import free_port
from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from shared.http_guard import GuardedHttp
from shared.serving import GuardedServer


@contextmanager
def served_intake(dsn: str, **settings: object) -> Iterator[str]:
    """Its address. It runs in a thread with an event loop of its own."""
    port = free_port()
    values = {"postgres_dsn": SecretStr(dsn), "stop_timeout_s": 2, "port": port, **settings}
    app = create_app(IntakeSettings.model_validate(values))
    server = GuardedServer(
        uvicorn.Config(app, http=GuardedHttp, port=port, log_config=None, timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, name="served-intake")
    thread.start()
    try:
        _wait_until_served(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def _wait_until_served(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            httpx.get(f"{url}/health").raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
