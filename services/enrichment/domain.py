"""What a report means, put together from the parts that each understand one side of it. Pure: no I/O, no clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from services.enrichment.classifier.model import CategoryModel, Classification
from services.enrichment.doubts import doubts_about
from services.enrichment.geocoder import Geocoder, Located
from services.enrichment.geocoder.located import Considered
from services.enrichment.text.assessment import Assessment, assess
from services.enrichment.text.happened import Planned, told_as, when
from services.enrichment.text.language import Language, detect_language, load_language_models
from shared.categories import CategoryCode, load_categories
from shared.events import (
    CategoryGuess,
    Location,
    PlaceConsidered,
    PlaceRole,
    Point,
    Severity,
    Source,
    TimeSpan,
)

REVIEW_BELOW: Final = 0.5
"""Category confidence under which a person should look at it before anybody relies on it."""
_LONGEST: Final = 500
_BROUGHT_IN_LATER: Final = timedelta(hours=1)
_BROUGHT_IN: Final = frozenset({Source.POLICE_OPEN_DATA, Source.IMPORT})


class ReportWords(Protocol):
    """The part of a report that is read; `ReportReceived` has it, and so has a row of the dry run."""

    @property
    def text(self) -> str: ...
    @property
    def place_text(self) -> str | None: ...
    @property
    def point(self) -> Point | None: ...
    @property
    def municipality(self) -> str | None: ...
    @property
    def source(self) -> Source: ...
    @property
    def category_hint(self) -> CategoryCode | None: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def received_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Understood:
    """`reasons`: plain Swedish, the category first. `severity_reasons` stand among them too."""

    language: Language
    category: CategoryCode
    confidence: float
    alternatives: tuple[CategoryGuess, ...]
    severity: Severity
    severity_reasons: tuple[str, ...]
    ongoing: bool
    involves_minor: bool
    hearsay: bool
    location: Location
    needs_review: bool
    reasons: tuple[str, ...]
    places: tuple[PlaceConsidered, ...] = ()
    outside_municipality: bool = False
    contradicts_pin: bool = False
    happened: TimeSpan | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A report's parts as each of them was understood, before they are put together."""

    classification: Classification
    assessment: Assessment
    located: Located
    happened: TimeSpan | Planned | None
    understood: Understood


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is needed to understand reports: loaded once, the same answer every time."""

    model: CategoryModel
    geocoder: Geocoder
    review_below: float = REVIEW_BELOW

    @classmethod
    def load(cls, review_below: float = REVIEW_BELOW, gazetteer: Path | None = None) -> "Understanding":
        """Read the models and the gazetteer (a built folder, or the product's own): seconds, not milliseconds."""
        load_language_models()
        return cls(CategoryModel.load(), Geocoder.load(gazetteer), review_below)

    def read(self, reports: Sequence[ReportWords]) -> list[Understood]:
        """One answer for each report, in order. What is said many times over, as in a burst, is read once."""
        asked = [_question(report) for report in reports]
        distinct = dict(zip(asked, reports, strict=True))
        classified = self.model.predict([report.text for report in distinct.values()])
        answers = {
            question: understand(report, classification, self._locate(report), self.review_below)
            for (question, report), classification in zip(distinct.items(), classified, strict=True)
        }
        return [
            _at_its_time(answers[question], happened_in(report))
            for question, report in zip(asked, reports, strict=True)
        ]

    def explain(self, report: ReportWords) -> Reading:
        """One report with all that led to the answer, which is the one that `read` gives."""
        [classification], located = self.model.predict([report.text]), self._locate(report)
        understood = understand(report, classification, located, self.review_below)
        happened = happened_in(report)
        return Reading(
            classification,
            assess(report.text, understood.category),
            located,
            happened,
            _at_its_time(understood, happened),
        )

    def _locate(self, report: ReportWords) -> Located:
        pin = report.point
        point = None if pin is None else (pin.lat, pin.lon, pin.accuracy_m)
        return self.geocoder.locate(
            report.text, place_text=report.place_text, point=point, municipality=report.municipality
        )


def _question(report: ReportWords) -> tuple[object, ...]:
    """All that an answer depends on, but for the time it is told."""
    return (
        report.text,
        report.place_text,
        report.point,
        report.municipality,
        report.source,
        report.category_hint,
    )


def understand(
    report: ReportWords, classification: Classification, located: Located, review_below: float
) -> Understood:
    """Compose category, assessment and place into one answer, and say when a person should look at it."""
    category, confidence, why = _category(report, classification, review_below)
    assessment = assess(report.text, category)
    confirmed = report.source is Source.POLICE_OPEN_DATA
    doubts = tuple(doubts_about(confidence, located, review_below))
    reasons = (
        why,
        *assessment.severity_reasons,
        *_remarks(assessment, confirmed=confirmed),
        *located.reasons,
        *doubts,
    )
    return Understood(
        language=detect_language(report.text),
        category=category,
        confidence=confidence,
        alternatives=tuple(
            CategoryGuess(category=code, confidence=sure)
            for code, sure in classification.alternatives
            if code != category
        ),
        severity=Severity(assessment.severity),
        severity_reasons=assessment.severity_reasons,
        ongoing=assessment.ongoing is not None,
        involves_minor=assessment.involves_minor is not None,
        hearsay=assessment.hearsay is not None and not confirmed,
        location=_location(located),
        needs_review=bool(doubts),
        reasons=tuple(reason[:_LONGEST] for reason in reasons),
        places=tuple(_place(place, located) for place in located.considered),
        outside_municipality=located.outside,
        contradicts_pin=located.contradicts_pin,
    )


def happened_in(report: ReportWords) -> TimeSpan | Planned | None:
    """When the words say it happened, counted from when they were written.

    That is when the report came in, unless it was brought in later: an import, a bulletin, a history played again. Then the
    time it is about is the nearest known. Of a person's report both are tried, and the answer nearer to that time is taken.
    """
    if report.source in _BROUGHT_IN or report.received_at - report.occurred_at < _BROUGHT_IN_LATER:
        anchor = report.occurred_at if report.source in _BROUGHT_IN else report.received_at
        return when(report.text, anchor)
    as_it_came = when(report.text, report.received_at)
    if not isinstance(as_it_came, TimeSpan):
        return as_it_came
    as_it_was = when(report.text, report.occurred_at)
    if isinstance(as_it_was, TimeSpan) and _away(as_it_was, report) < _away(as_it_came, report):
        return as_it_was
    return as_it_came


def _away(span: TimeSpan, report: ReportWords) -> timedelta:
    return max(span.start - report.occurred_at, report.occurred_at - span.end, timedelta(0))


def _at_its_time(answer: Understood, happened: TimeSpan | Planned | None) -> Understood:
    if happened is None:
        return answer
    reasons = (*answer.reasons, told_as(happened)[:_LONGEST])
    return replace(answer, happened=happened if isinstance(happened, TimeSpan) else None, reasons=reasons)


def _category(
    report: ReportWords, classification: Classification, review_below: float
) -> tuple[CategoryCode, float, str]:
    """The text decides; what the reporter chose breaks a tie that the text leaves open."""
    label = load_categories()[classification.category].sv
    why = f"{label} ({classification.confidence:.0%}): {classification.reason}"
    hint = report.category_hint
    if hint is None or classification.confidence >= review_below:
        return classification.category, classification.confidence, why
    chosen = load_categories()[hint].sv
    agreed = dict(classification.alternatives).get(hint, 0.0)
    return hint, max(agreed, review_below), f"{chosen}: rapportören valde det, texten är svårtolkad"


def _remarks(assessment: Assessment, *, confirmed: bool) -> Iterator[str]:
    if confirmed:
        yield "bekräftat: polisen har själv publicerat händelsen"
    elif assessment.hearsay:
        yield f"hörsägen: {assessment.hearsay}"
    if assessment.ongoing:
        yield f'pågår, som texten har det: "{assessment.ongoing}"'
    if assessment.involves_minor:
        yield f'barn eller ungdom berörs: "{assessment.involves_minor}"'


def _place(place: Considered, located: Located) -> PlaceConsidered:
    return PlaceConsidered(
        words=place.words[:_LONGEST],
        location=Location(
            lat=place.lat,
            lon=place.lon,
            uncertainty_m=place.uncertainty_m,
            precision=place.precision,
            name=place.name[:_LONGEST],
            municipality=place.municipality,
            confidence=located.confidence if place.role is PlaceRole.CHOSEN else 0.0,
        ),
        role=place.role,
        why=place.why[:_LONGEST],
    )


def _location(located: Located) -> Location:
    return Location(
        lat=located.lat,
        lon=located.lon,
        uncertainty_m=located.uncertainty_m,
        precision=located.precision,
        name=located.name,
        municipality=located.municipality,
        confidence=located.confidence,
    )
