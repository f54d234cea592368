"""What is asked about the kind that a report was taken for."""

import pytest

from services.intake.domain.addition import Setting
from services.intake.domain.questions import categories_asked, questions_for
from services.intake.domain.refusal import Refused
from services.intake.domain.standing import FilledQuestions, Standing
from shared.categories import CategoryCode

FIRE, VIOLENCE = CategoryCode.FIRE, CategoryCode.VIOLENCE


def test_another_kind_than_was_chosen_is_asked_about():
    assert Standing(category=FIRE, chosen=VIOLENCE).questions == questions_for(FIRE)
    assert Standing(category=FIRE).questions == questions_for(FIRE)


@pytest.mark.parametrize(
    "standing",
    [
        Standing(),
        Standing(chosen=FIRE),
        Standing(category=FIRE, chosen=FIRE),
        Standing(category=FIRE, chosen=VIOLENCE, was_asked=True),
        Standing(category=CategoryCode.OTHER),
    ],
)
def test_nothing_is_asked_that_was_asked_or_that_nobody_has_questions_about(standing):
    assert standing.questions == ()


@pytest.mark.parametrize("category", categories_asked())
def test_what_was_answered_is_left_out(category):
    first, *others = questions_for(category)
    assert Standing(category=category, answered=frozenset({first.code})).questions == tuple(others)


def test_answers_are_read_of_those_that_were_asked():
    question = questions_for(FIRE)[0]
    body = f"category=fire&token=t&step=send&answer-{question.code}={question.choices[0].code}&answer-x=y&answer-hurt=maybe"
    filled = FilledQuestions.read(body.encode())
    assert (filled.category, filled.token) == (FIRE, "t")
    assert dict(filled.answers) == {question.code: question.choices[0].code}
    assert FilledQuestions.read(f"{body}&step=skip".encode().replace(b"step=send&", b"")).answers == {}


def test_what_names_no_category_answers_nothing():
    assert FilledQuestions.read(b"category=nonsense&answer-hurt=yes") == FilledQuestions(None, {}, "")


def test_what_is_no_form_is_refused():
    with pytest.raises(Refused):
        FilledQuestions.read(b"\xff\xfe")


def test_the_answers_are_no_vote_for_the_machines_kind():
    filled = FilledQuestions(FIRE, {"hurt": "no"}, "t")
    submission = filled.submission("sv", Setting("1983", category=VIOLENCE))
    assert (submission.category, submission.text) == (VIOLENCE, "Rapportören svarar på frågor om brand.")
