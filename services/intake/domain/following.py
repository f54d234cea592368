"""What a reporter may follow: the statuses of one report, newest last, and nothing of what was said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.events import FollowStatus, Relation

_ORDER: Final = tuple(FollowStatus)


@dataclass(frozen=True, slots=True)
class Step:
    status: FollowStatus
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """That something was added to a report, and when; not what."""

    relation: Relation
    at: datetime
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """One report as its reporter sees it. `history` runs from the oldest step; the newest is what holds."""

    tracking_code: str
    municipality: str
    received_at: datetime
    history: tuple[Step, ...]

    @property
    def status(self) -> FollowStatus:
        return self.history[-1].status


def followed(tracking_code: str, municipality: str, received_at: datetime, steps: Sequence[Step]) -> Followed:
    """Steps may have arrived in any order; the time they were taken decides. What was done about its incident before this report
    came to it holds for the report from when it was assessed.
    """
    taken = [step for step in steps if step.status is not FollowStatus.RECEIVED]
    assessed = min((step.at for step in taken if step.status is FollowStatus.ASSESSED), default=received_at)
    since = max(received_at, assessed)
    later = sorted(
        (replace(step, at=max(step.at, since)) for step in taken),
        key=lambda step: (step.at, _ORDER.index(step.status)),
    )
    return Followed(
        tracking_code, municipality, received_at, (Step(FollowStatus.RECEIVED, received_at), *later)
    )


def spelled_out(code: str) -> str | None:
    """The code as it is stored, from what a person typed; None when it can't be one."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    if len(letters) != 12 or len(code) > 40:
        return None
    return "-".join((letters[:4], letters[4:8], letters[8:]))
