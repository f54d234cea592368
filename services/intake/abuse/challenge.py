"""Work that a sender's machine does before a report, as a price on floods: ALTCHA, with no third party."""

import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import exp
from typing import Any, Final

import altcha

ALGORITHM: Final = "PBKDF2/SHA-256"
LONGEST_SOLUTION: Final = 4096
_DECAY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Solved:
    """`digest`: which challenge, to see that it is not used again before `expires_at`."""

    digest: bytes
    expires_at: datetime


class Load:
    """How many a minute, of late: each counts less the longer ago it was. `clock` in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._at, self._weight = clock, clock(), 0.0

    def count(self) -> float:
        now = self._clock()
        self._weight = self._weight * exp(-(now - self._at) / _DECAY_S) + 1
        self._at = now
        return self._weight


def cost_under(per_minute: float, lowest: int, highest: int, calm_per_minute: int) -> int:
    """As much dearer as there are more of them than in calm, up to the highest."""
    return max(lowest, min(highest, int(lowest * per_minute / calm_per_minute)))


def new_challenge(key: str, cost: int, now: datetime, valid: timedelta) -> dict[str, Any]:
    made = altcha.create_challenge(ALGORITHM, cost, expires_at=now + valid, hmac_secret=key)
    challenge: dict[str, Any] = made.to_dict()
    return challenge


def solved(solution: str, key: str, now: datetime) -> Solved | None:
    """None unless it solves a challenge of ours whose time is not over. What is not signed by us costs
    nothing; the rest as much as one try of the sender's.
    """
    if not 0 < len(solution) <= LONGEST_SOLUTION:
        return None
    try:
        payload = altcha.Payload.from_base64(solution)
        expires_at = payload.challenge.parameters.expires_at
        is_right = altcha.verify_solution(payload, key).verified
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, binascii.Error):
        return None
    if not is_right or not isinstance(expires_at, int):
        return None
    ends = datetime.fromtimestamp(expires_at, now.tzinfo)
    signature = payload.challenge.signature or ""
    return Solved(sha256(signature.encode()).digest(), ends) if ends > now else None


def stamp(key: str, at: datetime) -> str:
    """When a form was shown, so that nobody can say another time."""
    moment = str(int(at.timestamp()))
    return f"{moment}.{_mark(key, moment)}"


def stamped_at(text: str, key: str, now: datetime) -> datetime | None:
    """None for what is no stamp of ours."""
    moment, _, mark = text[:100].partition(".")
    if not moment.isascii() or not moment.isdigit() or not hmac.compare_digest(_mark(key, moment), mark):
        return None
    return datetime.fromtimestamp(int(moment), now.tzinfo)


def _mark(key: str, moment: str) -> str:
    return hmac.new(key.encode(), b"shown " + moment.encode(), "sha256").hexdigest()[:32]
