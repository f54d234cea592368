"""The whole system as the CLI runs it, on ports and a state folder of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.preflight import free_port
from deploy.system import System
from shared.topics import Service
from tests.support.stack import local_settings


@contextmanager
def running_system(**extra_environment: str) -> Iterator[System]:
    """`extra_environment` reaches every service."""
    ports = {service: free_port() for service in Service}
    with tempfile.TemporaryDirectory(prefix="vardkase-") as folder:
        settings = local_settings(Path(folder))
        with System(settings, ports=ports, extra_environment=extra_environment) as system:
            yield system
