"""The picture's arithmetic: what happened in a period, against the one before and against what was to be expected."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from services.reporting.domain.comparison import Comparison, compare
from services.reporting.domain.incident import Incident, verification
from services.reporting.domain.periods import Period, local_date
from services.reporting.domain.published import (
    CategoryCount,
    DayCount,
    IncidentSummary,
    PeriodSpan,
    Totals,
)
from services.reporting.domain.wording import capital, plural_en, plural_sv
from shared.categories import CategoryCode, load_categories
from shared.events import Source

DISCOVERED: Final = frozenset({Source.STAFF, Source.GUARD, Source.POLICE_OPEN_DATA})


@dataclass(frozen=True, slots=True)
class ReportCount:
    """So many reports from one source, of what occurred on one local day."""

    day: date
    source: Source
    reports: int


@dataclass(frozen=True)
class Material:
    """What the arithmetic is done on. `incidents` and `reports` cover this period and the one before; `baseline` has
    for each category the counts of earlier periods, none when there is too little history.
    """

    period: Period
    now: datetime
    incidents: Sequence[Incident]
    reports: Sequence[ReportCount]
    baseline: Mapping[CategoryCode, Sequence[int]]
    baseline_periods: int

    @property
    def previous(self) -> Period:
        return self.period.before()

    @cached_property
    def in_period(self) -> Sequence[Incident]:
        """This period's incidents, the newest first."""
        found = _within(self.period, self.incidents)
        return sorted(found, key=lambda each: (each.first_occurred_at, each.incident_id), reverse=True)

    @cached_property
    def in_previous(self) -> Sequence[Incident]:
        return _within(self.previous, self.incidents)

    def against(self, baseline: Sequence[int], count: int, previous: int) -> Comparison:
        return compare(count, previous, baseline, self.period.elapsed(self.now))


def _within(period: Period, incidents: Sequence[Incident]) -> list[Incident]:
    start, end = period.starts_at.astimezone(UTC), period.ends_at.astimezone(UTC)
    return [each for each in incidents if start <= each.first_occurred_at < end]


def span(period: Period) -> PeriodSpan:
    return PeriodSpan(from_=period.starts_at, to=period.ends_at, days=period.days)


def totals(material: Material) -> Totals:
    period, previous = material.period, material.previous
    by_source: Counter[Source] = Counter()
    previous_reports = 0
    for each in material.reports:
        if period.first <= each.day < period.end:
            by_source[each.source] += each.reports
        elif previous.first <= each.day < previous.end:
            previous_reports += each.reports
    discovered = sum(by_source[source] for source in DISCOVERED)
    incidents, before = material.in_period, len(material.in_previous)
    overall = [sum(counts) for counts in zip(*material.baseline.values(), strict=True)]
    comparison = material.against(overall, len(incidents), before)
    return Totals(
        reports=by_source.total(),
        incidents=len(incidents),
        previous_reports=previous_reports,
        previous_incidents=before,
        reported=by_source.total() - discovered,
        discovered=discovered,
        needs_review=sum(each.needs_review for each in incidents),
        by_source={source: count for source, count in sorted(by_source.items()) if count},
        finding=comparison.finding,
        sentence_sv=comparison.sentence_sv("Händelser"),
        sentence_en=comparison.sentence_en("Incidents"),
    )


def category_counts(material: Material) -> tuple[CategoryCount, ...]:
    """Every category seen in this period or the one before, the most frequent first."""
    now = _by_category(material.in_period)
    before = _by_category(material.in_previous)
    rows = [_category_count(material, code, now[code], before[code]) for code in {*now, *before}]
    return tuple(sorted(rows, key=lambda row: (-row.count, -row.previous, row.sv)))


def _by_category(incidents: Sequence[Incident]) -> defaultdict[CategoryCode, list[Incident]]:
    groups: defaultdict[CategoryCode, list[Incident]] = defaultdict(list)
    for incident in incidents:
        groups[incident.category].append(incident)
    return groups


def _category_count(
    material: Material, code: CategoryCode, now: Sequence[Incident], before: Sequence[Incident]
) -> CategoryCount:
    baseline = material.baseline.get(code, (0,) * material.baseline_periods)
    comparison = material.against(baseline, len(now), len(before))
    interval = comparison.expected
    category = load_categories()[code]
    return CategoryCount(
        category=code,
        sv=category.sv,
        en=category.en,
        count=len(now),
        previous=len(before),
        expected_low=interval.low if interval else None,
        expected_high=interval.high if interval else None,
        finding=comparison.finding,
        max_severity=max((each.severity for each in now), default=0),
        sentence_sv=comparison.sentence_sv(capital(plural_sv(code))),
        sentence_en=comparison.sentence_en(capital(plural_en(code))),
    )


def day_counts(material: Material) -> tuple[DayCount, ...]:
    """Every day of the period before and of this one, oldest first."""
    incidents: defaultdict[date, list[Incident]] = defaultdict(list)
    for incident in material.incidents:
        incidents[local_date(incident.first_occurred_at)].append(incident)
    reports: Counter[date] = Counter()
    for each in material.reports:
        reports[each.day] += each.reports
    return tuple(
        DayCount(
            date=day,
            incidents=len(incidents[day]),
            reports=reports[day],
            max_severity=max((each.severity for each in incidents[day]), default=0),
        )
        for day in [*material.previous.dates(), *material.period.dates()]
    )


def summary(incident: Incident) -> IncidentSummary:
    category = load_categories()[incident.category]
    return IncidentSummary(
        incident_id=incident.incident_id,
        category=incident.category,
        sv=category.sv,
        en=category.en,
        severity=incident.severity,
        summary=incident.summary,
        location=incident.location,
        first_occurred_at=incident.first_occurred_at,
        last_occurred_at=incident.last_occurred_at,
        report_count=incident.report_count,
        hearsay_only=incident.hearsay_only,
        ongoing=incident.ongoing,
        involves_minor=incident.involves_minor,
        needs_review=incident.needs_review,
        verification=verification(incident),
        agencies=incident.agencies,
    )
