"""What an online geocoder may be asked: the name of a street or a public place that a report gives, and nothing else of it. Pure.

A name is one word with an ending that only streets and public places have ("Ängsvägen", "Hagaparken"), perhaps with
"Norra" before it and a house number after it. A word that could be anybody's name is never taken, nor somebody's home.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.enrichment.geocoder import words
from services.enrichment.geocoder.house_number import house_number_at
from services.enrichment.geocoder.roles import Role, role_of
from services.enrichment.geocoder.streets import HouseNumber
from services.enrichment.geocoder.tokens import Token, tokens_of

LONGEST: Final = 28
_PLACE: Final = re.compile(
    r"[a-zåäöéü]{3,}(?:"
    r"(?:gatan|vägen|gränd|gränden|stigen|leden|allén|esplanaden)"
    r"|(?P<place>torget|skolan|gymnasiet|kyrkan|parken|badet|badplatsen|hallen|stationen|rondellen|lasarettet)"
    r")"
)
_FIRST_PARTS: Final = frozenset({"norra", "södra", "östra", "västra", "stora", "lilla", "gamla", "nya"})
_HOME: Final = words.LIVES | {"hemma", "hem", "hemadress", "adress", "adressen", "home", "address"}
_SENTENCE_ENDS: Final = frozenset(".!?\n")
_IN_TEXT: Final = frozenset({Role.AT, Role.NEAR})
_IN_FIELD: Final = _IN_TEXT | {Role.NAMED, Role.BETWEEN}


@dataclass(frozen=True, slots=True)
class Phrase:
    """`words`: as the report has them."""

    name: str
    number: HouseNumber | None
    words: str
    is_street: bool

    def __str__(self) -> str:
        return f"{self.name} {self.number}" if self.number else self.name


def askable(text: str, place_text: str | None) -> Phrase | None:
    """The place field's phrase, or the text's; None when there is none, or more than one and so none to choose."""
    for written, is_field in ((place_text or "", True), (text, False)):
        found = {str(each): each for each in _phrases(written, is_field=is_field)}
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def _phrases(text: str, *, is_field: bool) -> list[Phrase]:
    if not _PLACE.search(text.casefold()):
        return []
    tokens = tokens_of(text)
    is_shouted = text.isupper()
    phrases = (
        _phrase(text, tokens, at, is_field=is_field, may_be_small=is_field or is_shouted)
        for at in range(len(tokens))
    )
    return [each for each in phrases if each]


def _phrase(
    text: str, tokens: Sequence[Token], at: int, *, is_field: bool, may_be_small: bool
) -> Phrase | None:
    token = tokens[at]
    shape = _PLACE.fullmatch(token.word)
    if shape is None or len(token.word) > LONGEST or token.word in words.ordinary_words():
        return None
    if not (token.is_capital or may_be_small) or _is_hyphenated(text, token):
        return None
    first = at - (at > 0 and _is_first_part(text, tokens[at - 1], token))
    if not _is_told(text, tokens, first, is_field=is_field):
        return None
    is_street = shape["place"] is None
    number, after = (
        house_number_at(text, tokens, at + 1) if is_street and at + 1 < len(tokens) else (None, at + 1)
    )
    name = " ".join(each.word.capitalize() for each in tokens[first : at + 1])
    return Phrase(name, number, text[tokens[first].start : tokens[after - 1].end], is_street)


def _is_told(text: str, tokens: Sequence[Token], first: int, *, is_field: bool) -> bool:
    """Whether the words around say that something happened there, and not who lives there."""
    role = role_of(tokens, first, ())
    opens = first == 0 and role is Role.NAMED
    if role not in (_IN_FIELD if is_field else _IN_TEXT) and not opens:
        return False
    return _HOME.isdisjoint(_sentence_before(text, tokens, first))


def _sentence_before(text: str, tokens: Sequence[Token], first: int) -> set[str]:
    before: set[str] = set()
    for at in range(first - 1, -1, -1):
        gap = text[tokens[at].end : tokens[at + 1].start]
        if not _SENTENCE_ENDS.isdisjoint(gap):
            break
        before.add(tokens[at].word)
    return before


def _is_first_part(text: str, before: Token, token: Token) -> bool:
    is_next = text[before.end : token.start] == " "
    return is_next and before.word in _FIRST_PARTS and before.is_capital == token.is_capital


def _is_hyphenated(text: str, token: Token) -> bool:
    """Half of a name that we would have to guess the rest of."""
    return text[token.start - 1 : token.start] == "-" or text[token.end : token.end + 1] == "-"
