"""How serious a report is, and what else its words say: rules with stated reasons, no guessing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.enrichment.text.hearsay import hearsay_reason
from services.enrichment.text.signs import LOWERING, MINOR, ONGOING, RAISING, Sign, possible_in
from shared.categories import CategoryCode, load_categories

MINOR_SEVERITY: Final = 1
CRITICAL_SEVERITY: Final = 4
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
    hearsay = hearsay_reason(text) or (_IS_RUMOUR if category is CategoryCode.RUMOUR else None)
    possible = possible_in(words)
    severity, reasons = _severity(words, category, possible)
    return Assessment(
        severity=severity,
        severity_reasons=reasons,
        ongoing=ONGOING.means in possible and ONGOING.found_in(words) is not None,
        involves_minor=MINOR.means in possible and MINOR.found_in(words) is not None,
        hearsay=hearsay is not None,
        hearsay_reason=hearsay or "",
    )


def _severity(words: str, category: CategoryCode, possible: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    """The weightiest raise and the weightiest lowering count, not their sum: many words do not make a matter graver."""
    default = load_categories()[category].severity
    raises, lowerings = (
        _steps([sign for sign in signs if sign.means in possible], words, category)
        for signs in (RAISING, LOWERING)
    )
    raised = max((step for step, _ in raises), default=0) + (len(raises) >= 3)
    lowered = max((step for step, _ in lowerings), default=0)
    severity = min(max(default + raised - lowered, MINOR_SEVERITY), CRITICAL_SEVERITY)
    start = f"{load_categories()[category].sv}: grundnivå {default}"
    return severity, (
        start,
        *(f"+ {reason}" for _, reason in raises),
        *(f"− {reason}" for _, reason in lowerings),
    )


def _steps(signs: Sequence[Sign], words: str, category: CategoryCode) -> list[tuple[int, str]]:
    return [
        (sign.step, f'{sign.means} ("{found}")')
        for sign in signs
        if sign.concerns(category) and (found := sign.found_in(words))
    ]


def _plain(text: str) -> str:
    """Lower case and single spaces, so that capitals and line breaks change nothing."""
    return re.sub(r"\s+", " ", text.casefold()).strip()
