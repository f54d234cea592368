"""What pages and API do alike: each raises `Problem` when it can't be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Scope

from services.intake.email.codes import Judgement
from services.intake.email.limits import TooManyCodes
from services.intake.email.recipient import recipient
from services.intake.routes.api import away, find_report
from services.intake.running import Running
from shared.errors import Retry
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


async def ask_for_code(running: Running, scope: Scope, code: str, typed: str | None, language: str) -> None:
    """`typed` None: a new code to the same address as the last one. Raises `Problem` 404, 409, 410, 422, 429 or 503."""
    tracking_code = await offered(running, code)
    address = None if typed is None else recipient(typed)
    if typed is not None and address is None:
        raise Problem(
            422,
            "invalid-address",
            "This is no e-mail address",
            "address: must be one mailbox, like name@example.com",
            errors=[{"pointer": "/address", "code": "unreadable", "detail": "must be an e-mail address"}],
        )
    with _answered():
        if await running.email.ask(scope, tracking_code, address, language):
            return
    if typed is None:
        raise new_code_needed()
    raise away("News can't be asked for right now")


async def enter_code(running: Running, code: str, typed: str) -> None:
    """Raises `Problem` 404, 409, 410, 422 or 503."""
    tracking_code = await offered(running, code)
    with _answered():
        judgement = await running.email.enter(tracking_code, typed)
    if judgement is Judgement.ENDED:
        raise new_code_needed()
    if judgement is Judgement.WRONG:
        raise Problem(
            422,
            "wrong-code",
            "That is not the code",
            "Look at the latest message and send its six digits. After five wrong ones a new code is needed.",
            errors=[{"pointer": "/code", "code": "wrong", "detail": "is not the code that was sent"}],
        )


async def stop_news(running: Running, code: str) -> None:
    """Raises `Problem` 404, 410 or 503."""
    tracking_code = await offered(running, code)
    with _answered():
        await running.email.stop(tracking_code)


async def offered(running: Running, code: str) -> str:
    """The tracking code as it is kept. Raises `Problem` 404, 410 or 503."""
    if not running.settings.email.is_on:
        raise Problem(
            404,
            "no-news-by-email",
            "No news is sent by e-mail here",
            "This installation has no mail server. Follow the report at its address.",
        )
    return (await find_report(running.pool, code)).tracking_code


def new_code_needed() -> Problem:
    return Problem(
        409,
        "new-code-needed",
        "A new code is needed",
        "None was asked for, it is too old, or too many wrong ones were tried. Ask for a new code.",
    )


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except TooManyCodes as over:
        raise Problem(
            429,
            "too-many-codes",
            "Too many codes were asked for",
            f"No code was sent. Ask again in {over.retry_after_s} s; {over.limit.burst} at once and then one each "
            f"{over.limit.each_s:g} s are sent.",
            headers={"Retry-After": str(over.retry_after_s)},
        ) from None
    except (*TRANSIENT_ERRORS, Retry):
        raise away("News by e-mail can't be changed right now") from None
