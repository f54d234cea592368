"""What a reporter adds to a report that was sent: further words, another kind, or that it is still going on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from pydantic import ValidationError

from services.intake.domain.emergency import Number, number_to_ring
from services.intake.domain.form import CONFIRMED, chosen_category, read_fields, said_in
from services.intake.domain.questions import answered, given_in, questions_for, rings_among
from services.intake.domain.refusal import FieldError, Refused
from services.intake.domain.submission import Submission, refused
from shared.categories import CategoryCode, load_categories
from shared.events import Point, Relation

ADDITION_FIELDS: Final = ("text", "category", "token", "relation", "asked", "step")
_STILL_ON: Final = "Det pågår fortfarande."
_CORRECTED: Final = "Rapportören rättar: det gäller {category}."


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the first report was, and its reporter's newest word on its kind: so is what is added, unless it says otherwise."""

    municipality: str
    point: Point | None = None
    place_text: str | None = None
    category: CategoryCode | None = None


@dataclass(frozen=True, slots=True)
class FilledAddition:
    """As it was sent; "" is nothing."""

    values: Mapping[str, str]
    given: Mapping[str, str]

    @classmethod
    def empty(cls) -> Self:
        return cls(dict.fromkeys(ADDITION_FIELDS, ""), {})

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Raises `Refused` when it is not a form in UTF-8."""
        sent = read_fields(body)
        return cls({name: sent.get(name, "") for name in ADDITION_FIELDS}, given_in(sent))

    @property
    def number(self) -> Number | None:
        """Whom to ring first, by the words or by an answer."""
        if rings_among(self.category, self.answers):
            return Number.EMERGENCY
        return number_to_ring(self.values["text"])

    @property
    def said(self) -> list[tuple[str, str]]:
        """All that a person told, by which the same form is known again."""
        return said_in(self.values, self.given)

    @property
    def relation(self) -> Relation:
        return Relation.STILL_ON if self.values["relation"] == Relation.STILL_ON else Relation.ADDITION

    @property
    def category(self) -> CategoryCode | None:
        return chosen_category(self.values)

    @property
    def answers(self) -> dict[str, str]:
        return answered(self.category, self.given)

    @property
    def has_questions_left(self) -> bool:
        """Whether a kind was chosen whose questions nobody has seen yet."""
        was_asked = self.values["asked"] == self.values["category"] or self.values["step"] == CONFIRMED
        return self.relation is Relation.ADDITION and bool(questions_for(self.category)) and not was_asked

    @property
    def text(self) -> str:
        """What was written, or what the choices come to in words."""
        if self.relation is Relation.STILL_ON:
            return _STILL_ON
        typed = self.values["text"]
        if typed.strip() or self.category is None:
            return typed
        return _CORRECTED.format(category=load_categories()[self.category].sv.lower())

    def submission(self, language: str | None, setting: Setting) -> Submission:
        """At the place of the first report, and of its kind if none is chosen now. Raises `Refused`."""
        if not self.text.strip():
            raise Refused([FieldError("text", "missing", "must say something")])
        try:
            return Submission.model_validate(
                {
                    "text": self.text,
                    "place_text": setting.place_text,
                    **({} if setting.point is None else setting.point.model_dump()),
                    "municipality": setting.municipality,
                    "category": self.category or setting.category,
                    "language": language,
                }
            )
        except ValidationError as error:
            found = refused(error).errors[0]
            code = found.code if found.field == "text" and found.code == "too_long" else "unreadable"
            raise Refused([FieldError("text", code, found.detail)]) from None
