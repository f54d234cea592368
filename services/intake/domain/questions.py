"""What is asked further about some categories. Answers are chosen, never written, and all of them may be left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from shared.categories import CategoryCode

QUESTIONS_YAML: Final = Path(__file__).with_name("questions.yaml")
FIELD: Final = "answer-"
"""Before a question's code in the name of its field."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`tells`: what is added to the words that others read, in Swedish; None adds nothing. `labels`: by language.
    `rings`: whether 112 is to be rung first, when it goes on now.
    """

    code: str
    labels: Mapping[str, str]
    tells: str | None
    rings: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    labels: Mapping[str, str]
    choices: tuple[Choice, ...]

    @property
    def field(self) -> str:
        return FIELD + self.code


def questions_for(category: CategoryCode | None) -> tuple[Question, ...]:
    return () if category is None else _asked().get(category, ())


def categories_asked() -> tuple[CategoryCode, ...]:
    return tuple(_asked())


def given_in(sent: Mapping[str, str]) -> dict[str, str]:
    """The answers among a form's fields, by the question's code."""
    return {name.removeprefix(FIELD): sent[name] for name in sent if name.startswith(FIELD)}


def answered(category: CategoryCode | None, given: Mapping[str, str]) -> dict[str, str]:
    """Question code → choice code, of what was asked for this category; anything else that was sent is left out."""
    return {
        question.code: given[question.code]
        for question in questions_for(category)
        if given.get(question.code) in {choice.code for choice in question.choices}
    }


def rings_among(category: CategoryCode | None, answers: Mapping[str, str]) -> bool:
    """Whether one of the answers, of what goes on now, is for 112 first."""
    return any(
        choice.rings
        for question in questions_for(category)
        for choice in question.choices
        if answers.get(question.code) == choice.code
    )


def told(category: CategoryCode | None, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The sentences that the answers add to what others read.

    Sentences rather than question and answer: a program that reads «Är någon skadad? Nej» finds somebody hurt in it.
    """
    chosen = [
        choice
        for question in questions_for(category)
        for choice in question.choices
        if answers.get(question.code) == choice.code
    ]
    return tuple(choice.tells for choice in chosen if choice.tells)


@cache
def _asked() -> Mapping[CategoryCode, tuple[Question, ...]]:
    read = yaml.safe_load(QUESTIONS_YAML.read_text(encoding="utf-8"))
    questions = {code: _question(code, given) for code, given in read["questions"].items()}
    return {
        CategoryCode(category): _known(codes, questions) for category, codes in read["categories"].items()
    }


def _known(codes: Sequence[str], questions: Mapping[str, Question]) -> tuple[Question, ...]:
    return tuple(questions[code] for code in codes)


def _question(code: str, given: Mapping[str, Any]) -> Question:
    return Question(
        code,
        _labels(given),
        tuple(
            Choice(choice, _labels(words), words.get("tells"), words.get("rings", False))
            for choice, words in given["answers"].items()
        ),
    )


def _labels(given: Mapping[str, Any]) -> dict[str, str]:
    return {
        language: label for language, label in given.items() if language not in {"answers", "tells", "rings"}
    }
