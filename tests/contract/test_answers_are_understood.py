"""What the form adds to a report means to enrichment what the reporter answered."""

import pytest

from services.enrichment.text.assessment import assess
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


@pytest.mark.parametrize("relation", Relation)
def test_what_is_added_later_does_not_end_what_goes_on(relation: Relation) -> None:
    sentences = " ".join(Told(relation=relation).sentences)
    assert assess(f"Det pågår ett bråk på torget.\n\n{sentences}", CategoryCode.VIOLENCE).ongoing
