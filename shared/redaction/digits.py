"""Digits with what stands between them, and whether they stand by themselves."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from shared.redaction.spans import Reading, before

_SEPARATED: Final = re.compile(r"\d(?:[ .,/()_+-]{0,3}\d){0,18}")
_GROUP: Final = re.compile(r"\d+")
_NO_DIGIT: Final = re.compile(r"\D+")
_LOOKALIKE: Final = re.compile(r"(?<![^\W\d_])[OoIl]{1,2}(?=\d)|(?<=\d)[OoIl]{1,2}(?=[\dOoIl]|-\d)")
_LOOKALIKES: Final = frozenset("OoIl")
_DIGIT_OF: Final = str.maketrans("OoIl", "0011")
_GOES_ON: Final = re.compile(r"[ .,/-]{1,2}\d")
_CAME_FROM: Final = re.compile(r"\d[ .,/:-]{1,2}$")
_SAME_AFTER: Final = {length: re.compile(rf"[ -]\d{{{length}}}(?!\d)") for length in (1, 2)}
_SAME_BEFORE: Final = {length: re.compile(rf"(?<!\d)\d{{{length}}}[ -]$") for length in (1, 2)}
_MONEY: Final = re.compile(r" ?(?:(?:kr|kronor|sek|tkr|mkr|euro|st|nok|eur|usd)\b|:-|€|%)", re.IGNORECASE)
_IN_ADDRESS: Final = re.compile(r"(?:[\d/]|\.[^\s.]+|//\S*)/$")
_IS_NUMBER: Final = r"[-. ]?(?:nr|nummer|no|number)?(?:\s(?:är|is|var|was))?[.:#]*\s*$"
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:(?:\w*ärende\w*|dnr|diarie\w*|referens\w*|ref|\w*order\w*|case|mål|faktura\w*|invoice|ocr|imei|serie\w*|serial|isbn|ean|"
    r"kolli\w*|artikel\w*|art|ram\w*|chassi\w*|avi\w*|id|boknings\w*|sku|spårnings\w*|avtal\w*|\w*mätar\w*|streckkod\w*)"
    rf"{_IS_NUMBER}|(?:kund|medlems|besöks|försäkrings|skade|parti|lager|inventarie|tillverknings|modell)-?s?(?:nr|nummer|numret)[.:#]*\s*$)",
    re.IGNORECASE,
)
_THING: Final = re.compile(
    r"\b(?:\w*stolp\w*|\w*lykta|\w*lyktan|\w*lamp\w*|\w*armatur\w*|\w*automat\w*|\w*skåp\w*|\w*container\w*|\w*paket\w*|parcel|pall\w*|"
    r"\w*brunn\w*|maskin\w*|batch|lot|lagerplats|hylla\w*|modell\w*|pole|meter|model|locker)"
    rf"{_IS_NUMBER}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Digits:
    """Up to nineteen digits from `start` on, with what stands between them."""

    start: int
    written: str
    digits: str
    ends: dict[int, int]
    """After how many digits a group of them ends, and where that is in the text."""

    @classmethod
    def at(cls, text: str, start: int) -> "Digits":
        match = _SEPARATED.match(text, start)
        if match is None:
            raise ValueError("no digit stands here")
        ends: dict[int, int] = {}
        count = 0
        for group in _GROUP.finditer(text, start, match.end()):
            count += group.end() - group.start()
            ends[count] = group.end()
        if text[match.end() : match.end() + 1].isdigit():
            ends.popitem()  # cut in the middle
        written = match.group()
        return cls(start, written, _NO_DIGIT.sub("", written), ends)

    def groups(self, count: int) -> tuple[int, ...]:
        """How many digits stand together, in the first `count`."""
        ends = [end for end in self.ends if end <= count]
        return tuple(end - begin for begin, end in pairwise([0, *ends]))

    def part(self, first: int, last: int) -> str:
        """What was written from digit number `first` to just before digit number `last`."""
        places = [place for place, sign in enumerate(self.written) if sign.isdigit()]
        return self.written[places[first] : places[last]]


def read_as_digits(reading: Reading) -> Reading:
    """Letters that look like digits, among digits ("85O112-l233"), as digits."""
    text = reading.text
    for start, end in reading.numbers:
        if text[end : end + 1] in _LOOKALIKES or text[max(0, start - 1) : start] in _LOOKALIKES:
            return Reading.of(_LOOKALIKE.sub(lambda letters: letters.group().translate(_DIGIT_OF), text))
    return reading


def stands_free(text: str, start: int, taken_until: int = -1) -> bool:
    """Not a part of a longer number, a case number ("K850112-1234") or an address. Whole words may be glued to it."""
    if start == 0 or 0 <= start - taken_until <= 3:
        return True
    last = text[start - 1]
    if last.isalnum():
        return text[max(0, start - 3) : start].isalpha()
    if last == "_":
        return False
    if last == "/":
        return not _IN_ADDRESS.search(text, max(0, start - 60), start)
    return not (last in ".,:+-" and start > 1 and text[start - 2].isdigit())


def is_alone(text: str, start: int, end: int, groups: tuple[int, ...]) -> bool:
    """Not a part of a list of numbers. After groups of one length only a group of that length goes on with the list."""
    if len(set(groups)) == 1 and groups[0] in _SAME_BEFORE:
        before_it, after_it = _SAME_BEFORE[groups[0]], _SAME_AFTER[groups[0]]
        return not after_it.match(text, end) and not before_it.search(text, max(0, start - 4), start)
    return not _GOES_ON.match(text, end) and not _CAME_FROM.search(text, max(0, start - 3), start)


def is_other_number(text: str, start: int) -> bool:
    """Said to be the number of a case, an invoice, a thing."""
    return _OTHER_NUMBER.search(before(text, start)) is not None


def is_things_number(text: str, start: int) -> bool:
    """Stands right after the name of a thing. Less sure than `is_other_number`: what is written as a telephone number is one."""
    return _THING.search(before(text, start)) is not None


def is_sum(text: str, end: int) -> bool:
    """Of money, or a count of things."""
    return _MONEY.match(text, end) is not None


def luhn(digits: str) -> bool:
    """The check digit of personal numbers and payment cards (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
