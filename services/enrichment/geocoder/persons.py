"""Whether a name stands for somebody, by the words before it. Pure."""

from collections.abc import Sequence

from services.enrichment.geocoder import words
from services.enrichment.geocoder.tokens import Token


def is_somebodys_name(tokens: Sequence[Token], first: int) -> bool:
    """The "Köping" of "min son Arvid Köping" and "han heter Köping"."""
    if first < 2:
        return False
    who, before = tokens[first - 2], tokens[first - 1]
    if before.word in words.CALLED:
        return who.word in words.SOMEBODY or who.word in words.PEOPLE or who.word in words.KIN
    return who.word in words.KIN and before.is_capital


def is_surname(tokens: Sequence[Token], first: int) -> bool:
    """The "Berg" of "Karin Berg"."""
    if first == 0 or not tokens[first].is_capital or tokens[first].starts_sentence:
        return False
    previous = tokens[first - 1]
    is_name = previous.is_capital and not previous.starts_sentence and previous.end + 1 == tokens[first].start
    return is_name and previous.word not in words.ordinary_words()
