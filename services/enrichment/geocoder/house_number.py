"""The house number after the name of a street: "12", "12 B", "nr 12", "12-14"; not a time, and not a count of people."""

import re
from collections.abc import Sequence
from typing import Final

from services.enrichment.geocoder import words
from services.enrichment.geocoder.streets import HouseNumber
from services.enrichment.geocoder.tokens import Token

_NUMBER: Final = re.compile(r"(\d{1,4})([a-z]?)")
_GAPS: Final = frozenset({" ", ". ", "."})
_TIME: Final = re.compile(r"[.:]\d")


def house_number_at(
    text: str, tokens: Sequence[Token], at: int, *, is_short: bool = False
) -> tuple[HouseNumber | None, int]:
    """The number at token `at`, and the token after it; None and `at` when what stands there is none.

    `is_short`: the street's name may end in a full stop, as "Nyg. 12".
    """
    start = at
    if tokens[at].word in words.NUMBERED and at + 1 < len(tokens):
        at += 1
    written = _NUMBER.fullmatch(tokens[at].word)
    is_joined = start > 0 and text[tokens[start - 1].end : tokens[start].start] in (
        _GAPS if is_short else {" "}
    )
    if not (written and is_joined) or _TIME.match(text, tokens[at].end) or not int(written[1]):
        return None, start
    number, letter, after = int(written[1]), written[2], at + 1
    if not letter and after < len(tokens) and _is_letter(text, tokens, after):
        letter, after = tokens[after].word, after + 1
    elif not letter and _counts_something(text, tokens, after):
        return None, start
    if after < len(tokens) and text[tokens[after - 1].end : tokens[after].start] in {"-", "–"}:
        after += tokens[after].word.isdigit()
    return HouseNumber(number, ord(letter) - 96 if letter else 0), after


def _is_letter(text: str, tokens: Sequence[Token], at: int) -> bool:
    """A staircase: "12 B", "12 b"; "i", "å" and "o" are words."""
    is_next = text[tokens[at - 1].end : tokens[at].start] == " "
    word = tokens[at].word
    return is_next and len(word) == 1 and "a" <= word <= "z" and (tokens[at].is_capital or word in "abcdefgh")


def _counts_something(text: str, tokens: Sequence[Token], at: int) -> bool:
    if at >= len(tokens):
        return False
    gap = text[tokens[at - 1].end : tokens[at].start]
    return gap in {" ", "-"} and (tokens[at].word in words.COUNTED or tokens[at].word in words.PEOPLE)
