"""A text as it reads, whatever it was typed with: full-width digits, typographic dashes and spaces, invisible characters."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.redaction.spans import TAKEN

_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u20e3]+"
)
# What Swedish is typed with reads as it stands.
_TO_BE_READ: Final = re.compile("[^\x00-\x7fåäöÅÄÖéÉüÜ”“’…€§°½]")
_DASHES: Final = {0x2212, 0x2043, 0x02D7}
_SPACES: Final = {0x2800, 0x3164, 0x115F, 0x1160}
_OTHER: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Folded:
    """`places`: for each character of `text` where it stood in the original; None when nowhere else than here."""

    text: str
    places: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def fold(text: str) -> Folded:
    if not _TO_BE_READ.search(text):
        return Folded(text, None)
    places = None
    if _INVISIBLE.search(text):
        places = _visible_places(text)
        text = _INVISIBLE.sub("", text)
    return Folded(text.translate(_PLAIN), places)


def _visible_places(text: str) -> list[int]:
    places: list[int] = []
    after = 0
    for hidden in _INVISIBLE.finditer(text):
        places.extend(range(after, hidden.start()))
        after = hidden.end()
    return [*places, *range(after, len(text))]


class _Plain(dict[int, str]):
    """One character for one, looked up once each."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if character == TAKEN:
        return _OTHER
    if character == "İ":  # the one letter whose small form is two characters
        return "I"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or ord(character) in _DASHES:
        return "-"
    if category == "Zs" or ord(character) in _SPACES:
        return " "
    same = unicodedata.normalize("NFKC", character)
    is_plain = len(same) == 1 and same.isascii() and category != "No"  # "m²" is no 2
    return same if is_plain else character


_PLAIN: Final = _Plain()
