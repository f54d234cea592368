"""Personal and telephone numbers in words, wholly or in part: "noll sju noll ett …", "nollsjunoll 174 06 05", "åttiofem noll ett …"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import re2

from shared.redaction.digits import luhn
from shared.redaction.personal_numbers import is_day
from shared.redaction.phone_numbers import is_swedish
from shared.redaction.spans import Reading, Span

_ONES: Final = {
    "noll": 0, "nolla": 0, "ett": 1, "en": 1, "etta": 1, "två": 2, "tvåa": 2, "tre": 3, "trea": 3, "fyra": 4, "fem": 5, "sex": 6,
    "sju": 7, "åtta": 8, "nio": 9, "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS: Final = {
    "tio": 10, "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18,
    "nitton": 19, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip


def _one_of(words: Sequence[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORD: Final = re.compile(
    rf"(?P<tens>{_one_of([*_TENS])})(?:-?(?P<ones>{_one_of([word for word, value in _ONES.items() if value])}))?"
    rf"|(?P<other>{_one_of([*_ONES, *_TEENS])})"
)
_ANY: Final = _one_of([*_ONES, *_TEENS, *_TENS])
_GAP: Final = r"[ ,./\n-]{1,3}"
_TOKEN: Final = re.compile(rf"(?:{_ANY})++(?!\w)|\d+(?!\w)")
_RUN: Final = re.compile(
    rf"(?<!\w)(?<!\d[.,:/-])(?:(?:{_ANY})++(?!\w)|\d+(?!\w))(?:{_GAP}(?:(?:{_ANY})++|\d+)(?!\w))+"
)
SPELLED_SIGNS: Final = (
    rf"noll|zero|(?:^|[^a-z])oh(?:{_GAP}|{_ANY})",
    rf"(?:^|[^\d.,:/-]|(?:^|\D)[.,:/-])0\d{{0,7}}(?:{_GAP}\d{{1,7}}){{0,4}}{_GAP}(?:{_ANY})",
    rf"(?:{_ANY}|\d){_GAP}(?:{_ANY})+{_GAP}(?:{_ANY}|\d)",
)
"""A telephone number begins with a zero; in a personal number a word has numbers on both sides."""
_SIGN: Final = re2.compile(f"(?i){'|'.join(SPELLED_SIGNS)}".encode())
_LENGTHS: Final = range(8, 13)
_ENOUGH_WORDS: Final = 6
"""So many can be nothing but a number read out, also where the numbering plan has no such number."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    digits: str
    words: int


def spelled_out_numbers(reading: Reading) -> Iterator[Span]:
    if not _SIGN.search(reading.text.encode(errors="surrogatepass")):
        return
    for run in _RUN.finditer(reading.lower):
        tokens = [_token(match) for match in _TOKEN.finditer(reading.lower, run.start(), run.end())]
        first = 0
        while first < len(tokens):
            found = _number_at(tokens, first)
            if found is None:
                first += 1
            else:
                last, kind = found
                yield Span(tokens[first].start, tokens[last].end, kind)
                first = last + 1


def _token(match: re.Match[str]) -> _Token:
    written = match.group()
    if written.isdigit():
        return _Token(*match.span(), written, 0)
    return _Token(*match.span(), _read(written), len(_WORD.findall(written)))


def _read(written: str) -> str:
    """As figures: 073 for “nollsjuttiotre”."""
    digits = ""
    for word in _WORD.finditer(written):
        if word["tens"]:
            digits += str(_TENS[word["tens"]] + _ONES.get(word["ones"] or "", 0))
        else:
            digits += str(_ONES.get(word["other"], _TEENS.get(word["other"])))
    return digits


def _number_at(tokens: Sequence[_Token], first: int) -> tuple[int, str] | None:
    """The number of its last token, and the kind; a likelier number goes before a longer one."""
    ends: list[tuple[int, str, int]] = []
    digits, words = "", 0
    for last in range(first, len(tokens)):
        digits += tokens[last].digits
        words += tokens[last].words
        if len(digits) > _LENGTHS[-1]:
            break
        ends.append((last, digits, words))
    for kind_of in (_sure_kind, _likely_kind):
        for last, digits, words in reversed(ends):
            if kind := kind_of(digits, words, last - first + 1):
                return last, kind
    return None


def _sure_kind(digits: str, words: int, tokens: int) -> str | None:
    ten = digits[-10:]
    is_dated = digits[:-10] in {"", "19", "20"} and len(ten) == 10 and is_day(ten[2:4], ten[4:6])
    is_phone = digits[0] == "0" and len(digits) in _LENGTHS and is_swedish(digits[1:])
    is_mobile = is_phone and digits.startswith("07")
    if is_phone and (words > 2 or (words > 1 and is_mobile)):
        return "phone_number"
    return "personal_number" if words > 1 and tokens > 2 and is_dated and luhn(ten) else None


def _likely_kind(digits: str, words: int, _tokens: int) -> str | None:
    is_long = len(digits) in _LENGTHS and words >= _ENOUGH_WORDS
    return "phone_number" if is_long and digits[0] == "0" else None
