"""The words of time in both languages, without å, ä, ö, and what becomes of moderate misspellings."""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from services.enrichment.text.phrases import without_marks

_DASHES: Final = (("–", "-"), ("—", "-"), ("−", "-"), ("’", "'"), ("´", "'"))
_WORD: Final = re.compile(r"[a-z]+")
_SHORTEST_MENDED: Final = 6
_GLUED: Final = re.compile(
    r"(igar|idag|forrgar|yesterday)(kv[ae]l|natt|morse|mor[gn]|efterm|form|lunch|evening|night)"
)

_SWEDISH_DAYS: Final = ("mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag")
_ENGLISH_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Final = {
    name: number for names in (_SWEDISH_DAYS, _ENGLISH_DAYS) for number, name in enumerate(names)
}
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "mars march", "april apr", "maj may", "juni june jun",
            "juli july", "augusti august aug", "september sept sep", "oktober october okt oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
NUMBERS: Final = {
    "en": 1, "ett": 1, "tva": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "atta": 8, "nio": 9, "tio": 10, "elva": 11,
    "tolv": 12, "femton": 15, "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "a": 1, "an": 1, "one": 1, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
HOUR_WORDS: Final = {
    word: number
    for word, number in NUMBERS.items()
    if number <= 12 and word not in {"en", "ett", "a", "an", "one"}
} | {"ett": 1}
"""Hours that are written in letters. Of the smallest only "ett": "vid en" is beside one of something."""
UNITS: Final = {
    "min": 1, "minut": 1, "minuter": 1, "minute": 1, "minutes": 1, "mins": 1, "m": 1, "kvart": 15, "halvtimme": 30,
    "halvtimma": 30, "tim": 60, "timme": 60, "timma": 60, "timmar": 60, "h": 60, "hour": 60, "hours": 60, "hr": 60, "hrs": 60,
    "dygn": 1440, "dag": 1440, "dagar": 1440, "dar": 1440, "day": 1440, "days": 1440, "vecka": 10080, "veckor": 10080, "week": 10080,
    "weeks": 10080, "manad": 43200, "manader": 43200, "month": 43200, "months": 43200, "ar": 525600, "year": 525600,
    "years": 525600,
}  # fmt: skip
"""Minutes."""

_MENDED: Final = (
    *(day + end for day in _SWEDISH_DAYS for end in ("", "s", "en")),
    *_ENGLISH_DAYS,
    *(name for name in MONTHS if len(name) > _SHORTEST_MENDED),
    "yesterday", "tomorrow", "tonight", "weekend", "afternoon", "evening", "morning", "minutes", "minuter", "timmar",
    "eftermiddag", "eftermiddags", "formiddag", "formiddags", "forrgar", "haromdagen", "senaste", "klockan", "midnatt",
)  # fmt: skip
_NOT_MISSPELT: Final = frozenset(
    {
        "minuten",
        "timmer",
        "moaning",
        "warning",
        "earning",
        "moving",
        "evenings",
        "mornings",
        "weekends",
        "afternoons",
    }
    | {day + "s" for day in _ENGLISH_DAYS}
)
_KNOWN_SLIPS: Final = {
    "igor": "igar", "iga": "igar", "igr": "igar", "imorrse": "imorse", "imors": "imorse", "forigar": "forrgar",
    "yday": "yesterday", "tonite": "tonight", "nite": "night", "kvll": "kvall", "kvellen": "kvallen", "mornin": "morning",
    "sedn": "sedan", "sdan": "sedan", "timmarna": "timmar", "wensday": "wednesday", "satday": "saturday",
}  # fmt: skip


def folded(text: str) -> str:
    """Small letters without dots and rings, letter for letter where the lower-case text is as long as the text."""
    plain = without_marks(text.lower())
    if not plain.isascii():
        for sign, other in _DASHES:
            plain = plain.replace(sign, other)
    return plain


@lru_cache(maxsize=16_384)
def mended(word: str) -> str:
    """The word of time that a folded word is a slip of, else the word itself."""
    if word in _KNOWN_SLIPS:
        return _KNOWN_SLIPS[word]
    if _GLUED.match(word):
        return _GLUED.sub(r"\1 \2", word, count=1)
    if len(word) < _SHORTEST_MENDED or word in _MENDED or word in _NOT_MISSPELT:
        return word
    for known in _MENDED:
        if known[0] == word[0] and OSA.distance(known, word, score_cutoff=1) <= 1:
            return known
    return word


class Mended:
    """A folded text with its misspelt words of time mended, and the way back to where they stood."""

    __slots__ = ("_shifts", "text")

    def __init__(self, text: str) -> None:
        self._shifts: list[tuple[int, int]] = []
        pieces, last, grown = list[str](), 0, 0
        for match in _WORD.finditer(text):
            word = match.group()
            right = mended(word)
            if right != word:
                pieces += (text[last : match.start()], right)
                last, grown = match.end(), grown + len(right) - len(word)
                self._shifts.append((match.end() + grown, grown))
        self.text = "".join((*pieces, text[last:])) if pieces else text

    def original(self, position: int) -> int:
        """Where a position of the mended text stood before; for the ends of words."""
        grown = 0
        for start, shift in self._shifts:
            if position >= start:
                grown = shift
        return position - grown
