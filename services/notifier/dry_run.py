"""`vardkase route`: the alerts that enriched reports would lead to, by the same rules, without servers."""

import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.notifier.domain.alerts import compose
from services.notifier.domain.decisions import Send, decide
from services.notifier.domain.rules import Rules
from services.notifier.rules_file import DEFAULT_RULES_PATH, RulesFault, load_rules
from services.notifier.settings import NotifierSettings
from shared.categories import CategoryCode, load_categories
from shared.events import (
    Agency,
    Alert,
    Confidence,
    IncidentChange,
    IncidentChanged,
    Location,
    Severity,
    Source,
)
from shared.identity import MunicipalityCode, derived_id

_DEFAULT_MUNICIPALITY: Final = "1983"


class EnrichedRow(BaseModel):
    """One line of `vardkase enrich`. Only the category is required; what else is missing gets its usual value.

    A row with a `correction_id` is what a person says of its incident: it is not weighed against the others.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    category: CategoryCode
    category_confidence: Confidence = 1.0
    text: str | None = None
    summary: str | None = None
    severity: Severity | None = None
    hearsay: bool | None = None
    ongoing: bool | None = None
    involves_minor: bool | None = None
    needs_review: bool | None = None
    source: Source | None = None
    location: Location | None = None
    municipality: MunicipalityCode | None = None
    occurred_at: AwareDatetime | None = None
    incident_id: str | int | None = None
    reasons: tuple[str, ...] | None = None
    correction_id: UUID | None = None

    @property
    def is_second_hand(self) -> bool:
        return bool(self.hearsay) or self.category is CategoryCode.RUMOUR

    @property
    def words(self) -> str:
        text = self.summary or self.text or load_categories()[self.category].sv
        return text if len(text) <= 500 else text[:499] + "…"


@dataclass(slots=True)
class Followed:
    """An incident as the rows so far make it, and what each agency was last told of it.

    `weights`: how surely its rows, taken together, say what it is.
    """

    incident: IncidentChanged
    weights: dict[CategoryCode, float]
    told: dict[Agency, Alert] = field(default_factory=dict)


def main(stdin: TextIO, stdout: TextIO, stderr: TextIO | None = None, rules_path: Path | None = None) -> None:
    """Raises `SystemExit`: with a sentence when the rules are at fault, with 1 at the end when a row could not be used."""
    complaints = stderr or sys.stderr
    try:
        rules = load_rules(rules_path or NotifierSettings().rules or DEFAULT_RULES_PATH)
    except RulesFault as fault:
        raise SystemExit(str(fault)) from fault
    rules = rules.model_copy(
        update={"quiet_s": 0, "history_days": None, "fresh_hours": {}}
    )  # there is no clock here to go by
    known: dict[str, Followed] = {}
    bad_rows = 0
    for number, line in enumerate(stdin, start=1):
        if not line.strip():
            continue
        try:
            row = EnrichedRow.model_validate_json(line)
        except ValidationError as error:
            bad_rows += 1
            complaints.write(f"line {number}: {_fault(error)}\n")
            continue
        alerts = _alerts(row, number, known, rules)
        stdout.writelines(json.dumps(_shown(alert, row), ensure_ascii=False) + "\n" for alert in alerts)
    if bad_rows:
        raise SystemExit(1)


def _alerts(row: EnrichedRow, number: int, known: dict[str, Followed], rules: Rules) -> Iterator[Alert]:
    now = datetime.now(UTC)
    key = f"row {number}" if row.incident_id is None else f"incident {row.incident_id}"
    before = known.get(key)
    if before is None:
        followed = Followed(_opened(row, derived_id(key), now), {row.category: row.category_confidence})
    else:
        followed = _linked(before, row, now) if row.correction_id is None else _corrected(before, row, now)
    known[key] = followed
    incident = followed.incident
    corrected = set(followed.told) if row.correction_id is not None else set()
    for decision in decide(incident, followed.told, rules, now, corrected):
        if isinstance(decision, Send):
            alert = compose(decision, incident, uuid4(), now)
            followed.told[alert.agency] = alert
            yield alert


def _opened(row: EnrichedRow, incident_id: UUID, now: datetime) -> IncidentChanged:
    location = row.location or Location()
    when = row.occurred_at or now
    return IncidentChanged(
        municipality=row.municipality or location.municipality or _DEFAULT_MUNICIPALITY,
        incident_id=incident_id,
        revision=1,
        change=IncidentChange.OPENED,
        category=row.category,
        category_confidence=row.category_confidence,
        severity=_severity(row),
        summary=row.words,
        location=location,
        first_occurred_at=when,
        last_occurred_at=when,
        report_count=1,
        distinct_texts=1,
        reports_by_source={row.source or Source.CITIZEN: 1},
        hearsay_only=row.is_second_hand,
        ongoing=row.ongoing or False,
        involves_minor=row.involves_minor or False,
        needs_review=row.needs_review or False,
        reasons=tuple(reason[:500] for reason in row.reasons or ()),
        changed_at=now,
    )


def _linked(followed: Followed, row: EnrichedRow, now: datetime) -> Followed:
    """The row is one more report of the incident. Reports are weighed as enrichment weighs them: the category is what
    they say most surely together, and hearsay changes nothing that somebody has seen.
    """
    before, report = followed.incident, _opened(row, followed.incident.incident_id, now)
    counts = before.hearsay_only or not report.hearsay_only
    weights = dict(followed.weights)
    if counts:
        weights[row.category] = weights.get(row.category, 0.0) + row.category_confidence
    category = max(weights, key=lambda code: (weights[code], code is row.category))
    same = category is before.category
    incident = before.model_copy(
        update={
            "revision": before.revision + 1,
            "change": IncidentChange.REPORT_LINKED if same else IncidentChange.RECATEGORISED,
            "category": category,
            "severity": _graver(before, report),
            "summary": report.summary if counts and category is row.category else before.summary,
            "location": before.location if row.location is None else report.location,
            "first_occurred_at": min(before.first_occurred_at, report.first_occurred_at),
            "last_occurred_at": max(before.last_occurred_at, report.last_occurred_at),
            "report_count": before.report_count + 1,
            "reports_by_source": _one_more(before, row.source or Source.CITIZEN),
            "hearsay_only": before.hearsay_only and report.hearsay_only,
            "ongoing": before.ongoing or (report.ongoing and counts),
            "needs_review": before.needs_review and report.needs_review,
            "involves_minor": before.involves_minor or report.involves_minor,
            "reasons": report.reasons or before.reasons,
            "changed_at": now,
        }
    )
    return Followed(incident, weights, followed.told)


def _corrected(followed: Followed, row: EnrichedRow, now: datetime) -> Followed:
    """A person's word stands against any number of later reports, until the next correction."""
    before = followed.incident
    incident = before.model_copy(
        update={
            "revision": before.revision + 1,
            "change": IncidentChange.CORRECTED,
            "category": row.category,
            "category_confidence": 1.0,
            "severity": row.severity or before.severity,
            "location": row.location or before.location,
            "needs_review": row.needs_review or False,
            "correction_id": row.correction_id,
            "changed_at": now,
        }
    )
    return Followed(incident, {row.category: math.inf}, followed.told)


def _graver(before: IncidentChanged, report: IncidentChanged) -> Severity:
    """Hearsay neither raises nor outlasts what somebody saw."""
    if report.hearsay_only and not before.hearsay_only:
        return before.severity
    if before.hearsay_only and not report.hearsay_only:
        return report.severity
    return max(before.severity, report.severity)


def _one_more(before: IncidentChanged, source: Source) -> dict[Source, int]:
    return {**before.reports_by_source, source: before.reports_by_source.get(source, 0) + 1}


def _severity(row: EnrichedRow) -> Severity:
    return row.severity or Severity(load_categories()[row.category].severity)


def _shown(alert: Alert, row: EnrichedRow) -> Mapping[str, Any]:
    return {
        "agency": alert.agency,
        "kind": alert.kind,
        "category": alert.category,
        "severity": int(alert.severity),
        "rule": alert.rule,
        "reasons": list(alert.reasons),
        "summary": alert.summary,
        "location": alert.location.model_dump(mode="json"),
        "incident_id": row.incident_id,
    }


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
