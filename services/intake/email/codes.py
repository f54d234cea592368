"""The code that shows whether somebody reads what is sent to an address. Pure, but for making one."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Final

DIGITS: Final = 6
MOST_WRONG: Final = 5


class Judgement(StrEnum):
    """`ended`: too late, tried too often, or none was asked for; only a new code helps."""

    RIGHT = "right"
    WRONG = "wrong"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class KeptCode:
    digest: bytes
    ends_at: datetime
    wrong_tries: int


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def typed_code(typed: str) -> str | None:
    """From `123 456` too; None for what can't be a code."""
    digits = "".join(typed[:40].split()).replace("-", "")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def is_over(kept: KeptCode, now: datetime) -> bool:
    """Too late, or tried too often."""
    return now >= kept.ends_at or kept.wrong_tries >= MOST_WRONG


def judge(kept: KeptCode | None, digest: bytes, now: datetime) -> Judgement:
    """`digest`: of what was entered. The right one after too many wrong ones is too late as well."""
    if kept is None or is_over(kept, now):
        return Judgement.ENDED
    if compare_digest(kept.digest, digest):
        return Judgement.RIGHT
    return Judgement.ENDED if kept.wrong_tries + 1 >= MOST_WRONG else Judgement.WRONG
