"""When a person should look at a report, and which time its words are counted from."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.enrichment.domain import happened_in
from services.enrichment.doubts import doubts_about
from services.enrichment.geocoder import Located
from shared.events import Precision, ReportReceived, Source, TimeSpan
from tests.support.enrichment import NOON, received

KOLSVA = Located(59.6, 15.8, 1000.0, Precision.LOCALITY, "Kolsva", "1983", 0.85, ("Texten nämner Kolsva.",))


def test_a_sure_category_at_a_sure_place_needs_nobody():
    assert list(doubts_about(0.9, KOLSVA, 0.5)) == []


@pytest.mark.parametrize(
    ("located", "confidence", "why"),
    [
        (KOLSVA, 0.3, "kategorin är osäker"),
        (replace(KOLSVA, outside=True), 0.9, "utanför rapportörens kommun"),
        (replace(KOLSVA, contradicts_pin=True), 0.9, "långt från kartnålen"),
        (replace(KOLSVA, confidence=0.3), 0.9, "platsen Kolsva är osäker"),
    ],
)
def test_each_doubt_is_told_in_its_own_words(located: Located, confidence: float, why: str):
    [doubt] = doubts_about(confidence, located, 0.5)
    assert doubt.startswith("behöver granskas: ")
    assert why in doubt


def test_that_no_place_is_named_is_no_doubt():
    nowhere = Located(59.5, 15.9, 23_000.0, Precision.MUNICIPALITY, "Köping", "1983", 0.3, ())
    assert list(doubts_about(0.9, nowhere, 0.5)) == []


def told(report: ReportReceived, **later: float) -> TimeSpan:
    found = happened_in(report.model_copy(update={"received_at": NOON + timedelta(**later)}))
    assert isinstance(found, TimeSpan)
    return found


def test_a_persons_words_count_from_when_they_were_written():
    report = received("Det brann igår").model_copy(update={"occurred_at": NOON - timedelta(days=1)})
    span = told(report)
    assert span.start <= report.occurred_at <= span.end


def test_the_words_of_a_history_played_again_count_from_the_time_it_is_about():
    span = told(received("Det brann i morse"), days=12)
    assert span.end <= NOON


def test_a_bulletin_counts_from_its_own_time_however_late_it_is_brought_in():
    span = told(received("Det brann i natt", source=Source.POLICE_OPEN_DATA), days=400)
    assert NOON - timedelta(hours=15) <= span.start <= span.end <= NOON
