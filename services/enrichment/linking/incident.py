"""An incident as its reports make it. Every change gives a new value; the rows of links say how it came about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.enrichment.domain import Understood
from services.enrichment.linking.kinds import KINDS, kinds_of
from services.enrichment.linking.ruling import Ruling
from services.enrichment.linking.summary import clarity, summarise
from services.enrichment.linking.words import Words, words_of
from shared.categories import CategoryCode
from shared.events import IncidentChange, Location, Precision, Severity, Source
from shared.identity import derived_id

_TEXTS_KEPT: Final = 16
_TRAINED: Final = frozenset({Source.STAFF, Source.GUARD, Source.POLICE_OPEN_DATA})
_TRAINED_WEIGHT: Final = 1.5
_HEARSAY_WEIGHT: Final = 0.3
_DECIDED_WEIGHT: Final = 1_000_000.0
"""One category that a person decided outweighs any number of reports no person has judged."""
_FINENESS: Final = {precision: rank for rank, precision in enumerate(reversed(Precision))}


@dataclass(frozen=True, slots=True)
class Heard:
    """A report that was understood, as linking sees it. What a person decided about it already stands in `understood`.

    What is asked for each incident that it meets is worked out once.
    """

    report_id: UUID
    municipality: str
    source: Source
    text: str
    occurred_at: datetime
    understood: Understood
    is_judged: bool = False
    is_category_decided: bool = False
    is_place_decided: bool = False
    words: Words = field(init=False, compare=False, repr=False)
    kinds: Mapping[CategoryCode, float] = field(init=False, compare=False, repr=False)
    at_s: float = field(init=False, compare=False, repr=False)
    is_rumour: bool = field(init=False, compare=False, repr=False)
    is_second_hand: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        put, is_rumour = object.__setattr__, self.understood.category is CategoryCode.RUMOUR
        put(self, "words", words_of(self.text))
        put(self, "kinds", kinds_of(self.understood))
        put(self, "at_s", self.occurred_at.timestamp())
        put(self, "is_rumour", is_rumour)
        put(self, "is_second_hand", self.understood.hearsay or is_rumour)


@dataclass(frozen=True, slots=True)
class Automatic:
    """What lies beneath a person's ruling."""

    category: CategoryCode
    category_confidence: float
    severity: Severity
    severity_reasons: tuple[str, ...]
    location: Location
    needs_review: bool


@dataclass(frozen=True, slots=True)
class Incident:
    """`weights`: what its reports say it is; `texts`: its latest distinct texts; `certain_severity`: the gravest that someone
    saw, None while all is hearsay; `ruling`: what a person decided about the whole; `automatic`: what it would be without.
    """

    incident_id: UUID
    municipality: str
    revision: int
    category: CategoryCode
    category_confidence: float
    weights: Mapping[CategoryCode, float]
    severity: Severity
    certain_severity: Severity | None
    severity_reasons: tuple[str, ...]
    summary: str
    clarity: float
    location: Location
    first_occurred_at: datetime
    last_occurred_at: datetime
    report_count: int
    distinct_texts: int
    reports_by_source: Mapping[Source, int]
    texts: tuple[str, ...]
    hearsay_only: bool
    ongoing: bool
    involves_minor: bool
    needs_review: bool
    link_reason: str = ""
    is_place_decided: bool = False
    ruling: Ruling | None = None
    automatic: Automatic | None = None
    words: tuple[Words, ...] = field(default=(), compare=False, repr=False)
    first_s: float = field(init=False, compare=False, repr=False)
    last_s: float = field(init=False, compare=False, repr=False)
    is_rumour: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        if len(self.words) != len(self.texts):
            put(self, "words", tuple(words_of(text) for text in self.texts))
        put(self, "first_s", self.first_occurred_at.timestamp())
        put(self, "last_s", self.last_occurred_at.timestamp())
        put(self, "is_rumour", self.category is CategoryCode.RUMOUR)

    @property
    def faces(self) -> tuple["Incident", ...]:
        """As a person ruled and as its reports tell of it: who reports more of it knows of no ruling."""
        return (self,) if self.automatic is None else (self, _unruled(self))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it looks as it does, in plain Swedish."""
        counted = f"{self.report_count} rapporter" if self.report_count > 1 else "1 rapport"
        if self.distinct_texts < self.report_count:
            counted += f", {self.distinct_texts} olika {'text' if self.distinct_texts == 1 else 'texter'}"
        told = ("bara hörsägen, ingen har sett det själv",) if self.hearsay_only else ()
        linked = (f"senast kopplad: {self.link_reason}",) if self.link_reason else ()
        review = ("behöver granskas",) if self.needs_review else ()
        ruled = (self.ruling.reason,) if self.ruling else ()
        return (*ruled, counted, *told, *self.severity_reasons, *linked, *review)


def opened(report: Heard) -> Incident:
    """A new incident; its id follows from its first report, so that a re-run gives the same."""
    what = report.understood
    return Incident(
        incident_id=derived_id("incident", report.report_id),
        municipality=report.municipality,
        revision=1,
        category=what.category,
        category_confidence=what.confidence,
        weights={what.category: _weight(report)},
        severity=what.severity,
        certain_severity=None if report.is_second_hand else what.severity,
        severity_reasons=what.severity_reasons,
        summary=summarise(report.text),
        clarity=_clarity(report),
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
        after = joined(_unruled(incident), report, is_repeat=is_repeat, reason=reason)
        return ruled(after, _hearing(incident.ruling, report, is_repeat=is_repeat))
    counted = replace(
        incident,
        revision=incident.revision + 1,
        first_occurred_at=min(incident.first_occurred_at, report.occurred_at),
        last_occurred_at=max(incident.last_occurred_at, report.occurred_at),
        report_count=incident.report_count + 1,
        reports_by_source=_one_more(incident.reports_by_source, report.source),
        link_reason=reason,
    )
    if not is_repeat:
        return _with_evidence(counted, report)
    if not report.is_judged:
        return counted
    return replace(_with_evidence(counted, report), distinct_texts=counted.distinct_texts)


def ruled(incident: Incident, ruling: Ruling | None) -> Incident:
    """The incident with a person's ruling laid above it, in place of any before."""
    bare = _unruled(incident)
    if ruling is None:
        return bare
    severity = ruling.effective_severity
    return replace(
        bare,
        category=bare.category if ruling.category is None else ruling.category,
        category_confidence=bare.category_confidence if ruling.category is None else 1.0,
        severity=bare.severity if severity is None else severity,
        severity_reasons=ruling.severity_reasons or bare.severity_reasons,
        location=bare.location if ruling.location is None else ruling.location,
        needs_review=ruling.challenge is not None,
        ruling=ruling,
        automatic=Automatic(**{each.name: getattr(bare, each.name) for each in fields(Automatic)}),
    )


def made_anew(linked: Iterable[tuple[Heard, bool, str]], ruling: Ruling | None, revision: int) -> Incident:
    """The incident that these reports make, in the order they were linked, each with whether it is a repeat and why it was
    linked.
    """
    (first, _, _), *others = linked
    incident = ruled(opened(first), ruling and _hearing(ruling, first, is_repeat=False))
    for report, is_repeat, reason in others:
        incident = joined(incident, report, is_repeat=is_repeat, reason=reason)
    return replace(incident, revision=revision)


def _unruled(incident: Incident) -> Incident:
    beneath = incident.automatic
    if beneath is None:
        return incident
    lifted = {each.name: getattr(beneath, each.name) for each in fields(Automatic)}
    return replace(incident, **lifted, ruling=None, automatic=None)


def _hearing(ruling: Ruling, report: Heard, *, is_repeat: bool) -> Ruling:
    is_seen = not (is_repeat or report.is_second_hand)
    return ruling.hearing(report.understood.severity, report.occurred_at, is_seen=is_seen)


def change_between(before: Incident | None, after: Incident) -> IncidentChange:
    """The weightiest thing that happened to it."""
    if before is None:
        return IncidentChange.OPENED
    if after.severity > before.severity:
        return IncidentChange.SEVERITY_RAISED
    if after.category is not before.category:
        return IncidentChange.RECATEGORISED
    return IncidentChange.REPORT_LINKED


def _with_evidence(incident: Incident, report: Heard) -> Incident:
    what = report.understood
    weights = _weights(incident, report)
    category = max(weights, key=lambda code: (weights[code], code is incident.category))
    confidence = what.confidence if what.category is category else 0.0
    if category is incident.category:
        confidence = max(confidence, incident.category_confidence)
    seen = incident.certain_severity is not None or not report.is_second_hand
    counts = incident.hearsay_only or not report.is_second_hand
    severity, certain, reasons = _severity(incident, report)
    clear = _clarity(report) if what.category is category else 0.0
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
    return {**incident.weights, code: round(incident.weights.get(code, 0.0) + _weight(report), 6)}


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


def _weight(report: Heard) -> float:
    if report.is_category_decided:
        return _DECIDED_WEIGHT
    weight = report.understood.confidence
    if report.is_second_hand:
        return weight * _HEARSAY_WEIGHT
    return weight * (_TRAINED_WEIGHT if report.source in _TRAINED else 1.0)


def _clarity(report: Heard) -> float:
    return clarity(
        report.text,
        sure=report.understood.confidence,
        seen=not report.is_second_hand,
        trained=report.source in _TRAINED,
        located=report.understood.location.precision not in {Precision.MUNICIPALITY, Precision.UNKNOWN},
    )


def _one_more(counts: Mapping[Source, int], source: Source) -> dict[Source, int]:
    return {**counts, source: counts.get(source, 0) + 1}


def takes(incident: Incident, at_s: float) -> bool:
    """Whether a report of that time can still belong to it."""
    began = min(at_s, incident.first_s)
    ended = max(at_s, incident.last_s)
    return ended - began <= KINDS[incident.category].lasts_s
