"""What one report more says about an incident: what it is, how grave, where, and in whose words it is told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.enrichment.linking.decide import kind_between
from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident
from services.enrichment.linking.kinds import Tie
from services.enrichment.linking.summary import clarity, summarise
from shared.categories import CategoryCode
from shared.events import Location, Precision, Severity, Source

_TEXTS_KEPT: Final = 16
_TRAINED: Final = frozenset({Source.STAFF, Source.GUARD, Source.POLICE_OPEN_DATA})
_TRAINED_WEIGHT: Final = 1.5
_HEARSAY_WEIGHT: Final = 0.3
_DECIDED_WEIGHT: Final = 1_000_000.0
"""One category that a person decided outweighs any number of reports no person has judged."""
_FINENESS: Final = {precision: rank for rank, precision in enumerate(reversed(Precision))}


OWN_TIES: Final = frozenset({Tie.ADDITION, Tie.STILL_ON, Tie.FIRST})
"""Further words of somebody who has told of it already: no second witness."""


def with_evidence(incident: Incident, report: Heard) -> Incident:
    if report.tie is Tie.STILL_ON:
        return _still_on(incident, report)
    what = report.understood
    weights = _weights(incident, report)
    category = max(weights, key=lambda code: (weights[code], code is incident.category))
    confidence = what.confidence if what.category is category else 0.0
    if category is incident.category:
        confidence = max(confidence, incident.category_confidence)
    seen = incident.certain_severity is not None or not report.is_second_hand
    counts = incident.hearsay_only or not report.is_second_hand
    severity, certain, reasons = _severity(incident, report)
    clear = clarity_of(report) if what.category is category and _may_sum_up(incident, report) else 0.0
    is_clearer = clear > incident.clarity or (
        clear > 0.0 and incident.hearsay_only and not report.is_second_hand
    )
    may_place = report.tie is not Tie.SAME and not incident.is_place_decided
    finer = may_place and _is_finer(what.location, incident.location)
    return replace(
        incident,
        category=category,
        category_confidence=confidence or incident.category_confidence,
        weights=weights,
        severity=severity,
        certain_severity=certain,
        severity_reasons=reasons,
        summary=summarise(report.text) if is_clearer else incident.summary,
        clarity=clear if is_clearer else incident.clarity,
        location=what.location if finer or report.is_place_decided else incident.location,
        is_place_decided=incident.is_place_decided or report.is_place_decided,
        distinct_texts=incident.distinct_texts + (report.tie not in OWN_TIES),
        texts=(*incident.texts, report.text)[-_TEXTS_KEPT:],
        words=(*incident.words, report.words)[-_TEXTS_KEPT:],
        hearsay_only=not seen,
        ongoing=incident.ongoing or (what.ongoing and counts),
        involves_minor=incident.involves_minor or (what.involves_minor and counts),
        needs_review=incident.needs_review and what.needs_review,
    )


def _still_on(incident: Incident, report: Heard) -> Incident:
    """A new observation of the same; its words are those of the first report again. Who only heard of it saw nothing now."""
    if report.is_judged:
        incident = with_evidence(incident, replace(report, tie=Tie.ADDITION))
    at = report.occurred_at
    return replace(
        incident,
        ongoing=incident.ongoing or incident.hearsay_only or not report.is_second_hand,
        still_on_at=at if incident.still_on_at is None else max(incident.still_on_at, at),
    )


def _may_sum_up(incident: Incident, report: Heard) -> bool:
    """What is added makes sense after what was said first; by itself only where nothing else is left."""
    return report.tie is not Tie.ADDITION or incident.clarity == 0.0


def _weights(incident: Incident, report: Heard) -> Mapping[CategoryCode, float]:
    """What is heard about a rumour is the rumour again, whatever it is a rumour of. One witness who says more weighs no more."""
    code = incident.category if report.is_second_hand and incident.is_rumour else report.understood.category
    if report.is_category_decided or report.tie is None:
        return _heavier(incident, report, code)
    if report.tie is Tie.SAME:
        fits = any(kind_between(report, face) for face in incident.faces)
        return _heavier(incident, report, code) if fits else incident.weights
    return {**incident.weights, code: max(incident.weights.get(code, 0.0), round(weight_of(report), 6))}


def _heavier(incident: Incident, report: Heard, code: CategoryCode) -> dict[CategoryCode, float]:
    return {**incident.weights, code: round(incident.weights.get(code, 0.0) + weight_of(report), 6)}


def _severity(incident: Incident, report: Heard) -> tuple[Severity, Severity | None, tuple[str, ...]]:
    """The gravest that somebody saw; while nobody has, the gravest that is said."""
    told, certain = report.understood.severity, incident.certain_severity
    if report.is_second_hand:
        if certain is None and told > incident.severity:
            return told, None, report.understood.severity_reasons
        return incident.severity, certain, incident.severity_reasons
    if certain is None or told > certain:
        return told, told, report.understood.severity_reasons
    return certain, certain, incident.severity_reasons


def _is_finer(new: Location, old: Location) -> bool:
    rank, old_rank = _FINENESS[new.precision], _FINENESS[old.precision]
    if rank != old_rank:
        return rank > old_rank
    return (new.uncertainty_m or 1e9) < (old.uncertainty_m or 1e9)


def weight_of(report: Heard) -> float:
    if report.is_category_decided:
        return _DECIDED_WEIGHT
    weight = report.understood.confidence
    if report.is_second_hand:
        return weight * _HEARSAY_WEIGHT
    return weight * (_TRAINED_WEIGHT if report.source in _TRAINED else 1.0)


def clarity_of(report: Heard) -> float:
    """0 for a report whose words are gone: any other tells more."""
    if not report.text:
        return 0.0
    return clarity(
        report.text,
        sure=report.understood.confidence,
        seen=not report.is_second_hand,
        trained=report.source in _TRAINED,
        located=report.understood.location.precision not in {Precision.MUNICIPALITY, Precision.UNKNOWN},
    )
