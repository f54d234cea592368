"""How alike two texts are: identical but for punctuation, nearly so, or sharing words that tell something."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_STEM: Final = 6
_SHORTEST: Final = 4
_FEWEST: Final = 4
_NEARLY: Final = 92.0
_TELLING: Final = 5
_SKETCHED_ALIKE: Final = 3
_LONGEST_COMPARED: Final = 600
_COMMON: Final = """
alla allt andra att bara blev blir borta bort bredvid där denna detta dessa efter eller en ett fick finns
flera fram från genom hade hela henne honom igen ingen inget inte just kommer komma kring kunde länge man
många med mellan mera mitt mot mycket måste nere ner någon något några när nära nästan också olika oss
precis redan samma sedan ser sitt själv skulle som somliga står sätt till tills tror under upp utan utanför
uppe vara varit varje vart verkar vid vilken våra väldigt över about after again also another around because
behind been being can could does from have here into just like near next over really some someone somebody
that their them then there these they this those very were what when where which while with would your
"""
_STOP_WORDS: Final = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Words:
    """`plain`: the text in lower case without signs and digits; `stems`: beginnings of the words that tell something;
    `sketch`: the longest of them, which a text that differs in a word or a number mostly keeps;
    `is_telling`: long enough that two people would hardly write it alike about different things.
    """

    plain: str
    stems: frozenset[str]
    sketch: frozenset[str]
    is_telling: bool


@lru_cache(maxsize=8192)
def words_of(text: str) -> Words:
    found = _LETTERS.findall(text.casefold()[:_LONGEST_COMPARED])
    stems = {word[:_STEM] for word in found if len(word) >= _SHORTEST and word not in _STOP_WORDS}
    sketch = sorted(sorted(stems), key=len, reverse=True)[:_TELLING]
    return Words(" ".join(found), frozenset(stems), frozenset(sketch), len(stems) >= _TELLING)


def is_repeat(one: Words, other: Words) -> bool:
    """Whether one text is the other again, perhaps with a few letters changed."""
    if one.plain == other.plain:
        return one.plain != ""
    if not one.is_telling or one.sketch.isdisjoint(other.sketch):
        return False
    if len(one.sketch & other.sketch) < _SKETCHED_ALIKE:
        return False
    return fuzz.ratio(one.plain, other.plain, score_cutoff=_NEARLY) > 0


def alikeness(one: Words, other: Words) -> float:
    """0-1: the part of the shorter text's telling words that the other has too; few words count for less."""
    if not one.stems or not other.stems:
        return 1.0 if one.plain == other.plain and one.plain else 0.0
    shared = len(one.stems & other.stems)
    return shared / max(min(len(one.stems), len(other.stems)), _FEWEST)
