"""How serious a report is, and what else its words say: rules with stated reasons, no guessing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from services.enrichment.text import going_on, hearsay
from services.enrichment.text.lowering import LOWERING
from services.enrichment.text.minors import MINOR
from services.enrichment.text.phrases import Phrasebook, Plain
from services.enrichment.text.raising import RAISING
from services.enrichment.text.signs import Sign
from shared.categories import CategoryCode, load_categories

MINOR_SEVERITY: Final = 1
CRITICAL_SEVERITY: Final = 4
Starts: TypeAlias = Mapping[str, Sequence[int]]
_HEARSAY: Final = "hörsägen"
PHRASEBOOK: Final = Phrasebook(
    {
        _HEARSAY: hearsay.PHRASES,
        **{sign.means: sign.phrases for sign in (MINOR, *going_on.SIGNS, *RAISING, *LOWERING)},
    }
)
_IS_RUMOUR: Final = "rapporten handlar om ett rykte"
_MANY_DANGERS: Final = 3


@dataclass(frozen=True, slots=True)
class Step:
    """`change`: levels up or down; `words`: as the text has them, in small letters."""

    change: int
    means: str
    words: str

    def __str__(self) -> str:
        return f'{"+" if self.change > 0 else "−"} {self.means} ("{self.words}")'


@dataclass(frozen=True, slots=True)
class Assessment:
    """`severity`: 1 minor to 4 critical; `steps`: each raise and lowering that the text gives cause for.

    `ongoing`, `involves_minor`: the words that say so; `hearsay`: why it counts as such. None where it does not.
    """

    category: CategoryCode
    severity: int
    steps: tuple[Step, ...] = ()
    ongoing: str | None = None
    involves_minor: str | None = None
    hearsay: str | None = None

    @property
    def severity_reasons(self) -> tuple[str, ...]:
        """The category's default first."""
        about = load_categories()[self.category]
        return (f"{about.sv}: grundnivå {about.severity}", *map(str, self.steps))


def assess(text: str, category: CategoryCode) -> Assessment:
    plain = Plain.of(text)
    starts = PHRASEBOOK.starts_in(plain.folded)
    second_hand = hearsay.hearsay_reason(plain, starts.get(_HEARSAY, ()))
    steps = tuple(_steps(plain, category, starts))
    return Assessment(
        category=category,
        severity=_severity(load_categories()[category].severity, steps),
        steps=steps,
        ongoing=going_on.going_on(plain, category, starts, second_hand=second_hand is not None),
        involves_minor=MINOR.found_in(plain, starts[MINOR.means]) if MINOR.means in starts else None,
        hearsay=second_hand or (_IS_RUMOUR if category is CategoryCode.RUMOUR else None),
    )


def _severity(default: int, steps: Sequence[Step]) -> int:
    """The weightiest raise and the weightiest lowering count, not their sum: many words do not make a matter graver. Three
    different dangers at once do.
    """
    raises = [step.change for step in steps if step.change > 0]
    raised = max(raises, default=0) + (len(raises) >= _MANY_DANGERS)
    lowered = max((-step.change for step in steps if step.change < 0), default=0)
    return min(max(default + raised - lowered, MINOR_SEVERITY), CRITICAL_SEVERITY)


def _steps(text: Plain, category: CategoryCode, starts: Starts) -> list[Step]:
    raising, lowering = _concerning(category)
    lowers = _found(lowering, text, starts)
    lowered = [Step(-sign.step, sign.means, words) for sign, words in lowers]
    if any(sign.cancels for sign, _ in lowers):
        return lowered
    return [Step(sign.step, sign.means, words) for sign, words in _found(raising, text, starts)] + lowered


@cache
def _concerning(category: CategoryCode) -> tuple[tuple[Sign, ...], tuple[Sign, ...]]:
    """The signs that raise, and those that lower, what is of this category."""
    raising, lowering = (
        tuple(sign for sign in signs if sign.concerns(category)) for signs in (RAISING, LOWERING)
    )
    return raising, lowering


def _found(signs: Sequence[Sign], text: Plain, starts: Starts) -> list[tuple[Sign, str]]:
    return [
        (sign, words)
        for sign in signs
        if sign.means in starts and (words := sign.found_in(text, starts[sign.means]))
    ]
