"""A question that staff put, and what is made of an answer."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import pytest

from services.intake.domain.addition import Setting
from services.intake.domain.refusal import Refused
from services.intake.domain.staff_question import FilledAnswer, StaffQuestion
from services.intake.domain.telling import Told
from shared.events import Relation
from shared.identity import new_id
from shared.relation_notes import ANSWER_NOTE, own_words

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUESTION = StaffQuestion(new_id(), "Pågår det fortfarande?", "Is it still going on?", NOW, None)


def test_a_question_is_open_until_it_is_answered_or_taken_back() -> None:
    assert QUESTION.is_open
    assert not replace(QUESTION, answered_at=NOW).is_open
    assert not replace(QUESTION, text=None, text_en=None).is_open


@pytest.mark.parametrize(
    ("language", "text_en", "told"),
    [
        ("sv", "Is it still going on?", ("Pågår det fortfarande?", "sv")),
        ("en", "Is it still going on?", ("Is it still going on?", "en")),
        ("fi", "Is it still going on?", ("Is it still going on?", "en")),
        ("en", None, ("Pågår det fortfarande?", "sv")),
    ],
)
def test_a_question_is_told_in_the_nearest_language_and_says_which(
    language: str, text_en: str | None, told: tuple[str, str]
) -> None:
    assert replace(QUESTION, text_en=text_en).told_in(language) == told


@pytest.mark.parametrize("sent", ["", "x", "01939f00", "null"])
def test_what_names_no_question_is_read_as_none(sent: str) -> None:
    assert FilledAnswer.read(urlencode({"question": sent, "text": "Ja."}).encode()).question_id is None


def test_an_answer_is_read_with_its_question_and_says_something() -> None:
    question_id = UUID("01939f00-0000-7000-8000-0000000000aa")
    filled = FilledAnswer.read(urlencode({"question": str(question_id), "text": " Ja. "}).encode())
    assert filled.question_id == question_id
    assert filled.submission("sv", Setting("1983")).text == "Ja."
    with pytest.raises(Refused):
        replace(filled, text=" \n ").submission("sv", Setting("1983"))


def test_an_answer_is_an_addition_whose_own_words_can_be_told_apart() -> None:
    told = Told(relation=Relation.ADDITION, follows=new_id(), question_id=QUESTION.question_id)
    assert told.sentences == [ANSWER_NOTE]
    assert (
        own_words(f"Ja.\n\nTvå stycken.\n\n{ANSWER_NOTE}\n\nDen tidigare rapporten: …")
        == "Ja.\n\nTvå stycken."
    )
    assert own_words("Ja.") == "Ja."
