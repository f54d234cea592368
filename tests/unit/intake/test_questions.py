"""Further questions: few, in both languages, and told in sentences that mean what was answered."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.emergency import Danger
from services.intake.domain.form import FilledForm
from services.intake.domain.questions import answered, categories_asked, questions_for, told
from services.intake.domain.submission import MAX_TEXT, Submission
from services.intake.domain.telling import Told, tell
from shared.categories import CategoryCode
from shared.events import Relation, Source
from shared.identity import new_id

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def accepted(text: str = "Det small.") -> Acceptance:
    return accept(Submission(text=text), Source.CITIZEN, "1983", NOW)


@pytest.mark.parametrize("category", categories_asked())
def test_a_category_has_two_to_four_questions_with_answers_in_both_languages(category: CategoryCode) -> None:
    questions = questions_for(category)
    assert 2 <= len(questions) <= 4
    for question in questions:
        assert {"sv", "en"} <= question.labels.keys()
        assert 2 <= len(question.choices) <= 4
        assert all({"sv", "en"} <= choice.labels.keys() for choice in question.choices)
        assert all(isinstance(choice.code, str) for choice in question.choices)


def test_all_are_asked_about_but_what_nobody_can_ask_beforehand() -> None:
    assert set(CategoryCode) - set(categories_asked()) == {CategoryCode.RUMOUR, CategoryCode.OTHER}
    assert questions_for(None) == questions_for(CategoryCode.RUMOUR) == ()


def test_only_answers_to_what_was_asked_are_kept() -> None:
    given = {"hurt": "yes", "weapon": "knife", "still_burning": "maybe", "x": "y"}
    assert answered(CategoryCode.FIRE, given) == {"hurt": "yes"}
    assert told(CategoryCode.FIRE, {"hurt": "yes", "burning_what": "vehicle"}) == (
        "Branden gäller ett fordon.",
        "Någon är skadad.",
    )


def test_what_was_answered_is_told_after_the_text_and_the_text_is_kept_as_it_was() -> None:
    said = Told(danger=Danger.YES, category=CategoryCode.FIRE, answers={"hurt": "no"})
    report = tell(accepted(), said)
    assert report.event.text == "Det small.\n\nDet pågår just nu och någon är i fara. Ingen är skadad."
    assert report.text == "Det small."


def test_a_span_of_time_is_told_in_swedish_time() -> None:
    report = tell(accepted(), Told(until=NOW + timedelta(hours=2)))
    assert "Det hände 2026-11-23 mellan 14:00 och 16:00." in report.event.text
    report = tell(accepted(), Told(until=NOW + timedelta(days=1)))
    assert "Det hände mellan 2026-11-23 14:00 och 2026-11-24 14:00." in report.event.text


def test_an_addition_names_the_first_report_and_repeats_it_redacted() -> None:
    first = new_id()
    said = Told(follows=first, relation=Relation.ADDITION, earlier_words="Ring 070-174 06 35, det luktar gas")
    report = tell(accepted("Nu är det borta."), said)
    assert report.event.follows == first
    assert "Den tidigare rapporten: Ring [telefonnummer], det luktar gas" in report.event.text


def test_nothing_said_beside_the_text_leaves_the_report_as_it_was() -> None:
    report = accepted()
    assert tell(report, Told()) == report


@pytest.mark.parametrize("length", [MAX_TEXT, MAX_TEXT - 10, MAX_TEXT - 300])
def test_the_answers_fit_however_long_the_text_is(length: int) -> None:
    said = Told(danger=Danger.YES, earlier_words="y" * MAX_TEXT, relation=Relation.STILL_ON, follows=new_id())
    text = tell(accepted("x" * length), said).event.text
    assert len(text) <= MAX_TEXT
    assert "någon är i fara." in text


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"category": "robbery", "answer-weapon": "knife"}, "112"),
        ({"category": "robbery", "answer-weapon": "no"}, None),
        ({"category": "robbery", "answer-weapon": "knife", "when": "earlier"}, None),
        ({"category": "robbery", "answer-weapon": "knife", "danger": "no"}, None),
        ({"category": "theft", "answer-weapon": "knife"}, None),
        ({"category": "missing_person", "answer-missing_who": "child", "danger": "unknown"}, "112"),
        ({"category": "death", "answer-rang": "no"}, "112"),
    ],
)
def test_an_answer_about_what_goes_on_now_names_112(fields: dict[str, str], number: str | None) -> None:
    """Only of the kind that is chosen, and not when nobody is in danger or it was earlier."""
    form = FilledForm.read(urlencode({"text": "Det gäller torget.", "when": "now", **fields}).encode())
    assert form.number == number
