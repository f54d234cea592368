"""What speaks for a machine, and what becomes of a report of which that is said. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from services.intake.domain.emergency import Danger, speaks_of_danger
from shared.categories import CategoryCode
from shared.events import ReportReceived


class Reason(StrEnum):
    """`no_work`: the form came without a solved challenge, as without script. `trap`: a field that no person sees was filled.
    `follows_held`, `follows_doubted`: it is added to a report that is held for a while, or until a person has decided, or was
    rejected.
    """

    NO_WORK = "no_work"
    TOO_FAST = "too_fast"
    TRAP = "trap"
    BURST = "burst"
    FOLLOWS_HELD = "follows_held"
    FOLLOWS_DOUBTED = "follows_doubted"


class State(StrEnum):
    """`passed`: went on at once in spite of the reasons, since it told of danger to life."""

    HELD = "held"
    PASSED = "passed"
    RELEASED = "released"
    REJECTED = "rejected"


_WEIGHTS: Final[Mapping[Reason, int]] = {
    Reason.TOO_FAST: 1,
    Reason.NO_WORK: 1,
    Reason.TRAP: 2,
    Reason.BURST: 4,
    Reason.FOLLOWS_HELD: 2,
    Reason.FOLLOWS_DOUBTED: 4,
}
# More than a few without work from one place within the hour.
_OFTEN_WITHOUT_WORK: Final = 1
_HELD_FROM: Final = 2
_FOR_A_PERSON_FROM: Final = 4
GRAVE: Final = frozenset(
    {
        CategoryCode.FIRE,
        CategoryCode.EXPLOSION_SHOOTING,
        CategoryCode.WEAPONS,
        CategoryCode.VIOLENCE,
        CategoryCode.ROBBERY,
        CategoryCode.SEXUAL_OFFENCE,
        CategoryCode.MISSING_PERSON,
        CategoryCode.DEATH,
    }
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`release_at` None: a person decides, or nobody needs to."""

    state: State
    reasons: tuple[Reason, ...]
    release_at: datetime | None

    def as_columns(self, alike: bytes | None) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "reasons": [reason.value for reason in self.reasons],
            "release_at": None if self.release_at is None else self.release_at.isoformat(),
            "alike": None if alike is None else alike.hex(),
        }


def judge(
    reasons: Iterable[Reason],
    *,
    is_danger: bool,
    now: datetime,
    release_after: timedelta,
    is_often: bool = False,
) -> Judgement | None:
    """None: too little is said against it. Nothing is ever refused here. `is_often`: more than a few came from there without work."""
    ordered = tuple(reason for reason in Reason if reason in set(reasons))
    weight = sum(_WEIGHTS[reason] for reason in ordered)
    if is_often and Reason.NO_WORK in ordered:
        weight += _OFTEN_WITHOUT_WORK
    if weight < _HELD_FROM:
        return None
    if is_danger:
        return Judgement(State.PASSED, ordered, None)
    for_a_person = weight >= _FOR_A_PERSON_FROM
    return Judgement(State.HELD, ordered, None if for_a_person else now + release_after)


def tells_of_danger(event: ReportReceived, danger: Danger | None) -> bool:
    """By what was answered, what was chosen, or any word for it. Saying that there is none, or when it was, takes back no word."""
    return danger is Danger.YES or event.category_hint in GRAVE or speaks_of_danger(event.text)
