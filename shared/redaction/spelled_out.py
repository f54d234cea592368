"""Personal and telephone numbers in words: "noll sju noll ett …"."""

import re
from collections.abc import Iterator
from typing import Final

from shared.redaction.digits import luhn
from shared.redaction.personal_numbers import is_day
from shared.redaction.spans import Reading, Span, holds_any

_DIGIT_OF: Final = {
    "noll": "0", "ett": "1", "en": "1", "två": "2", "tre": "3", "fyra": "4", "fem": "5", "sex": "6", "sju": "7",
    "åtta": "8", "nio": "9", "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "nolla": "0", "etta": "1", "tvåa": "2", "trea": "3",
}  # fmt: skip
_DIGIT: Final = "|".join(sorted(_DIGIT_OF, key=len, reverse=True))
_SPELLED: Final = re.compile(rf"(?<!\w)(?:{_DIGIT})(?:[ ,-]{{1,2}}(?:{_DIGIT})(?!\w)){{7,14}}", re.IGNORECASE)
SPELLED_SIGNS: Final = ("noll", "zero", "oh ", " ett ett", " ett två", " one one", " one two")
"""A telephone number has a zero; a personal number without one is of November or December."""


def spelled_out_numbers(reading: Reading) -> Iterator[Span]:
    if not holds_any(reading.lower, SPELLED_SIGNS):
        return
    for match in _SPELLED.finditer(reading.text):
        digits = "".join(_DIGIT_OF[word] for word in re.findall(r"\w+", match.group().lower()))
        ten = digits[-10:]
        if len(digits) in {10, 12} and is_day(ten[2:4], ten[4:6]) and luhn(ten):
            yield Span(*match.span(), "personal_number")
        elif digits.startswith("0"):
            yield Span(*match.span(), "phone_number")
