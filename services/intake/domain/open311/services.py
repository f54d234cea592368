"""The services that may be requested: one for each category, each with the same few questions."""

from collections.abc import Mapping
from typing import Any, Final

from services.intake.domain.open311.document import Document
from services.intake.domain.open311.privacy import OPENABLE
from services.intake.domain.questions import Choice, Question, questions_for
from shared.categories import Category, CategoryCode, load_categories

Words = Mapping[str, Any]

OCCURRED_AT: Final = "occurred_at"
ONGOING: Final = Question(
    "ongoing",
    {"sv": "Pågår det nu?", "en": "Is it going on now?"},
    (
        Choice("yes", {"sv": "Ja", "en": "Yes"}, "Det pågår nu."),
        Choice("no", {"sv": "Nej", "en": "No"}, "Det är över nu."),
        Choice("unknown", {"sv": "Vet inte", "en": "I do not know"}, None),
    ),
)
_ASKS_THE_SAME: Final = frozenset({"still_burning"})
_PRIVATE: Final = "private"
_URGENT_FROM: Final = 3


def service_of(code: str) -> Category | None:
    """None when there is no such service."""
    try:
        return load_categories()[CategoryCode(code)]
    except ValueError:
        return None


def service_name(category: Category, language: str) -> str:
    return category.en if language == "en" else category.sv


def is_urgent(category: Category) -> bool:
    return category.severity >= _URGENT_FROM


def asked_about(category: Category) -> tuple[Question, ...]:
    """The form's own questions, and whether it is going on."""
    questions = questions_for(category.code)
    return questions if _ASKS_THE_SAME & {each.code for each in questions} else (ONGOING, *questions)


def service_list(words: Words, language: str) -> Document:
    return Document("services", [_service(each, words, language) for each in load_categories().values()])


def _service(category: Category, words: Words, language: str) -> dict[str, Any]:
    name = service_name(category, language)
    description = words["description"].format(name=name)
    return {
        "service_code": category.code.value,
        "service_name": name,
        "description": f"{description} {words['urgent']}" if is_urgent(category) else description,
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(_keywords(category)),
        "group": words["groups"][category.agencies[0]],
    }


def _keywords(category: Category) -> list[str]:
    """FixMyStreet shows what is sent to a service with the keyword `private` to its sender and staff alone."""
    private = [] if category.code in OPENABLE else [_PRIVATE]
    police_types = [police_type.replace(",", "").strip() for police_type in category.police]
    return list(dict.fromkeys([*private, category.sv, category.en, *police_types]))


def service_definition(category: Category, words: Words, language: str) -> Document:
    asked = [*(_question(each, words, language) for each in asked_about(category)), _time(words)]
    attributes = [
        {
            "variable": True,
            "code": each["code"],
            "datatype": each["datatype"],
            "required": False,
            "datatype_description": each["hint"],
            "order": order,
            "description": each["description"],
            **({"values": each["values"]} if "values" in each else {}),
        }
        for order, each in enumerate(asked, start=1)
    ]
    return Document("service_definition", {"service_code": category.code.value, "attributes": attributes})


def _question(question: Question, words: Words, language: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "datatype": "singlevaluelist",
        "hint": words["choose"],
        "description": question.labels[language],
        "values": [{"key": choice.code, "name": choice.labels[language]} for choice in question.choices],
    }


def _time(words: Words) -> dict[str, Any]:
    return {"code": OCCURRED_AT, "datatype": "datetime", **words["occurred_at"]}
