"""One service at work while the others stand still, so that what is measured is its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.system import System
from shared.topics import Service


@contextmanager
def only(system: System, service: Service) -> Iterator[None]:
    """The others are started again afterwards, and ready when this ends."""
    others = [child for each, child in system.services.items() if each is not service]
    for child in others:
        child.stop()
    try:
        yield
    finally:
        for child in others:
            child.begin()
        for child in others:
            system.wait_ready(child.service)
