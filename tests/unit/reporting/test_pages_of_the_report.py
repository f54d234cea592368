import io
from datetime import datetime

import pytest
from pypdf import PdfReader

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
from tests.support.picture_events import HARBOUR, NOW


def edition(incidents=(), days=14):
    material = Material(period_ending(NOW, days), NOW, incidents, (), {}, 0)
    calm = RhythmState(
        rhythm=Rhythm.FORTNIGHTLY,
        reason=CALM_SV,
        reason_en=CALM_EN,
        since=None,
        stands_down_at=None,
        incident_ids=(),
    )
    picture = Picture(
        municipality=MunicipalityName(code="1983", name="Köping"),
        generated_at=NOW,
        period=span(material.period),
        previous=span(material.previous),
        totals=totals(material),
        categories=category_counts(material),
        days=day_counts(material),
        rhythm=calm,
        claims=(),
        incidents=tuple(summary(each) for each in material.in_period),
        situation_reports=(),
    )
    return edition_of(picture, material, number=3, frozen_by="Anna Berg", sharing_level="Delas inte.")


def incident(number, severity=2, **more):
    return Incident(
        derived_id(number), CategoryCode.THEFT, severity, "Cykel stulen", HARBOUR, NOW, NOW, **more
    )


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
