"""What persons decided about a whole incident, above whatever its reports make of it, then and later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.enrichment.linking.corrections import CORRECTED, last_said, words_for
from shared.categories import CategoryCode, load_categories
from shared.events import CorrectionMade, Location, Severity


@dataclass(frozen=True, slots=True)
class Ruling:
    """Fields that are None were left to the reports. `by`: the last correction; `severity_at`: when the severity was decided.

    `challenge`: the gravest that somebody has seen since, above the severity a person decided.
    """

    by: UUID
    category: CategoryCode | None = None
    severity: Severity | None = None
    severity_at: datetime | None = None
    location: Location | None = None
    challenge: Severity | None = None

    @property
    def effective_severity(self) -> Severity | None:
        """A person's severity stands until a person changes it, or somebody has since seen a critical matter."""
        return Severity.CRITICAL if self.challenge is Severity.CRITICAL else self.severity

    @property
    def reason(self) -> str:
        label = None if self.category is None else load_categories()[self.category].sv
        place = None if self.location is None else self.location.name or "utpekad på kartan"
        return words_for(label, self.severity, place)

    @property
    def severity_reasons(self) -> tuple[str, ...]:
        said = (f"{CORRECTED}: allvarlighetsgrad {self.severity:d}",) if self.severity is not None else ()
        told = (
            (f"en senare iakttagelse talar om allvarlighetsgrad {self.challenge:d}",)
            if self.challenge
            else ()
        )
        return (*said, *told)

    def hearing(self, severity: Severity, occurred_at: datetime, *, is_seen: bool) -> "Ruling":
        """After one report more: what somebody saw after the person's word, and graver than it, challenges it."""
        if (
            self.severity is None
            or self.severity_at is None
            or not is_seen
            or occurred_at <= self.severity_at
        ):
            return self
        if severity <= max(self.severity, self.challenge or self.severity):
            return self
        return replace(self, challenge=severity)


def ruling_of(holding: Sequence[CorrectionMade]) -> Ruling | None:
    """From the corrections in force, oldest first; None when nobody judged the incident as a whole."""
    whole = [each for each in holding if each.report_id is None]
    if not whole:
        return None
    return Ruling(
        by=whole[-1].correction_id,
        category=last_said(each.category for each in whole),
        severity=last_said(each.severity for each in whole),
        severity_at=last_said(each.at if each.severity is not None else None for each in whole),
        location=last_said(each.location for each in whole),
    )
