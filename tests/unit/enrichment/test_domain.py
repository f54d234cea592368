"""How category, assessment and place become one answer, and when a person should look."""

from dataclasses import replace
from typing import ClassVar

import pytest

from services.enrichment.classifier.model import Classification
from services.enrichment.domain import Understanding, understand
from services.enrichment.geocoder import Located
from shared.categories import CategoryCode as C
from shared.events import Precision, ReportReceived, Source
from tests.support.enrichment import received

SURE = Classification(C.FIRE, 0.93, ((C.FIRE, 0.93), (C.VANDALISM, 0.04)), 'ordet "brinner"')
UNSURE = Classification(C.OTHER, 0.3, ((C.OTHER, 0.3), (C.THEFT, 0.25)), 'ordet "borta"')
KOLSVA = Located(59.6, 15.8, 1000.0, Precision.LOCALITY, "Kolsva", "1983", 0.85, ("texten nämner Kolsva",))


def test_a_clear_report_is_understood_with_its_reasons():
    what = understand(received("Det brinner i Kolsva"), SURE, KOLSVA, 0.5)
    assert (what.category, what.confidence, what.severity, what.needs_review) == (C.FIRE, 0.93, 3, False)
    assert what.reasons[0] == 'Brand (93%): ordet "brinner"'
    assert "texten nämner Kolsva" in what.reasons
    assert [guess.category for guess in what.alternatives] == [C.VANDALISM]


def test_below_the_set_confidence_it_asks_for_a_person_and_says_so():
    what = understand(received("Den är borta"), UNSURE, KOLSVA, 0.5)
    assert what.needs_review
    assert any("kategorin är osäker" in reason for reason in what.reasons)
    assert not understand(received("Den är borta"), UNSURE, KOLSVA, 0.2).needs_review


def test_a_place_outside_the_reporters_municipality_asks_for_a_person():
    assert understand(received("Det brinner"), SURE, replace(KOLSVA, outside=True), 0.5).needs_review


@pytest.mark.parametrize(("source", "hearsay"), [(Source.CITIZEN, True), (Source.POLICE_OPEN_DATA, False)])
def test_what_the_police_publish_is_confirmed_by_the_police(source: Source, *, hearsay: bool):
    report = received("Enligt ryktet ska det ha brunnit i Kolsva", source=source)
    what = understand(report, SURE, KOLSVA, 0.5)
    assert what.hearsay is hearsay
    assert any("polisen" in reason for reason in what.reasons) is not hearsay


def test_what_the_reporter_chose_counts_only_where_the_text_leaves_it_open():
    def chosen(category: C, classification: Classification) -> C:
        report: ReportReceived = received("text").model_copy(update={"category_hint": category})
        return understand(report, classification, KOLSVA, 0.5).category

    assert chosen(C.THEFT, UNSURE) is C.THEFT
    assert chosen(C.THEFT, SURE) is C.FIRE


def test_a_burst_of_one_text_is_read_once_and_answered_for_each():
    class Model:
        asked: ClassVar[list[str]] = []

        def predict(self, texts: list[str]) -> list[Classification]:
            self.asked.extend(texts)
            return [SURE for _ in texts]

    class Places:
        def locate(self, *_: object, **__: object) -> Located:
            return KOLSVA

    understanding = Understanding(Model(), Places())
    answers = understanding.read([received(text) for text in ("Brand", "Brand", "Eld", "Brand")])
    assert len(answers) == 4
    assert Model.asked == ["Brand", "Eld"]
