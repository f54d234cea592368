"""What a report means, put together from the parts that each understand one side of it. Pure: no I/O, no clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from services.enrichment.classifier.model import CategoryModel, Classification
from services.enrichment.geocoder import Geocoder, Located
from services.enrichment.text.assessment import Assessment, assess
from services.enrichment.text.language import Language, detect_language
from shared.categories import CategoryCode, load_categories
from shared.events import CategoryGuess, Location, Point, Severity, Source

REVIEW_BELOW: Final = 0.5
"""Category confidence under which a person should look before anybody relies on it."""
_LONGEST_REASON: Final = 500


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


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is needed to understand reports: loaded once, the same answer every time."""

    model: CategoryModel
    geocoder: Geocoder
    review_below: float = REVIEW_BELOW

    @classmethod
    def load(cls, review_below: float = REVIEW_BELOW, gazetteer: Path | None = None) -> "Understanding":
        """Read the model and the gazetteer (a built folder, or the product's own): seconds, not milliseconds."""
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
        return [answers[question] for question in asked]

    def _locate(self, report: ReportWords) -> Located:
        pin = report.point
        point = None if pin is None else (pin.lat, pin.lon, pin.accuracy_m)
        return self.geocoder.locate(
            report.text, place_text=report.place_text, point=point, municipality=report.municipality
        )


def _question(report: ReportWords) -> tuple[object, ...]:
    """All that an answer depends on."""
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
    hearsay = assessment.hearsay and not confirmed
    doubts = tuple(_doubts(confidence, located, review_below))
    reasons = (
        why,
        *assessment.severity_reasons,
        *_remarks(assessment, hearsay=hearsay, confirmed=confirmed),
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
        ongoing=assessment.ongoing,
        involves_minor=assessment.involves_minor,
        hearsay=hearsay,
        location=_location(located),
        needs_review=bool(doubts),
        reasons=tuple(reason[:_LONGEST_REASON] for reason in reasons),
    )


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


def _remarks(assessment: Assessment, *, hearsay: bool, confirmed: bool) -> Iterator[str]:
    if confirmed:
        yield "bekräftat: polisen har själv publicerat händelsen"
    if hearsay:
        yield f"hörsägen: {assessment.hearsay_reason}"
    if assessment.ongoing:
        yield "texten säger att det pågår"
    if assessment.involves_minor:
        yield "barn eller ungdom berörs"


def _doubts(confidence: float, located: Located, review_below: float) -> Iterator[str]:
    if confidence < review_below:
        yield f"behöver granskas: kategorin är osäker ({confidence:.0%})"
    if located.outside:
        yield "behöver granskas: platsen ligger utanför rapportörens kommun"


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
