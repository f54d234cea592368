"""Running a service's HTTP side: one process, one event loop, a graceful stop on SIGTERM and SIGINT."""

import errno
import socket
import sys
from typing import Final

import uvicorn
from fastapi import FastAPI

from shared.logs import configure_logs
from shared.settings import ServiceSettings

PORT_TAKEN_EXIT: Final = 98


def serve(app: FastAPI, service: str, settings: ServiceSettings) -> None:
    """Serve until told to stop. A taken port ends the process with one sentence and exit code 98."""
    configure_logs(service, settings.log_level)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.stop_timeout_s),
        backlog=2048,
    )
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        variable = f"{service.upper()}_PORT"
        sys.stderr.write(
            f"Port {settings.port} is taken by another program. Stop it, or set {variable} to a free port.\n"
        )
        sys.exit(PORT_TAKEN_EXIT)
    uvicorn.Server(config).run(sockets=[listener])
