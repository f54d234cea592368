"""What came in the query and the body, whichever of the two, and the values that the specification knows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from pydantic_core import PydanticCustomError

from services.intake.domain.submission import LOCAL_ZONE
from services.intake.domain.wording import cleaned

_NUMBER: Final = re.compile(r"[+-]?\d{1,4}(?:\.\d{1,20})?")
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]\x00-\x1f\x7f]{1,100})\](?:\[[0-9]{0,4}\])?")
# A plus sign that was not escaped comes in as a space.
_LOST_PLUS: Final = re.compile(r" (?=\d\d:?\d\d$)")
_YEARS: Final = range(1970, 2101)


class UnreadableError(ValueError):
    """The sentence says what the value must be."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """By the specification an empty value is the same as none."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Raises `UnreadableError` for NUL."""
        try:
            kept = tuple((name, cleaned(value)) for name, value in pairs)
        except PydanticCustomError as error:
            raise UnreadableError("A value must not contain the character NUL.") from error
        return cls(tuple((name, value) for name, value in kept if value))

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.pairs if each == name]

    def first(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def listed(self, name: str) -> list[str]:
        """Comma separated, and repeated if the client likes."""
        return [part for value in self.all(name) for each in value.split(",") if (part := each.strip())]

    def attributes(self) -> dict[str, list[str]]:
        """`attribute[code]=value`, and `attribute[code][]=value` for each of several."""
        found: dict[str, list[str]] = {}
        for name, value in self._attribute_pairs():
            found.setdefault(name, []).append(value)
        return found

    def _attribute_pairs(self) -> Iterator[tuple[str, str]]:
        for name, value in self.pairs:
            if matched := _ATTRIBUTE.fullmatch(name):
                yield matched[1], value


def read_number(value: str, name: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise UnreadableError(f"{name} must be a number of degrees such as 59.5117.")
    return float(value)


def read_time(value: str, name: str) -> datetime:
    """W3C date and time. Without a zone, or as a day alone, it is Swedish time."""
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", value)) if len(value) <= 40 else None
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise UnreadableError(f"{name} must be a time such as 2026-11-23T14:05:00Z.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)


def read_positive(value: str | None, name: str, *, default: int, most: int) -> int:
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most and len(value) <= 9):
        raise UnreadableError(f"{name} must be a whole number from 1 to {most}.")
    return int(value)


def told(moment: datetime) -> str:
    """As the specification writes times: to the second, with a zone."""
    return moment.astimezone(LOCAL_ZONE).isoformat(timespec="seconds")
