"""What is taken out, as places in a text, and the marks put in its stead."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple, Self

MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "personal_number": "[personnummer]",
        "phone_number": "[telefonnummer]",
        "email": "[e-post]",
        "vehicle_plate": "[registreringsnummer]",
        "card_number": "[kortnummer]",
        "account_number": "[kontonummer]",
        "social_handle": "[användarnamn]",
        "personal_link": "[länkuppgift]",
        "network_address": "[nätverksadress]",
    }
)

TAKEN: Final = "\ue000"
"""Stands, once for each character, where something was taken. No pattern matches it, and contexts end at it."""


class Span(NamedTuple):
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded text (`folding.py`) in which earlier finds are TAKEN, with what every finder asks of it.

    `lower`: the same in small letters. `numbers`: where digits that stand together begin and end.
    """

    text: str
    lower: str
    numbers: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(text, text.lower(), [digits.span() for digits in _DIGITS.finditer(text)])

    @property
    def digits(self) -> int:
        """How many there are."""
        return sum([end - start for start, end in self.numbers])

    def without(self, spans: Iterable[Span]) -> Self:
        """With TAKEN in place of each span."""
        return self.of(without(self.text, spans))


Finder = Callable[[Reading], Iterable[Span]]
"""Their spans come in order and do not overlap."""

_DIGITS: Final = re.compile(r"\d+")
_MARK: Final = re.compile("|".join(map(re.escape, MARKS.values())))
_IN_FIGURES: Final = frozenset(["personal_number", "phone_number", "card_number", "account_number"])
_REST: Final = re.compile(
    r"(?:(?: ?[-/] ?|\.)\d{1,4}(?![\d.:]\d|\d|\w))+| \d{1,2}(?=[,;!?)]|\.?(?:\s*$|\n| [A-ZÅÄÖ]))"
)
_CONTEXT: Final = 40


def whole(text: str, spans: Sequence[Span]) -> list[Span]:
    """With the few figures that are still joined to a number: half of one is worse than none."""
    kept: list[Span] = []
    for place, (start, end, kind) in enumerate(spans):
        rest = _REST.match(text, end) if kind in _IN_FIGURES else None
        is_free = rest is not None and (place + 1 == len(spans) or rest.end() <= spans[place + 1].start)
        kept.append(Span(start, rest.end(), kind) if rest and is_free else spans[place])
    return kept


def without(text: str, spans: Iterable[Span]) -> str:
    """`text` with TAKEN in place of each span; its length stays."""
    pieces: list[str] = []
    after = 0
    for start, end, _ in spans:
        pieces += (text[after:start], TAKEN * (end - start))
        after = end
    return "".join((*pieces, text[after:]))


def without_marks(text: str) -> str:
    """What was taken out before is read as taken, so that redacting twice changes nothing."""
    return _MARK.sub(lambda mark: TAKEN * len(mark.group()), text) if "[" in text else text


def before(text: str, place: int) -> str:
    """The few words before a place, back to the last find."""
    return text[max(0, place - _CONTEXT) : place].rpartition(TAKEN)[2]


def holds_any(text: str, words: Iterable[str]) -> bool:
    """`any(word in text for word in words)`, which is asked of every text, in a third of the time."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False
