"""Which kinds of reports can tell of the same occurrence, and how far apart in time and space."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from services.enrichment.domain import Understood
from shared.categories import CategoryCode as C


class Tie(StrEnum):
    """How a report is tied to its incident by what its reporter said: a stranger's view, the reporter's own later words, or the
    reporter's first words that came after those.
    """

    SAME = "same"
    ADDITION = "addition"
    STILL_ON = "still_on"
    FIRST = "first"


SAME_KIND: Final = 1.0
SAME_FAMILY: Final = 0.7
_SECOND_CHOICE: Final = 0.8
_GUESS_COUNTS_FROM: Final = 0.25
_GUESS_COUNTS_BESIDE: Final = 0.5


@dataclass(frozen=True)
class Kind:
    """`within`: longest gap between two reports of one incident; `lasts`: an incident takes no reports beyond this.

    `reach_m`: how far the thing itself extends or moves. `by_words`: many of them happen at one place (thefts at a
    harbour), so that time and place alone don't make two reports one; the words must agree too.
    """

    within: timedelta
    lasts: timedelta
    reach_m: float = 250.0
    by_words: bool = False

    @cached_property
    def within_s(self) -> float:
        return self.within.total_seconds()

    @cached_property
    def lasts_s(self) -> float:
        return self.lasts.total_seconds()


def _kind(hours: float, lasts_days: float, reach_m: float = 250.0, *, by_words: bool = False) -> Kind:
    return Kind(timedelta(hours=hours), timedelta(days=lasts_days), reach_m, by_words)


KINDS: Final[Mapping[C, Kind]] = MappingProxyType(
    {
        C.FIRE: _kind(8, 2, 400),
        C.EXPLOSION_SHOOTING: _kind(4, 1, 600),
        C.WEAPONS: _kind(4, 1, 400),
        C.VIOLENCE: _kind(4, 1),
        C.ROBBERY: _kind(6, 1),
        C.THREAT: _kind(12, 3, by_words=True),
        C.SEXUAL_OFFENCE: _kind(24, 3, by_words=True),
        C.BURGLARY: _kind(24, 3, by_words=True),
        C.THEFT: _kind(24, 3, by_words=True),
        C.FRAUD: _kind(72, 7, 2000, by_words=True),
        C.VANDALISM: _kind(48, 4, by_words=True),
        C.DRUGS: _kind(12, 2, by_words=True),
        C.DISORDER: _kind(5, 1, 300),
        C.YOUTH_GATHERING: _kind(5, 1, 300),
        C.TRAFFIC: _kind(3, 0.5, 400),
        C.MISSING_PERSON: _kind(72, 14, 3000),
        C.CHILD_CONCERN: _kind(96, 14, by_words=True),
        C.VULNERABLE_ADULT: _kind(24, 4, 500, by_words=True),
        C.SCHOOL_INCIDENT: _kind(12, 2),
        C.ACCIDENT: _kind(6, 1, 300),
        C.SUSPICIOUS: _kind(8, 2, 500, by_words=True),
        C.UNSAFE_PLACE: _kind(120, 14, by_words=True),
        C.ENVIRONMENT: _kind(120, 14, by_words=True),
        C.ANIMAL: _kind(12, 2, 1500),
        C.RUMOUR: _kind(72, 7, 2000, by_words=True),
        C.DEATH: _kind(12, 3),
        C.OTHER: _kind(24, 3, by_words=True),
    }
)
LONGEST_GAP: Final = max(kind.within for kind in KINDS.values())
REPEATED_WITHIN: Final = timedelta(hours=24)
"""The same text is the same report, said again, when it comes within this time."""

_FAMILIES: Final = (
    (C.FIRE, C.EXPLOSION_SHOOTING, C.ACCIDENT),
    (C.FIRE, C.VANDALISM),
    (C.EXPLOSION_SHOOTING, C.WEAPONS),
    (C.VIOLENCE, C.ROBBERY, C.THREAT, C.WEAPONS),
    (C.VIOLENCE, C.DISORDER),
    (C.THEFT, C.BURGLARY, C.ROBBERY),
    (C.BURGLARY, C.VANDALISM),
    (C.DISORDER, C.YOUTH_GATHERING, C.UNSAFE_PLACE),
    (C.DISORDER, C.YOUTH_GATHERING, C.VANDALISM),
    (C.DRUGS, C.YOUTH_GATHERING, C.UNSAFE_PLACE),
    (C.SUSPICIOUS, C.BURGLARY, C.THEFT),
    (C.TRAFFIC, C.ACCIDENT),
    (C.MISSING_PERSON, C.VULNERABLE_ADULT),
    (C.CHILD_CONCERN, C.SCHOOL_INCIDENT),
    (C.SCHOOL_INCIDENT, C.VIOLENCE),
    (C.ENVIRONMENT, C.UNSAFE_PLACE),
    (C.DEATH, C.ACCIDENT),
)


def _relatives(code: C) -> Mapping[C, float]:
    family = {other: SAME_FAMILY for members in _FAMILIES if code in members for other in members}
    return MappingProxyType({**family, code: SAME_KIND})


RELATIVES: Final[Mapping[C, Mapping[C, float]]] = MappingProxyType({code: _relatives(code) for code in C})
"""For each category, those that may be the same thing, and how well they fit (0-1)."""


def kinds_of(told: Understood) -> dict[C, float]:
    """The categories it may be one thing with, and how well they fit: related ones, and those nearly chosen."""
    kinds = dict(RELATIVES[told.category])
    enough = min(_GUESS_COUNTS_FROM, _GUESS_COUNTS_BESIDE * told.confidence)
    for guess in told.alternatives:
        if guess.confidence >= enough:
            kinds[guess.category] = max(kinds.get(guess.category, 0.0), _SECOND_CHOICE)
    return kinds
