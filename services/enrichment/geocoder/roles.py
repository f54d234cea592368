"""What the words before a place name say of it: where it happened, where somebody lives, where it did not. Pure."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, Protocol

from services.enrichment.geocoder import words
from services.enrichment.geocoder.tokens import Token

_STILL_THERE: Final = frozenset({"just", "här", "längre", "precis"})
_IN: Final = frozenset({"i", "in"})
_IS: Final = frozenset({"är", "var", "is", "was"})


class Role(IntEnum):
    """What the text says about a place it names, the weakest first. From FROM on it can be where things happened."""

    NEGATED = 0
    ORIGIN = 1
    LIVES = 2
    TOWARDS = 3
    FROM = 4
    NAMED = 5
    OFFICE = 6
    NEAR = 7
    BETWEEN = 8
    AT = 9


class Named(Protocol):
    """A name that was found before."""

    @property
    def last(self) -> int: ...
    @property
    def role(self) -> Role: ...


def role_of(tokens: Sequence[Token], first: int, before: Sequence[Named]) -> Role:
    """The role of the name that begins at token `first`; a name joined by "och" or a comma has the role of the one before."""
    at = first - 1
    while at >= 0 and tokens[at].word in words.MODIFIERS and first - at <= 3:
        at -= 1
    if at < 0:
        return Role.NAMED
    if (
        before
        and before[-1].last in {at, at + 1}
        and (before[-1].last == at + 1 or tokens[at].word in words.AND)
    ):
        return before[-1].role
    role = next((role for role, prepositions in _ROLES if tokens[at].word in prepositions), Role.NAMED)
    if bearing_before(tokens, at + 1) is not None:
        role = Role.NEAR
    elif tokens[at].word in {"med", "with"} and _word(tokens, at - 1) in words.LEVEL:
        role, at = Role.NEAR, max(at - 2, 0)
    if role is Role.NAMED:
        at += 1
    return _qualified(role, tokens, at)


def bearing_before(tokens: Sequence[Token], first: int) -> int | None:
    """The side that "norr om" and "north of" speak of, in degrees from north; None when there is no such word."""
    if first < 2 or tokens[first - 1].word not in {"om", "of"}:
        return None
    return words.BEARINGS.get(tokens[first - 2].word)


def _qualified(role: Role, tokens: Sequence[Token], at: int) -> Role:
    """The role, after a look at the words before the preposition (token `at`): who, whether, and what for."""
    before = _word(tokens, at - 1)
    around = {before, _word(tokens, at - 2)}
    if _word(tokens, at - 1, skip=_STILL_THERE) in words.NOT:
        return Role.NEGATED
    if role in {Role.AT, Role.FROM} and not around.isdisjoint(words.LIVES):
        return Role.LIVES
    if role is Role.AT and tokens[at].word in _IN and before in words.OFFICES | words.RELATIVES:
        return Role.OFFICE if before in words.OFFICES else Role.LIVES
    if role is Role.FROM and _is_origin(tokens, at):
        return Role.ORIGIN
    is_destination = role is Role.TOWARDS and tokens[at].word in {"till", "to"}
    around.add(_word(tokens, at - 3))
    has_arrived = before in words.ARRIVED and not words.CAME.isdisjoint(around)
    if is_destination and (has_arrived or not words.SENT.isdisjoint(around)):
        return Role.AT
    return role


def _is_origin(tokens: Sequence[Token], at: int) -> bool:
    """Whether "från" (token `at`) tells where somebody or a bus comes from."""
    if _word(tokens, at - 1, skip=_IS) in words.NOT_FROM_THERE or _is_name(tokens, at - 1):
        return True
    return _word(tokens, at - 1) in words.COMES and _is_somebody(_word(tokens, at - 2))


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    is_capital = at > 0 and tokens[at].is_capital and not tokens[at].starts_sentence
    return is_capital and tokens[at].word not in words.ordinary_words()


def _is_somebody(word: str) -> bool:
    return word in words.SOMEBODY or word in words.PEOPLE


def _word(tokens: Sequence[Token], at: int, skip: frozenset[str] = frozenset()) -> str:
    while at >= 0 and tokens[at].word in skip:
        at -= 1
    return tokens[at].word if at >= 0 else ""


_ROLES: Final[tuple[tuple[Role, frozenset[str]], ...]] = (
    (Role.AT, words.AT),
    (Role.NEAR, words.NEAR),
    (Role.TOWARDS, words.TOWARDS),
    (Role.FROM, words.FROM),
    (Role.BETWEEN, words.BETWEEN),
)
