"""The categories a report can have, read once from `categories.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

CATEGORIES_YAML: Final = Path(__file__).with_name("categories.yaml")
AGENCIES: Final = ("police", "rescue", "social", "school", "care", "security", "guards")


class CategoryCode(StrEnum):
    FIRE = "fire"
    EXPLOSION_SHOOTING = "explosion_shooting"
    WEAPONS = "weapons"
    VIOLENCE = "violence"
    ROBBERY = "robbery"
    THREAT = "threat"
    SEXUAL_OFFENCE = "sexual_offence"
    BURGLARY = "burglary"
    THEFT = "theft"
    FRAUD = "fraud"
    VANDALISM = "vandalism"
    DRUGS = "drugs"
    DISORDER = "disorder"
    YOUTH_GATHERING = "youth_gathering"
    TRAFFIC = "traffic"
    MISSING_PERSON = "missing_person"
    CHILD_CONCERN = "child_concern"
    VULNERABLE_ADULT = "vulnerable_adult"
    SCHOOL_INCIDENT = "school_incident"
    ACCIDENT = "accident"
    SUSPICIOUS = "suspicious"
    UNSAFE_PLACE = "unsafe_place"
    ENVIRONMENT = "environment"
    ANIMAL = "animal"
    RUMOUR = "rumour"
    DEATH = "death"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Category:
    """`severity`: 1-4, when the text says nothing more; `agencies`: told by default; `police`: the police's own types."""

    code: CategoryCode
    sv: str
    en: str
    severity: int
    agencies: tuple[str, ...]
    police: tuple[str, ...]

    def __post_init__(self) -> None:
        if unknown := set(self.agencies) - set(AGENCIES):
            raise ValueError(
                f"{self.code}: unknown agencies {sorted(unknown)}; known are {', '.join(AGENCIES)}"
            )
        if self.severity not in range(1, 5):
            raise ValueError(f"{self.code}: severity must be 1-4, not {self.severity}")


@cache
def load_categories() -> Mapping[CategoryCode, Category]:
    """All categories, in the order of the file."""
    rows: dict[str, dict[str, Any]] = yaml.safe_load(CATEGORIES_YAML.read_text(encoding="utf-8"))[
        "categories"
    ]
    categories = {CategoryCode(code): _category(CategoryCode(code), row) for code, row in rows.items()}
    if missing := set(CategoryCode) - set(categories):
        raise ValueError(f"{CATEGORIES_YAML.name} lacks {', '.join(sorted(missing))}")
    return MappingProxyType(categories)


def _category(code: CategoryCode, row: dict[str, Any]) -> Category:
    return Category(
        code=code,
        sv=row["sv"],
        en=row["en"],
        severity=row["severity"],
        agencies=tuple(row["agencies"]),
        police=tuple(row.get("police", ())),
    )


def category_of_police_type(police_type: str) -> CategoryCode | None:
    """The category of an event type in the police's open data; None for summaries, controls and the rarest laws."""
    return _by_police_type().get(police_type.strip().casefold())


@cache
def _by_police_type() -> Mapping[str, CategoryCode]:
    return MappingProxyType(
        {
            name.strip().casefold(): category.code
            for category in load_categories().values()
            for name in category.police
        }
    )
