import io
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.reporting.domain.comparison import Finding, compare
from services.reporting.domain.incident import Incident
from services.reporting.domain.periods import LOCAL, period_ending
from services.reporting.domain.picture import Material, category_counts, day_counts, span, summary, totals
from services.reporting.domain.published import MunicipalityName, PeriodSpan, Picture, RhythmState
from services.reporting.domain.rhythm import CALM_EN, CALM_SV
from services.reporting.situation_report.compiling import CompilationError, compile_pdf
from services.reporting.situation_report.content import edition_of
from services.reporting.situation_report.pages import pages_of, period_in_words
from shared.categories import CategoryCode
from shared.events import Agency, Rhythm
from shared.identity import derived_id
from tests.support.picture_events import HARBOUR, KOLSVA, NOW


def edition(incidents=(), days=14, now=NOW, **rhythm):
    material = Material(period_ending(NOW, days), now, incidents, (), {}, 0)
    calm = {"rhythm": Rhythm.FORTNIGHTLY, "reason": CALM_SV, "reason_en": CALM_EN}
    never = {"since": None, "stands_down_at": None, "incident_ids": ()}
    picture = Picture(
        municipality=MunicipalityName(code="1983", name="Köping"),
        generated_at=NOW,
        period=span(material.period),
        previous=span(material.previous),
        totals=totals(material),
        categories=category_counts(material),
        days=day_counts(material),
        rhythm=RhythmState(**calm | never | rhythm),
        claims=(),
        incidents=tuple(summary(each) for each in material.in_period),
        situation_reports=(),
    )
    return edition_of(picture, material, number=3, frozen_by="Anna Berg", sharing_level="Delas inte.")


def incident(number, severity=2, at=NOW, category=CategoryCode.THEFT, place=HARBOUR, **more):
    return Incident(derived_id(number), category, severity, "Cykel stulen", place, at, at, **more)


def fires(now, before):
    """So many fires in the fortnight and in the one before it."""
    moments = [NOW] * now + [NOW - timedelta(days=20)] * before
    return [incident(n, at=at, category=CategoryCode.FIRE) for n, at in enumerate(moments)]


def busy():
    """Much of everything: more proposals than the first page holds."""
    grown = [
        CategoryCode.FIRE,
        CategoryCode.THEFT,
        CategoryCode.DISORDER,
        CategoryCode.VIOLENCE,
        CategoryCode.DRUGS,
    ]
    return edition(
        [
            incident(
                f"{category} {n}", 3, category=category, place=(HARBOUR, KOLSVA)[n % 2], needs_review=n == 1
            )
            for category in grown
            for n in range(9)
        ],
        rhythm=Rhythm.DAILY,
        reason="9 bränder inom 5 km på 72 timmar.",
        since=NOW,
        stands_down_at=datetime(2026, 11, 29, 19, 5, tzinfo=LOCAL),
    )


async def page_texts(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(await compile_pdf(content))).pages]


async def test_the_same_content_gives_the_same_bytes():
    content = pages_of(edition([incident(1)]))
    assert await compile_pdf(content) == await compile_pdf(content)


async def test_text_that_looks_like_markup_is_only_text():
    hostile = incident(1)
    wild = Incident(
        hostile.incident_id,
        hostile.category,
        3,
        '#panic("x") *$ [ <b> \\ //',
        HARBOUR,
        NOW,
        NOW,
        agencies=(Agency.POLICE,),
    )
    pdf = await compile_pdf(pages_of(edition([wild])))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert '#panic("x")' in text


@pytest.mark.parametrize("days", [1, 14, 90])
async def test_a_report_of_any_length_can_be_set(days):
    pdf = await compile_pdf(pages_of(edition([incident(n) for n in range(80)], days)))
    assert len(PdfReader(io.BytesIO(pdf)).pages) >= 3


async def test_content_that_can_not_be_set_says_why():
    with pytest.raises(CompilationError, match="number"):
        await compile_pdf({"frozen_at": NOW.isoformat()})


def test_the_worst_is_listed_first_and_the_rest_is_counted():
    many = [incident(n) for n in range(70)] + [incident(99, severity=4)]
    listed = edition(many)
    assert listed.incidents[0].severity == 4
    assert len(listed.incidents) + listed.incidents_left_out == 71


def test_a_serious_incident_that_nobody_was_told_about_is_asked_about():
    texts = [proposal.text for proposal in edition([incident(1, severity=3)]).proposals]
    assert "Ta reda på varför ingen aktör har nåtts om en allvarlig händelse." in texts
    told = [proposal.text for proposal in edition([incident(1, 3, agencies=(Agency.POLICE,))]).proposals]
    assert not any("nåtts" in text for text in told)


@pytest.mark.parametrize(
    ("first", "end", "words"),
    [
        ((2026, 11, 10), (2026, 11, 24), "10–23 november 2026"),
        ((2026, 10, 20), (2026, 11, 3), "20 oktober – 2 november 2026"),
        ((2025, 12, 20), (2026, 1, 3), "20 december 2025 – 2 januari 2026"),
        ((2026, 11, 23), (2026, 11, 24), "23 november 2026"),
    ],
)
def test_a_period_is_written_with_its_first_and_last_day(first, end, words):
    period = PeriodSpan(from_=datetime(*first, tzinfo=LOCAL), to=datetime(*end, tzinfo=LOCAL), days=1)
    assert period_in_words(period) == words


async def test_the_map_follows_the_first_page_and_what_did_not_fit_there_comes_later():
    first, second, *rest = await page_texts(pages_of(busy()))
    assert "Vad vi föreslår" in first
    assert "Ytterligare" in first
    assert "Karta" in second
    assert "Daglig avstämning" not in second
    assert any("Fler förslag" in text for text in rest)


@pytest.mark.parametrize("written", [edition(), edition(fires(5, 0)), edition(fires(9, 1)), busy()])
async def test_every_page_has_its_number_and_the_map_stands_on_the_second(written):
    texts = await page_texts(pages_of(written))
    for number, text in enumerate(texts, start=1):
        assert f"Sida {number} av {len(texts)}" in text
    assert ["Karta" in text for text in texts[:2]] == [False, True]


async def test_a_first_page_that_runs_over_is_followed_by_the_map_on_the_same_page():
    long = edition().model_copy(update={"changed": ("Bränder: 9 mot 1 perioden före. " * 9,) * 12})
    _, second, *_ = await page_texts(pages_of(long))
    assert "Avstämning i vanlig rytm" in second
    assert "Karta" in second


async def test_times_in_running_text_are_written_one_way():
    text = " ".join(await page_texts(pages_of(busy())))
    assert "29 november 2026 kl. 19.05" in " ".join(text.split())
    assert "2026-11-29" not in text


def test_a_category_is_a_ground_for_meeting_daily_only_while_the_rhythm_is_daily():
    grounds = {"incident_ids": [each.incident_id for each in fires(2, 0)]}
    daily = edition(
        fires(3, 2), rhythm=Rhythm.DAILY, reason="Två bränder.", since=NOW, stands_down_at=NOW, **grounds
    )
    said = "Bränder: 3 mot 2 perioden före; 2 av dem är ett skäl till daglig avstämning."
    assert any(proposal.reason.startswith(said) for proposal in daily.proposals)
    calm = edition(fires(3, 2), **grounds)
    assert not any("skäl till daglig" in proposal.reason for proposal in calm.proposals)


@given(st.integers(1, 12), st.integers(0, 12), st.floats(0.6, 1))
def test_table_sentence_and_report_say_the_same_of_the_same_counts(now, before, passed):
    period = period_ending(NOW, 14)
    at = period.starts_at + passed * (period.ends_at - period.starts_at)
    written = edition(fires(now, before), now=at)
    (row,) = written.picture.categories
    expected = compare(now, before, (), period.elapsed(at))
    assert (row.finding, row.sentence_sv) == (expected.finding, expected.sentence_sv("Bränder"))
    told = {
        Finding.MORE: f"{row.sentence_sv}.",
        Finding.FEWER: f"{row.sentence_sv}.",
        Finding.AS_EXPECTED: "Ingen enskild kategori skiljer sig mer än slumpen kan förklara.",
        Finding.TOO_FEW: "Händelserna är för få för att säga något om enskilda kategorier.",
    }
    assert written.changed[1] == told[row.finding]


def test_five_against_none_is_too_few_to_say_both_today_and_when_the_day_has_ended():
    for at in (NOW, period_ending(NOW, 14).ends_at):
        (row,) = edition(fires(5, 0), now=at).picture.categories
        assert row.sentence_sv == "Bränder: 5 mot 0 perioden före, för få för att säga"
