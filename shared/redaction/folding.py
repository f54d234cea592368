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
_LINE_END: Final = re.compile("\n")
_BLANKS: Final = " \t\r"
_APART: Final = re.compile(
    r".*(?:\d\n\d|[^\w\n][A-Za-z]{3}\n\d\d[A-Za-z\d]|(?:^|[^\w\n])[A-Z]{2}\n\d\d)", re.DOTALL
)
_TOGETHER: Final = re.compile(
    r".*(?:\d ?[-+/]\n\d|\d\n[-+/] ?\d|\w@\n\w|\w\n(?:@\w|\.(?:com|se|org|net|nu)\b))", re.DOTALL
)
"""Where a mail program may have broken a number or an address: at a space, or within."""
_MAY_BREAK: Final = re.compile(r"[\d@+/-]\n|\n[\d@.+/-]")


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


def join_lines(folded: str) -> Folded | None:
    """As if no line ended within a number or an address; None where none does."""
    if "\n" not in folded:
        return None
    pieces: list[str] = []
    places: list[int] = []
    after = 0
    for line_end in _LINE_END.finditer(folded):
        start, end = line_end.span()
        while start > after and folded[start - 1] in _BLANKS:
            start -= 1
        while folded[end : end + 1] in {" ", "\t"}:
            end += 1
        around = f"{folded[max(0, start - 4) : start]}\n{folded[end : end + 5]}"
        if not _MAY_BREAK.search(around):
            continue
        is_apart = _APART.match(around) is not None
        if not (is_apart or _TOGETHER.match(around)):
            continue
        pieces += (folded[after:start], " " * is_apart)
        places += (*range(after, start), *([start] * is_apart))
        after = end
    if not after:
        return None
    return Folded("".join((*pieces, folded[after:])), [*places, *range(after, len(folded))])


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
