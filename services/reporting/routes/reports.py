"""A report as staff read it: what the machine thought, how sure it was, and what it weighed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from services.reporting.domain.corrections import CorrectionState
from services.reporting.domain.published import Published
from shared.categories import CategoryCode
from shared.events import CategoryGuess, Location, PlaceConsidered, Source, TimeSpan


class CorrectionOfIncident(Published):
    """`report_id`: None when it is about the whole incident. `undo_asked_at`: set as soon as someone undoes it."""

    correction_id: UUID
    report_id: UUID | None
    category: CategoryCode | None
    severity: int | None
    location: Location | None
    note: str | None
    corrected_by: str
    at: AwareDatetime
    state: CorrectionState
    undo_asked_at: AwareDatetime | None


class AssessedReport(Published):
    """What was read before a field existed lacks it: then it has the value given here."""

    report_id: UUID
    source: Source
    text: str
    language: str
    category: CategoryCode
    category_confidence: float
    category_alternatives: tuple[CategoryGuess, ...] = ()
    severity: int
    hearsay: bool
    ongoing: bool = False
    involves_minor: bool = False
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    happened: TimeSpan | None = None
    location: Location = Location()
    places: tuple[PlaceConsidered, ...] = ()
    contradicts_pin: bool = False
    outside_municipality: bool = False
    reasons: tuple[str, ...]


def assessed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the report table as one level of values."""
    return {**row, **row["assessment"]}
