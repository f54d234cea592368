"""An incident as its reports make it. Every change gives a new value; the rows of links say how it came about."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from services.enrichment.linking.evidence import OWN_TIES, clarity_of, weight_of, with_evidence
from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident, ruled, unruled
from services.enrichment.linking.kinds import Tie
from services.enrichment.linking.ruling import Ruling
from services.enrichment.linking.summary import summarise
from shared.events import Source
from shared.identity import derived_id


def opened(report: Heard) -> Incident:
    """A new incident; its id follows from its first report, so that a re-run gives the same."""
    what = report.understood
    return Incident(
        incident_id=derived_id("incident", report.report_id),
        municipality=report.municipality,
        revision=1,
        category=what.category,
        category_confidence=what.confidence,
        weights={what.category: weight_of(report)},
        severity=what.severity,
        certain_severity=None if report.is_second_hand else what.severity,
        severity_reasons=what.severity_reasons,
        summary=summarise(report.text),
        clarity=clarity_of(report),
        location=what.location,
        first_occurred_at=report.occurred_at,
        last_occurred_at=report.occurred_at,
        report_count=1,
        distinct_texts=1,
        reports_by_source={report.source: 1},
        texts=(report.text,),
        hearsay_only=report.is_second_hand,
        ongoing=what.ongoing,
        involves_minor=what.involves_minor,
        needs_review=what.needs_review,
        is_place_decided=report.is_place_decided,
    )


def joined(incident: Incident, report: Heard, *, is_repeat: bool, reason: str) -> Incident:
    """The incident with one report more. A repeat is counted, and changes nothing about how grave or sure it is, unless a
    person has judged it; what a person decided about the incident stays.
    """
    if incident.ruling is not None:
        after = joined(unruled(incident), report, is_repeat=is_repeat, reason=reason)
        return ruled(after, _hearing(incident.ruling, report, is_repeat=is_repeat))
    first, last = _times(incident, report)
    counted = replace(
        incident,
        revision=incident.revision + 1,
        first_occurred_at=first,
        last_occurred_at=last,
        report_count=incident.report_count + 1,
        reports_by_source=_one_more(incident.reports_by_source, report.source),
        link_reason=reason,
        own_additions=incident.own_additions + (report.tie in OWN_TIES),
    )
    if not is_repeat:
        return with_evidence(counted, report)
    if not report.is_judged:
        return counted
    return replace(with_evidence(counted, report), distinct_texts=counted.distinct_texts)


def made_anew(linked: Iterable[tuple[Heard, bool, str]], ruling: Ruling | None, revision: int) -> Incident:
    """The incident that these reports make, in the order they were linked, each with whether it is a repeat and why it was
    linked.
    """
    (first, _, _), *others = linked
    incident = ruled(opened(first), ruling and _hearing(ruling, first, is_repeat=False))
    for report, is_repeat, reason in others:
        incident = joined(incident, report, is_repeat=is_repeat, reason=reason)
    return replace(incident, revision=revision)


def _hearing(ruling: Ruling, report: Heard, *, is_repeat: bool) -> Ruling:
    is_seen = not (is_repeat or report.is_second_hand)
    return ruling.hearing(report.understood.severity, report.occurred_at, is_seen=is_seen)


def _times(incident: Incident, report: Heard) -> tuple[datetime, datetime]:
    """What is added later is mostly about what was seen before; that it still goes on is seen now."""
    if report.tie is Tie.ADDITION:
        return incident.first_occurred_at, incident.last_occurred_at
    at = report.occurred_at
    return min(incident.first_occurred_at, at), max(incident.last_occurred_at, at)


def _one_more(counts: Mapping[Source, int], source: Source) -> dict[Source, int]:
    return {**counts, source: counts.get(source, 0) + 1}
