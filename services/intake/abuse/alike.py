"""What texts that are the same, or nearly so, have in common: short keys of which they share most. Pure.

Minwise hashing (Broder 1997) over words and pairs of words: two texts share a single minimum as often as they share words, so
a key of three is shared by texts that say nearly the same, and hardly ever by two that only speak of the same matter.
"""

import re
from itertools import pairwise
from typing import Final
from zlib import crc32

KEYS: Final = 3
_MINIMA_A_KEY: Final = 3
# Shorter ones are the same by chance: thirty neighbours without electricity write the same three words.
_FEWEST_WORDS: Final = 8
_MOST_WORDS: Final = 80
_WORD: Final = re.compile(r"[^\W\d_]+")
_MASK: Final = 0xFFFFFFFF
_PRIME: Final = 4294967311
_TURNS: Final = tuple(
    (crc32(b"turn %d" % number) | 1, crc32(b"shift %d" % number)) for number in range(KEYS * _MINIMA_A_KEY)
)


def alike_keys(text: str) -> tuple[bytes, ...]:
    """Numbers, signs and capitals make no difference. Empty for a text of fewer than eight words."""
    words = _WORD.findall(text.lower()[:2000])[:_MOST_WORDS]
    if len(words) < _FEWEST_WORDS:
        return ()
    pairs = (f"{one} {two}" for one, two in pairwise(words))
    marks = {crc32(each.encode()) for each in (*words, *pairs)}
    minima = [min((turn * mark + shift) % _PRIME for mark in marks) & _MASK for turn, shift in _TURNS]
    return tuple(
        bytes([number])
        + b"".join(
            each.to_bytes(4, "big") for each in minima[number * _MINIMA_A_KEY : (number + 1) * _MINIMA_A_KEY]
        )
        for number in range(KEYS)
    )
