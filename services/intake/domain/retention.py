"""How long reports are kept: as the municipality has decided, for some kinds longer or shorter than for the others."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from shared.categories import CategoryCode

LONGEST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Retention:
    """`days`: of every kind that has no time of its own; None: those are kept until somebody decides."""

    days: int | None = None
    by_category: Mapping[CategoryCode, int] = field(default_factory=dict)

    @classmethod
    def read(cls, days: str, by_category: str) -> Self:
        """From text as settings have it, "" for none. Raises `ValueError` saying what is wrong."""
        return cls(_days(days) if days.strip() else None, _by_category(by_category))

    @property
    def is_decided(self) -> bool:
        return self.days is not None or bool(self.by_category)

    def days_of(self, category: CategoryCode | None) -> int | None:
        own = None if category is None else self.by_category.get(category)
        return self.days if own is None else own

    def before(self, now: datetime) -> dict[CategoryCode, datetime]:
        """For each kind with a time of its own: what came before that time is kept long enough."""
        return {code: now - timedelta(days=days) for code, days in self.by_category.items()}

    def others_before(self, now: datetime) -> datetime | None:
        """The same for all other kinds."""
        return None if self.days is None else now - timedelta(days=self.days)


def _by_category(text: str) -> dict[CategoryCode, int]:
    try:
        given = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise ValueError('a JSON object was expected, like {"unsafe_place": 90}')  # noqa: TRY004 - a setting, not a type
    unknown = sorted(set(given) - set(CategoryCode))
    if unknown:
        raise ValueError(f"there is no category {', '.join(unknown)}")
    return {CategoryCode(code): _days(days) for code, days in given.items()}


def _days(given: object) -> int:
    text = str(given)
    if isinstance(given, bool) or not text.isdecimal() or not 1 <= int(text) <= LONGEST_DAYS:
        raise ValueError(f"{text} is no number of days from 1 to {LONGEST_DAYS}")
    return int(text)
