"""The services that may be requested: one for each category, each with the same few questions."""

from collections.abc import Mapping
from typing import Any, Final

from services.intake.domain.open311.document import Document
from services.intake.domain.open311.privacy import OPENABLE
from shared.categories import Category, CategoryCode, load_categories

Words = Mapping[str, Any]

ONGOING: Final = "ongoing"
INJURED: Final = "injured"
OCCURRED_AT: Final = "occurred_at"
_PRIVATE: Final = "private"
_URGENT_FROM: Final = 3
_ASK_WHO_IS_HURT: Final = frozenset(
    {
        CategoryCode.FIRE,
        CategoryCode.EXPLOSION_SHOOTING,
        CategoryCode.WEAPONS,
        CategoryCode.VIOLENCE,
        CategoryCode.ROBBERY,
        CategoryCode.TRAFFIC,
        CategoryCode.ACCIDENT,
        CategoryCode.SCHOOL_INCIDENT,
        CategoryCode.ANIMAL,
    }
)


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


def attribute_codes(category: Category) -> tuple[str, ...]:
    return (ONGOING, INJURED, OCCURRED_AT) if category.code in _ASK_WHO_IS_HURT else (ONGOING, OCCURRED_AT)


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


def service_definition(category: Category, words: Words) -> Document:
    attributes = [
        _attribute(code, order, words["attributes"][code])
        for order, code in enumerate(attribute_codes(category), start=1)
    ]
    return Document("service_definition", {"service_code": category.code.value, "attributes": attributes})


def _attribute(code: str, order: int, words: Words) -> dict[str, Any]:
    values = [{"key": key, "name": name} for key, name in words.get("values", {}).items()]
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist" if values else "datetime",
        "required": False,
        "datatype_description": words["hint"],
        "order": order,
        "description": words["description"],
        **({"values": values} if values else {}),
    }
