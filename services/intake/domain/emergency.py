"""Whom to ring first, from what somebody writes. It never keeps anything from being sent.

The page's script follows the same rules while somebody writes, with the expressions that are made here of the words.

A text is read folded: small letters, no accents, no letter twice in a row, so that haste and missing keys matter less. What is said
of another thing (lamps that burn) is set aside. Then each sentence is looked at by itself: what is going on counts unless its
clause says that it has ended; an event counts unless its sentence says that it was earlier, often or only feared, and even then if its
clause says now.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml

EMERGENCY_YAML: Final = Path(__file__).with_name("emergency.yaml")
# A point after these ends no sentence.
_SHORTENED: Final = re.compile(r"([ ,](?:kl|ca|nr|st|gm|mrs?))\.")
_SENTENCE_ENDS: Final = re.compile(r"[.!?…]+|\n\s*\n")
_CLAUSE_ENDS: Final = re.compile(r"[,;:()–—]+| (?:men|fast|but) ")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_TWICE: Final = re.compile(r"(.)\1+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_BEGINS: Final = re.compile(r"\w")
_LARGE: Final = 30
_GAP: Final = "(?: [^ ]+){0,4}"


class Number(StrEnum):
    """The gravest first."""

    EMERGENCY = "112"
    POLICE = "11414"
    CARE = "1177"


_MILDER: Final = (Number.POLICE, Number.CARE)


class Danger(StrEnum):
    """The answer to: is it going on now, and is somebody in danger?"""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Words:
    """Expressions over folded words, each with a space before it."""

    aside: str
    denied: str
    ended: str
    elsewhen: str
    now: str
    going_on: str
    event: str
    milder: Mapping[Number, str]

    def as_json(self) -> dict[str, Any]:
        """For the script, which follows the same rules."""
        named = {name: getattr(self, name) for name in _EXPRESSIONS}
        return {
            **named,
            "denied": self.denied,
            "milder": {number.value: words for number, words in self.milder.items()},
        }

    @cached_property
    def compiled(self) -> Mapping[str, re.Pattern[str]]:
        named = {name: getattr(self, name) for name in _EXPRESSIONS}
        named["aside"] = f"(?:{self.aside}|{self.denied}(?: [^ ]+)?{self.event})"
        named |= {number.value: words for number, words in self.milder.items()}
        return {name: re.compile(f"{words}(?= )") for name, words in named.items()}


_EXPRESSIONS: Final = ("aside", "ended", "elsewhen", "now", "going_on", "event")


def number_to_ring(text: str, danger: Danger | None = None) -> Number | None:
    """The answer weighs more than the words: yes is 112, and no is never 112."""
    if danger is Danger.YES:
        return Number.EMERGENCY
    words, sentences = emergency_words().compiled, list(_sentences(text))
    if danger is not Danger.NO and any(_is_emergency(words, clauses) for clauses in sentences):
        return Number.EMERGENCY
    said = [clause for clauses in sentences for clause in clauses]
    for number in _MILDER:
        if any(words[number].search(clause) for clause in said):
            return number
    return None


def speaks_of_danger(text: str) -> bool:
    """Whether there is a word for an emergency in it at all, whenever it was: wider than `number_to_ring`."""
    words = emergency_words().compiled
    clauses = [clause for clauses in _sentences(text) for clause in clauses]
    return any(words["going_on"].search(clause) or words["event"].search(clause) for clause in clauses)


def _is_emergency(words: Mapping[str, re.Pattern[str]], clauses: Sequence[str]) -> bool:
    lasting = [clause for clause in clauses if not words["ended"].search(clause)]
    if any(words["going_on"].search(clause) for clause in lasting):
        return True
    events = [clause for clause in lasting if words["event"].search(clause)]
    if not events:
        return False
    is_elsewhen = any(words["elsewhen"].search(clause) for clause in clauses)
    return any(not is_elsewhen or words["now"].search(clause) for clause in events)


def _sentences(text: str) -> Iterator[Sequence[str]]:
    """Each as its clauses, folded, without what is to be set aside."""
    aside = emergency_words().compiled["aside"]
    for sentence in _SENTENCE_ENDS.split(_SHORTENED.sub(r"\1 ", f" {_lower(text)}")):
        yield [aside.sub(" -", f" {_folded(clause)} ") for clause in _CLAUSE_ENDS.split(sentence)]


def _lower(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text).lower())


def _folded(text: str) -> str:
    return _TWICE.sub(_letter_once, _BETWEEN_WORDS.sub(" ", text)).strip()


def _letter_once(several: re.Match[str]) -> str:
    """Digits stay: 112 is not 12. (Told of a letter here rather than in the expression: four times as quick.)"""
    letter = several[1]
    return letter if letter.isalnum() and not letter.isdecimal() else several[0]


@cache
def emergency_words() -> Words:
    read = yaml.safe_load(EMERGENCY_YAML.read_text(encoding="utf-8"))
    expression, urgent = _Grammar(read["groups"]).expression, read["numbers"][Number.EMERGENCY]
    return Words(
        **{name: expression(read[name]) for name in ("aside", "denied", "ended", "elsewhen", "now")},
        going_on=expression(urgent["going_on"]),
        event=expression(urgent["event"]),
        milder={number: expression(read["numbers"][number]) for number in _MILDER},
    )


class _Grammar:
    """Makes one expression of many lines. Those that begin alike stand together, so that most are passed over at one glance."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups = {f"<{name}>": members for name, members in groups.items()}

    def expression(self, lines: Iterable[str]) -> str:
        return " " + _one_of(self._branches(lines))

    def _branches(self, lines: Iterable[str]) -> list[str]:
        """A large group that many lines begin or end with is written once, with all that stands after or before it."""
        words: dict[str, dict[str, None]] = {}
        begun: dict[str, list[str]] = {}
        ended: dict[str, list[str]] = {}
        for line in lines:
            *before, last = line.split()
            groups, others = self._large(last) if before else ([], last)
            for group in groups:
                ended.setdefault(group, []).append(" ".join(before))
            if others:
                first, *rest = [*before, others]
                groups, others = self._large(first)
                after = "".join(map(self._part, rest))
                for group in groups:
                    begun.setdefault(group, []).append(after)
                if others:
                    words.setdefault(after, {}).update(dict.fromkeys(self._alternatives(others)))
        return [
            *_by_letter((word, after) for after, several in words.items() for word in several),
            *(self._group(group) + _after(after) for group, after in begun.items()),
            *(_one_of(self._branches(before)) + " " + self._group(group) for group, before in ended.items()),
        ]

    def _large(self, word: str) -> tuple[list[str], str]:
        """The large groups among the alternatives, and the others."""
        alternatives = word.split("|")
        large = [each for each in alternatives if len(self._groups.get(each, ())) >= _LARGE]
        return large, "|".join(each for each in alternatives if each not in large)

    def _group(self, group: str) -> str:
        return _one_of(_by_letter((word, "") for word in self._alternatives(group)))

    def _part(self, word: str) -> str:
        return _GAP if word == ".." else " " + _one_of(self._alternatives(word))

    def _alternatives(self, word: str) -> list[str]:
        """Folded, as expressions."""
        members = [each for one in word.split("|") for each in self._groups.get(one, [one])]
        return ["[^ ]*".join(_folded(_lower(part)) for part in each.split("*")) for each in members]


def _by_letter(said: Iterable[tuple[str, str]]) -> list[str]:
    """Words with what follows them, parted by the first letter; what follows several is written once."""
    letters: dict[str, dict[str, list[str]]] = {}
    for word, after in said:
        begins = _BEGINS.match(word)
        begins_with = begins[0] if begins else ""
        letters.setdefault(begins_with, {}).setdefault(after, []).append(word[len(begins_with) :])
    return [
        begins_with + _one_of(_one_of(ends) + after for after, ends in several.items())
        for begins_with, several in sorted(letters.items())
    ]


def _after(several: Iterable[str]) -> str:
    """One of them, the gap that some begin with looked over once for all."""
    gap = [each.startswith(_GAP) for each in several]
    near = [each for each, has_gap in zip(several, gap, strict=True) if not has_gap]
    far = [each.removeprefix(_GAP) for each, has_gap in zip(several, gap, strict=True) if has_gap]
    return _one_of([*near, _GAP + _one_of(far)] if far else near)


def _one_of(expressions: Iterable[str]) -> str:
    several = list(dict.fromkeys(expressions))
    return several[0] if len(several) == 1 and "|" not in several[0] else f"(?:{'|'.join(several)})"
