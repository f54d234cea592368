"""Running a service: settings from the environment, one process, one event loop, a graceful stop on SIGTERM and SIGINT."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable
from typing import Final, TypeVar

import uvicorn
import uvloop
from fastapi import FastAPI

from shared.errors import CannotStart
from shared.http_answers import CountedAnswers
from shared.http_guard import GuardedHttp, end_slow_ones
from shared.logs import configure_logs
from shared.settings import ServiceSettings, read_settings

S = TypeVar("S", bound=ServiceSettings)
PORT_TAKEN_EXIT: Final = 98


def run(service: str, settings_type: type[S], create_app: Callable[[S], FastAPI]) -> None:
    """Serve until told to stop. What is wrong with a setting or the port ends the process with one sentence."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again after an orderly stop; that stop is a success, not a death.
        signal.signal(number, lambda *_: None)
    try:
        settings = read_settings(settings_type)
        # Made inside the loop it will run in: pools and producers belong to the loop they are made in.
        uvloop.run(_serve(service, settings, create_app))
    except CannotStart as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(PORT_TAKEN_EXIT if isinstance(fault, PortTaken) else 1)


class PortTaken(CannotStart):
    pass


async def _serve(service: str, settings: S, create_app: Callable[[S], FastAPI]) -> None:
    configure_logs(service, settings.log_level)
    app, listener = CountedAnswers(create_app(settings)), _listener(service, settings)
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=GuardedHttp,
        log_config=None,
        access_log=False,
        server_header=False,
        # Whoever asks could write any address into X-Forwarded-For; intake reads it itself, from proxies it is told to trust.
        proxy_headers=False,
        timeout_graceful_shutdown=int(settings.stop_timeout_s),
    )
    await GuardedServer(config).serve(sockets=[listener])


class GuardedServer(uvicorn.Server):
    """Ends what comes too slowly."""

    async def main_loop(self) -> None:
        ending = asyncio.create_task(end_slow_ones(self.server_state.connections), name="end-slow-ones")
        try:
            await super().main_loop()
        finally:
            ending.cancel()


def _listener(service: str, settings: ServiceSettings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"Port {settings.port} is taken by another program. Stop it, or set {service.upper()}_PORT to a free port."
        ) from error
