"""What a request may ask of the running service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from services.reporting.session import Sessions
from services.reporting.settings import Settings
from services.reporting.store import Pool
from shared.outbox import OutboxRelay


@dataclass(frozen=True, slots=True)
class Running:
    settings: Settings
    sessions: Sessions
    pool: Pool
    relay: OutboxRelay
    clock: Callable[[], datetime]


def running(request: Request) -> Running:
    return cast("Running", request.app.state.running)


RunningService = Annotated[Running, Depends(running)]
