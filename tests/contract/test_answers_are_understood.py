"""What the form adds to a report means to enrichment what the reporter answered."""

import pytest

from services.enrichment.text.assessment import assess
from services.intake.domain.emergency import Danger
from services.intake.domain.questions import categories_asked, questions_for
from services.intake.domain.telling import Told
from shared.categories import CategoryCode
from shared.events import Relation

TIMELESS = {"repeated", "still_burning"}
"""Questions whose very answer is about when."""


@pytest.mark.parametrize("category", categories_asked())
def test_no_answer_ends_what_goes_on(category: CategoryCode) -> None:
    text = "Det pågår ett bråk på torget just nu."
    for question in questions_for(category):
        for choice in question.choices:
            if choice.tells and question.code not in TIMELESS:
                assert assess(f"{text}\n\n{choice.tells}", category).ongoing, choice.tells


def test_nobody_hurt_is_never_graver_than_somebody_hurt() -> None:
    for category in categories_asked():
        plain = assess("Bråk på torget.", category).severity
        told = {
            choice.code: assess(f"Bråk på torget.\n\n{choice.tells}", category).severity
            for question in questions_for(category)
            if question.code == "hurt"
            for choice in question.choices
            if choice.tells
        }
        if told:
            assert told["no"] <= plain <= told["yes"]


@pytest.mark.parametrize("category", sorted(set(CategoryCode) - {CategoryCode.RUMOUR, CategoryCode.ANIMAL}))
def test_somebody_in_danger_right_now_is_grave_and_going_on(category: CategoryCode) -> None:
    (sentence,) = Told(danger=Danger.YES).sentences
    read = assess(f"Något händer vid torget.\n\n{sentence}", category)
    assert read.severity >= 3
    assert read.ongoing or category is CategoryCode.OTHER  # of which it is never said


@pytest.mark.parametrize(
    ("category", "question", "graver"),
    [
        (CategoryCode.SEXUAL_OFFENCE, "safe_now", "no"),
        (CategoryCode.CHILD_CONCERN, "child_danger", "yes"),
        (CategoryCode.MISSING_PERSON, "missing_frail", "yes"),
        (CategoryCode.MISSING_PERSON, "missing_who", "child"),
        (CategoryCode.ROBBERY, "weapon", "firearm"),
        (CategoryCode.ROBBERY, "weapon", "knife"),
    ],
)
def test_an_answer_that_tells_of_danger_makes_it_graver_and_no_other_does(
    category: CategoryCode, question: str, graver: str
) -> None:
    plain = assess("Hjälp behövs vid torget.", category).severity
    (asked,) = [each for each in questions_for(category) if each.code == question]
    told = {
        each.code: assess(f"Hjälp behövs vid torget.\n\n{each.tells}", category).severity
        for each in asked.choices
        if each.tells
    }
    assert told[graver] > plain
    assert told.get("no" if graver != "no" else "yes", plain) <= plain


@pytest.mark.parametrize("relation", Relation)
def test_what_is_added_later_does_not_end_what_goes_on(relation: Relation) -> None:
    sentences = " ".join(Told(relation=relation).sentences)
    assert assess(f"Det pågår ett bråk på torget.\n\n{sentences}", CategoryCode.VIOLENCE).ongoing
