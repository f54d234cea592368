"""What one report more says about an incident: what it is, how grave, where, and in whose words it is told."""

from dataclasses import replace
from typing import Final

from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident
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


def with_evidence(incident: Incident, report: Heard) -> Incident:
    what = report.understood
    weights = _weights(incident, report)
    category = max(weights, key=lambda code: (weights[code], code is incident.category))
    confidence = what.confidence if what.category is category else 0.0
    if category is incident.category:
        confidence = max(confidence, incident.category_confidence)
    seen = incident.certain_severity is not None or not report.is_second_hand
    counts = incident.hearsay_only or not report.is_second_hand
    severity, certain, reasons = _severity(incident, report)
    clear = clarity_of(report) if what.category is category else 0.0
    is_clearer = clear > incident.clarity or (incident.hearsay_only and not report.is_second_hand)
    finer = not incident.is_place_decided and _is_finer(what.location, incident.location)
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
        distinct_texts=incident.distinct_texts + 1,
        texts=(*incident.texts, report.text)[-_TEXTS_KEPT:],
        words=(*incident.words, report.words)[-_TEXTS_KEPT:],
        hearsay_only=not seen,
        ongoing=incident.ongoing or (what.ongoing and counts),
        involves_minor=incident.involves_minor or (what.involves_minor and counts),
        needs_review=incident.needs_review and what.needs_review,
    )


def _weights(incident: Incident, report: Heard) -> dict[CategoryCode, float]:
    """What is heard about a rumour is the rumour again, whatever it is a rumour of."""
    code = incident.category if report.is_second_hand and incident.is_rumour else report.understood.category
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
