"""What the page that follows a report shows of e-mail."""

from typing import Any, Final

from services.intake.email.asking import Shown, Standing
from services.intake.routes.api import away
from services.intake.running import Running
from shared.errors import Retry
from shared.postgres import TRANSIENT_ERRORS

_DONE: Final = {"verified", "stopped"}


async def email_shown(
    running: Running,
    tracking_code: str,
    *,
    done: str | None = None,
    field: str = "",
    error: str = "",
    typed: str = "",
) -> dict[str, Any]:
    """`done`: what was just done, as the address says; `field`, `error` and `typed`: what was sent and is shown again. Raises
    `Problem` 503.
    """
    standing = await standing_of(running, tracking_code)
    return {
        "email": standing,
        "email_waits": standing is not None and standing.shown in {Shown.ASKED, Shown.ENDED},
        "email_minutes": running.settings.email.code_minutes,
        "email_done": done if done in _DONE else "",
        "email_errors": {"email": "", "email_code": "", **({field: error} if field else {})},
        "email_typed": typed,
    }


async def standing_of(running: Running, tracking_code: str) -> Standing | None:
    """None where no news is sent by e-mail. Raises `Problem` 503."""
    if not running.settings.email.is_on:
        return None
    try:
        return await running.email.standing(tracking_code)
    except (*TRANSIENT_ERRORS, Retry):
        raise away("The report can't be looked up right now") from None
