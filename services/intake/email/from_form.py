"""Asking for news in the form that sends the report."""

from collections.abc import Mapping

import structlog
from starlette.types import Scope

from services.intake.email.limits import TooManyCodes
from services.intake.email.recipient import recipient
from services.intake.running import Running
from shared.errors import Retry
from shared.postgres import TRANSIENT_ERRORS

log = structlog.get_logger()


async def ask_from_form(
    running: Running, scope: Scope, tracking_code: str, values: Mapping[str, str], language: str
) -> None:
    """Once, for a report that is stored. Where it can't be done now, the report's page offers it again."""
    address = recipient(values["email"]) if values["news"] else None
    if address is None or not running.settings.email.is_on:
        return
    try:
        await running.email.ask(scope, tracking_code, address, language, only_first=True)
    except (TooManyCodes, *TRANSIENT_ERRORS, Retry) as fault:
        log.warning("email_not_asked_for", reason=type(fault).__name__)
