"""What must be true of the machine before a server starts here."""

import shutil
import socket
from pathlib import Path
from typing import Final

import psutil

from deploy.errors import CannotGoOn

LEAST_FREE_BYTES: Final = 1_000_000_000


def require_free_port(port: int, what: str, setting: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotGoOn(taken_port(port, what, setting, _owner_of(port))) from error


def taken_port(port: int, what: str, setting: str, owner: str | None) -> str:
    by = f" by {owner}" if owner else ""
    return (
        f"Port {port}, meant for {what}, is taken{by}: stop that program, or choose another port with "
        f"{setting}={port + 1000 if port < 64000 else port - 1000}."
    )


def _owner_of(port: int) -> str | None:
    try:
        for connection in psutil.net_connections("tcp4"):
            if (
                connection.status == psutil.CONN_LISTEN
                and tuple(connection.laddr)[1:] == (port,)
                and connection.pid
            ):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return None  # another user's process may not be looked at; the sentence does without its name
    return None


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_disk(folder: Path, least_bytes: int = LEAST_FREE_BYTES) -> None:
    free = shutil.disk_usage(folder).free
    if free < least_bytes:
        raise CannotGoOn(low_disk(folder, free, least_bytes))


def low_disk(folder: Path, free_bytes: int, least_bytes: int) -> str:
    return (
        f"Only {free_bytes / 1e9:.1f} GB is free where {folder} is, and {least_bytes / 1e9:.0f} GB is needed: "
        "free some, or point VARDKASE_STATE at a folder on another disk."
    )
