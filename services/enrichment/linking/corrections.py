"""What persons said stands above what was worked out. Pure: which corrections hold, and what they make of a report.

A correction of one report counts in its incident with more weight than any number of reports no person has judged. A
correction of a whole incident is laid above what its reports make of it (`ruling`), and gives its reports the category.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from services.enrichment.domain import Understood
from shared.categories import load_categories
from shared.events import CategoryGuess, CorrectionMade

CORRECTED: Final = "rättad av människa"
_IN_REVIEW: Final = "behöver granskas"
_LONGEST: Final = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judged:
    """A report with persons' words laid above what was understood. `by`: the last of them, None where nobody said any."""

    understood: Understood
    by: UUID | None = None
    is_category_decided: bool = False
    is_place_decided: bool = False


def in_force(corrections: Iterable[CorrectionMade]) -> list[CorrectionMade]:
    """Those that say something and that nobody took back, oldest first. Taking back a taking back restores."""
    made = {each.correction_id: each for each in corrections}
    undoing: dict[UUID, list[UUID]] = defaultdict(list)
    for each in made.values():
        if each.undoes is not None:
            undoing[each.undoes].append(each.correction_id)

    def holds(correction_id: UUID, asked: frozenset[UUID] = frozenset()) -> bool:
        asked |= {correction_id}  # who takes back themselves in a circle take back nothing
        return not any(holds(undo, asked) for undo in undoing[correction_id] if undo not in asked)

    return sorted(
        (each for each in made.values() if each.undoes is None and holds(each.correction_id)), key=_order
    )


def judge(
    report_id: UUID, received_at: datetime, understood: Understood, holding: Sequence[CorrectionMade]
) -> Judged:
    """`holding`: the corrections in force of the report's incident. A word on the report itself beats one on the whole."""
    whole = [each for each in holding if each.report_id is None and each.at >= received_at]
    own = [each for each in holding if each.report_id == report_id]
    if not whole and not own:
        return Judged(understood)
    category = last_said(each.category for each in (*whole, *own))
    label = None if category is None else load_categories()[category].sv
    severity = last_said(each.severity for each in own)
    location = last_said(each.location for each in own)
    judged = understood
    if category is not None:
        judged = replace(
            judged, category=category, confidence=1.0, alternatives=_others(understood, category)
        )
    if severity is not None:
        judged = replace(
            judged, severity=severity, severity_reasons=(f"{CORRECTED}: allvarlighetsgrad {severity:d}",)
        )
    if location is not None:
        elsewhere = location.municipality not in {None, own[0].municipality}
        judged = replace(judged, location=location, outside_municipality=elsewhere, contradicts_pin=False)
    said = words_for(label, severity, None if location is None else location.name or "utpekad på kartan")
    reasons = (said, *(each for each in understood.reasons if not each.startswith(_IN_REVIEW)))
    return Judged(
        replace(judged, needs_review=False, reasons=reasons),
        by=max((*whole, *own), key=_order).correction_id,
        is_category_decided=category is not None,
        is_place_decided=location is not None,
    )


def words_for(category: str | None, severity: int | None, place: str | None) -> str:
    """What a person decided, in plain Swedish; that it was right, when nothing was changed."""
    said = [
        *([f"kategori {category}"] if category else []),
        *([f"allvarlighetsgrad {severity:d}"] if severity is not None else []),
        *([f"plats {place}"] if place else []),
    ]
    return f"{CORRECTED}: {', '.join(said) if said else 'granskad, inget ändrat'}"[:_LONGEST]


def _others(understood: Understood, category: str) -> tuple[CategoryGuess, ...]:
    guesses = (
        CategoryGuess(category=understood.category, confidence=understood.confidence),
        *understood.alternatives,
    )
    return tuple(guess for guess in guesses if guess.category != category)


def last_said(values: Iterable[T | None]) -> T | None:
    """The last that is not None."""
    said = [value for value in values if value is not None]
    return said[-1] if said else None


def _order(correction: CorrectionMade) -> tuple[datetime, UUID]:
    return correction.at, correction.correction_id
