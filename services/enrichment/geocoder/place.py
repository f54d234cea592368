"""A thing with a name and a position, and the ways its name is written."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.events import Precision
from shared.geodata import municipalities

WORD: Final = re.compile(r"[^\W_]+")
_FOLD: Final = str.maketrans("åäöéüæøàèáø", "aaoeuaoaeao")
_SPELL_OUT: Final = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "é": "e"})


class Scope(StrEnum):
    """When a listed name stands for its place."""

    ANYWHERE = "anywhere"
    MUNICIPALITY = "municipality"  # only when the report is known to be about that municipality
    GENERIC = "generic"  # the same, and every town has one: another town named beside it takes it away


@dataclass(frozen=True, slots=True)
class Place:
    """`within`: the town it lies in, for places inside a town; `population`: of the town, 0 when not known.

    `street`: its number in `Streets`, for a street or a road whose course or addresses are known; `is_road`: named by
    a number ("E18"), a piece for each municipality it runs through.
    """

    name: str
    lat: float
    lon: float
    uncertainty_m: float
    precision: Precision
    municipality: str
    population: int = 0
    scope: Scope = Scope.ANYWHERE
    within: str | None = None
    street: int | None = None
    is_road: bool = False

    @property
    def is_seat(self) -> bool:
        """A town that gave its municipality the name: people use it for both."""
        return self.precision is Precision.LOCALITY and self.name == municipalities()[self.municipality].name

    @property
    def short_name(self) -> str:
        """Without the town."""
        return self.name.removesuffix(f", {self.within}")

    @property
    def is_street(self) -> bool:
        """Also one that is only known to lie in its town."""
        is_listed = self.precision is Precision.LOCALITY and self.within is not None
        return not self.is_road and (self.street is not None or is_listed)


def fold(word: str) -> str:
    """As somebody without å, ä and ö on the keyboard writes it."""
    return word.translate(_FOLD)


def unaccented(name: str) -> tuple[str, str]:
    """Without å, ä and ö: by leaving out the dots, and by spelling them out."""
    return fold(name), name.translate(_SPELL_OUT)


def key(written: str) -> str:
    """The name as it is looked up: the words between spaces and hyphens, in small letters."""
    return " ".join(WORD.findall(written.casefold()))


def genitive(name: str) -> str:
    return name if name.endswith(("s", "x", "z")) else f"{name}s"
