"""How a report stands beside its statuses: what kind it is taken for, what is still to be asked about that, and whether it is
held back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from services.intake.domain.addition import FilledAddition, Setting
from services.intake.domain.form import read_fields
from services.intake.domain.questions import Question, answered, given_in, questions_for
from services.intake.domain.submission import Submission
from shared.categories import CategoryCode, load_categories

SKIPPED: Final = "skip"
_ANSWERS: Final = "Rapportören svarar på frågor om {category}."


class Holding(StrEnum):
    """Stored and not passed on: nobody has looked at it yet, or somebody has and keeps it back."""

    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class HeldBack:
    """`until`: when it is passed on by itself; None when a person decides, or has decided."""

    state: Holding
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`category`: what the report is taken for, None until it is assessed; `chosen`: its reporter's own newest word on that;
    `was_asked`: whether the questions about that category were put before; `answered`: codes of all answered so far.
    """

    category: CategoryCode | None = None
    chosen: CategoryCode | None = None
    was_asked: bool = False
    answered: frozenset[str] = frozenset()
    held_back: HeldBack | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What may be asked now. Who chose the category was asked about it in the form."""
        if self.was_asked or self.category == self.chosen:
            return ()
        return tuple(each for each in questions_for(self.category) if each.code not in self.answered)


@dataclass(frozen=True, slots=True)
class FilledQuestions:
    """As it was sent. `category`: the one they are about, None when nothing that could be one was sent."""

    category: CategoryCode | None
    answers: Mapping[str, str]
    token: str

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Raises `Refused` when it is not a form in UTF-8."""
        sent = read_fields(body)
        category = _category(sent.get("category", ""))
        given = {} if sent.get("step") == SKIPPED else answered(category, given_in(sent))
        return cls(category, given, sent.get("token", ""))

    def submission(self, language: str | None, setting: Setting) -> Submission:
        """The answers are an addition of the kind its reporter chose: an answer is no vote for the machine's. Raises `Refused`."""
        label = "händelsen" if self.category is None else load_categories()[self.category].sv.lower()
        added = FilledAddition(
            {**FilledAddition.empty().values, "text": _ANSWERS.format(category=label)}, dict(self.answers)
        )
        return added.submission(language, setting)


def _category(code: str) -> CategoryCode | None:
    return CategoryCode(code) if code in set(CategoryCode) else None
