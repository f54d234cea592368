"""What an attempt at an endpoint came to, and when the next one is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias

GONE: Final = 410
LONGEST_RETRY_AFTER: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivered:
    reason: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    reason: str


Outcome: TypeAlias = Delivered | TryAgain | GiveUp


@dataclass(frozen=True, slots=True)
class Response:
    status_code: int
    retry_after: str | None


@dataclass(frozen=True, slots=True)
class NoResponse:
    """`reason`: why, in Swedish."""

    reason: str


@dataclass(frozen=True, slots=True)
class Patience:
    """The n-th pause is `first_s` · 2ⁿ⁻¹, at most `longest_s`; after `attempts` it is over."""

    attempts: int
    first_s: float
    longest_s: float

    def pause(self, attempt: int, spread: float) -> timedelta:
        """`spread`, 0 to 1, picks a point between half and the whole pause, so that retries do not march in step."""
        whole = min(self.first_s * 2.0 ** min(attempt - 1, 40), self.longest_s)
        return timedelta(seconds=whole * (0.5 + spread / 2))


def outcome_of(
    answer: Response | NoResponse, attempt: int, patience: Patience, now: datetime, spread: float
) -> Outcome:
    """`attempt` counts from 1 and includes the one just made."""
    if isinstance(answer, Response):
        if 200 <= answer.status_code < 300:
            return Delivered(f"mottagaren svarade {answer.status_code}")
        if answer.status_code == GONE:
            return GiveUp("mottagaren svarade 410: adressen finns inte mer")
    reason = answer.reason if isinstance(answer, NoResponse) else _refusal(answer.status_code)
    if attempt >= patience.attempts:
        return GiveUp(f"{reason}; {attempt} försök gjorda")
    wanted = _retry_after(answer, now)
    return TryAgain(now + max(patience.pause(attempt, spread), wanted), reason)


def _refusal(status_code: int) -> str:
    redirect = " (omdirigering följs inte)" if 300 <= status_code < 400 else ""
    return f"mottagaren svarade {status_code}{redirect}"


def _retry_after(answer: Response | NoResponse, now: datetime) -> timedelta:
    """Seconds or an HTTP date; what can't be read asks for nothing."""
    text = answer.retry_after if isinstance(answer, Response) else None
    if text is None:
        return timedelta()
    if text.strip().isdecimal():
        asked = timedelta(seconds=min(int(text), int(LONGEST_RETRY_AFTER.total_seconds())))
    else:
        asked = _until_date(text, now)
    return max(timedelta(), min(asked, LONGEST_RETRY_AFTER))


def _until_date(text: str, now: datetime) -> timedelta:
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return timedelta()
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - now


OUTCOME_NAMES: Final[Mapping[type, str]] = {Delivered: "delivered", TryAgain: "try_again", GiveUp: "gave_up"}
