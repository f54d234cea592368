"""How serious a report is, and what else its words say: rules with stated reasons, no guessing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from services.enrichment.text import hearsay
from services.enrichment.text.phrases import Phrasebook
from services.enrichment.text.signs import LOWERING, MINOR, ONGOING, RAISING, Sign
from shared.categories import CategoryCode, load_categories

MINOR_SEVERITY: Final = 1
CRITICAL_SEVERITY: Final = 4
Starts: TypeAlias = Mapping[str, Sequence[int]]
_HEARSAY: Final = "hörsägen"
_PHRASES: Final = Phrasebook(
    {
        _HEARSAY: hearsay.PHRASES,
        **{sign.means: sign.phrases for sign in (ONGOING, MINOR, *RAISING, *LOWERING)},
    }
)
_IS_RUMOUR: Final = "rapporten handlar om ett rykte"


@dataclass(frozen=True, slots=True)
class Assessment:
    """`severity`: 1 minor to 4 critical; `severity_reasons`: the category's default first, then each raise and lowering."""

    severity: int
    severity_reasons: tuple[str, ...]
    ongoing: bool
    involves_minor: bool
    hearsay: bool
    hearsay_reason: str


def assess(text: str, category: CategoryCode) -> Assessment:
    words = _plain(text)
    starts = _PHRASES.starts_in(words)
    second_hand = hearsay.hearsay_reason(words, starts.get(_HEARSAY, ()))
    hearsay_reason = second_hand or (_IS_RUMOUR if category is CategoryCode.RUMOUR else None)
    severity, reasons = _severity(words, category, starts)
    return Assessment(
        severity=severity,
        severity_reasons=reasons,
        ongoing=ONGOING.found_in(words, starts.get(ONGOING.means, ())) is not None,
        involves_minor=MINOR.found_in(words, starts.get(MINOR.means, ())) is not None,
        hearsay=hearsay_reason is not None,
        hearsay_reason=hearsay_reason or "",
    )


def _severity(words: str, category: CategoryCode, starts: Starts) -> tuple[int, tuple[str, ...]]:
    """The weightiest raise and the weightiest lowering count, not their sum: many words do not make a matter graver."""
    default = load_categories()[category].severity
    raises, lowerings = (_steps(signs, words, category, starts) for signs in (RAISING, LOWERING))
    raised = max((step for step, _ in raises), default=0) + (len(raises) >= 3)
    lowered = max((step for step, _ in lowerings), default=0)
    severity = min(max(default + raised - lowered, MINOR_SEVERITY), CRITICAL_SEVERITY)
    start = f"{load_categories()[category].sv}: grundnivå {default}"
    return severity, (
        start,
        *(f"+ {reason}" for _, reason in raises),
        *(f"− {reason}" for _, reason in lowerings),
    )


def _steps(
    signs: Sequence[Sign], words: str, category: CategoryCode, starts: Starts
) -> list[tuple[int, str]]:
    return [
        (sign.step, f'{sign.means} ("{found}")')
        for sign in signs
        if sign.means in starts
        and sign.concerns(category)
        and (found := sign.found_in(words, starts[sign.means]))
    ]


def _plain(text: str) -> str:
    """Lower case and single spaces, so that capitals and line breaks change nothing."""
    return " ".join(text.casefold().split())
