"""Whom to ring first, from what somebody writes. It never keeps anything from being sent.

The page's script reads the same words and follows the same rule while somebody writes, so the rule is kept as plain as it is:
words parted by spaces are looked for in words parted by spaces.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

EMERGENCY_YAML: Final = Path(__file__).with_name("emergency.yaml")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


class Number(StrEnum):
    """The gravest first."""

    EMERGENCY = "112"
    POLICE = "11414"
    CARE = "1177"


class Danger(StrEnum):
    """The answer to: is it going on now, and is somebody in danger?"""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Words:
    """Each as it is looked for: with a space before it, and after it unless any ending will do."""

    calm: Sequence[str]
    over: Sequence[str]
    numbers: Mapping[Number, Sequence[str]]

    def as_json(self) -> dict[str, Any]:
        """For the script, which follows the same rule."""
        return {
            "calm": self.calm,
            "over": self.over,
            "numbers": {number.value: words for number, words in self.numbers.items()},
        }


def number_to_ring(text: str, danger: Danger | None = None) -> Number | None:
    """The answer weighs more than the words: yes is 112, and no is never 112."""
    if danger is Danger.YES:
        return Number.EMERGENCY
    words, said = emergency_words(), _spaced(text)
    for calm in words.calm:
        said = said.replace(calm, " ")
    is_over = danger is Danger.NO or _says(said, words.over)
    for number in Number:
        if _says(said, words.numbers[number]) and not (number is Number.EMERGENCY and is_over):
            return number
    return None


def _says(said: str, any_of: Sequence[str]) -> bool:
    return any(words in said for words in any_of)


def _spaced(text: str) -> str:
    return f" {_BETWEEN_WORDS.sub(' ', text.lower()).strip()} "


@cache
def emergency_words() -> Words:
    read = yaml.safe_load(EMERGENCY_YAML.read_text(encoding="utf-8"))
    return Words(
        calm=sorted(map(_looked_for, read["calm"]), key=len, reverse=True),
        over=[_looked_for(words) for words in read["over"]],
        numbers={number: [_looked_for(words) for words in read["numbers"][number]] for number in Number},
    )


def _looked_for(words: str) -> str:
    return f" {words[:-1]}" if words.endswith("*") else f" {words} "
