"""Swedish personal and coordination numbers, and those of the neighbours, without the word for them being said."""

import re
from collections.abc import Iterator
from typing import Final

from shared.redaction.digits import Digits, is_alone, is_other_number, is_sum, luhn
from shared.redaction.spans import Reading, Span, before

_KIND: Final = "personal_number"
_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_RECENT_YEARS: Final = range(15, 41)
"""Two-digit years in which a date with a clock time after it is likelier than somebody's birth."""
_LOGGED_YEARS: Final = range(20, 31)
"""Those in which it is so even when the check digit happens to be right, as one in ten is, unless a person is spoken of."""
_PERSON: Final = re.compile(
    r"\b(?:\w*barn\w*|pojk\w*|flick\w*|\w*son|sonen\w*|\w*dotter\w*|elev\w*|född\w*|bab\w+|bebis\w*|kill\w*|tjej\w*|han|hon|"
    r"hans|hennes|hen|heter|namn\w*|child\w*|boy\w*|girl\w*|daughter\w*|born|he|she|his|her|pnr|person\w*|patient\w*)\b",
    re.IGNORECASE,
)

_USUAL_GROUPS: Final = frozenset(
    {(6, 4), (8, 4), (10,), (12,), (2, 2, 2, 4), (4, 2, 2, 4), (2, 6, 4), (2, 2, 2, 2, 4)}
)
_MOBILE: Final = re.compile(r"07[02369]\d{7}")
_SIGN: Final = re.compile(r"\d ?[-+] ?")
_STUCK: Final = re.compile(r"[\w/]|-\d")

_INTERIM: Final = re.compile(
    r"(?<![\w/])(?:19|20)?(?P<yy>\d\d)(?P<mm>\d\d)(?P<dd>\d\d)[-+][TRSUWXJKLMN]\d{3}(?!\w)"
)
_FINNISH: Final = re.compile(
    r"(?<![\w/-])(?P<day>\d{6})[-+A-FU-Y](?P<number>\d{3})(?P<check>[\dA-FHJ-NPR-Y])(?!\w)"
)
_LAST_FOUR: Final = re.compile(
    r"(?<!\w)(?:person(?:nr|nummer\w*)|p-?nr|pers\.? ?nr|född\w*|born|ssn|\d{6}(?:[-+]?[x*]{2,4}))\b[^\n!?]{0,40}?"
    r"\b(?:sista|last)(?: fyra| four| 4)?(?: siffrorna| siffror| digits)?(?: är| is|:)? (?P<rest>\d\d ?\d\d)(?![\w.:,-]?\d)"
)
_MASKED: Final = re.compile(
    r"(?<![\w-])(?P<number>(?:19|20)?\d{6})[-+ ]?(?:[x*]{4}|\d[x*]{3}|\d\d[x*]{2})(?![\w*])"
)
_MASK: Final = re.compile(r"\d[x*]{2}|\d[-+ ]\d{0,2}[x*]{2}")
_IDENTITY: Final = re.compile(
    r"(?<!\d)(?<!\d-)(?P<century>18|19|20)?(?P<day>\d{6})[-+ ]?(?P<last>\d{4})(?!-?\d)"
)
_FINNISH_CHECKS: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_NORWEGIAN_WEIGHTS: Final = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))


def personal_number(text: str, digits: Digits) -> int | None:
    """Where the personal number that starts here ends. The context is free of other numbers' names, or a sign is written."""
    for count in (12, 10):
        end = digits.ends.get(count)
        if end is not None and _is_personal(text, digits, count, end):
            return end
    return _norwegian(text, digits)


def lettered_numbers(text: str) -> Iterator[Span]:
    """Swedish interim numbers (850112-T123) and Finnish ones (131052-308T)."""
    for match in _INTERIM.finditer(text):
        if is_day(match["mm"], match["dd"]) and int(match["yy"]) not in _RECENT_YEARS:
            yield Span(*match.span(), _KIND)
    for match in _FINNISH.finditer(text):
        is_valid = _FINNISH_CHECKS[int(match["day"] + match["number"]) % 31] == match["check"]
        if is_valid and is_day(match["day"][2:4], match["day"][:2]) and int(match["day"][:2]) <= 31:
            yield Span(*match.span(), _KIND)


def last_four(reading: Reading) -> Iterator[Span]:
    """“född 12 januari 1985, sista 9814”, “personnummer 850112xxxx, de sista 9814”: after a day of birth the rest is enough."""
    text = reading.lower
    if "sista" in text or "last " in text:
        for match in _LAST_FOUR.finditer(text):
            if not is_sum(text, match.end()):
                yield Span(*match.span("rest"), _KIND)


def masked_numbers(reading: Reading) -> Iterator[Span]:
    """“personnummer 850112-****”, masked with stars or the letter x."""
    if _MASK.search(reading.lower):
        for match in _MASKED.finditer(reading.lower):
            if is_day(match["number"][-4:-2], match["number"][-2:]):
                yield Span(*match.span(), _KIND)


def without_identities(identifier: str, mark: str) -> str:
    """Of what is said to be another thing's number only what is a person's by its day, its check digit and its year."""
    return _IDENTITY.sub(lambda found: mark if _is_identity(found) else found.group(), identifier)


def _is_identity(found: re.Match[str]) -> bool:
    number = found["day"] + found["last"]
    is_recent = found["century"] != "19" and int(number[:2]) in _LOGGED_YEARS
    is_other = is_recent or _MOBILE.fullmatch(found.group())
    return not is_other and is_day(number[2:4], number[4:6]) and luhn(number)


def is_day(month: str, day: str) -> bool:
    """Coordination numbers add 60 to the day."""
    return 1 <= int(month) <= 12 and 1 <= int(day) % 60 <= 31 and int(day) <= 91


def _is_personal(text: str, digits: Digits, count: int, end: int) -> bool:
    number, groups = digits.digits[:count], digits.groups(count)
    if number[:-10] not in {"", "18", "19", "20"} or not is_day(number[-8:-6], number[-6:-4]):
        return False
    if groups not in _USUAL_GROUPS and not _is_spread(text, digits, count, end):
        return False
    between = digits.part(count - 5, count - 4)
    is_signed = bool(_SIGN.fullmatch(between))
    if not is_signed and is_other_number(text, digits.start):
        return False
    if luhn(number[-10:]):
        is_spaced = len(number) == 12 and not is_signed and len(between) > 1
        if (is_spaced and _is_moment(number)) or _is_logged(text, digits.start, number, between[1:]):
            return False
        return _is_likely(number, groups, is_signed=is_signed)
    is_shaped = _is_shaped(number, groups, is_signed=is_signed)
    return is_shaped and not _is_moment(number) and not _STUCK.match(text, end)


def _is_spread(text: str, digits: Digits, count: int, end: int) -> bool:
    """In some unusual way, but not as sums and lists are."""
    has_comma = "," in digits.part(0, count - 1)
    return not has_comma and not is_sum(text, end) and is_alone(text, digits.start, end, digits.groups(count))


def _is_likely(number: str, groups: tuple[int, ...], *, is_signed: bool) -> bool:
    """A valid number that is rather a moment (2024 05 12 1431) or a phone's (070 174 06 12) is none."""
    if groups not in _USUAL_GROUPS:
        is_like_a_phone = number[0] == "0" and groups[0] in {3, 4}
        return not is_like_a_phone and not _is_moment(number)
    return is_signed or not _MOBILE.fullmatch(number)


def _is_moment(number: str) -> bool:
    year, day = int(number[-10:-8]), int(number[-6:-4])
    is_recent = not number.startswith("19") or len(number) == 10
    return is_recent and year in _RECENT_YEARS and day <= 31 and _CLOCK.fullmatch(number[-4:]) is not None


def _is_logged(text: str, start: int, number: str, between: str) -> bool:
    is_apart = between != "" and between.strip() in {"", "-"}
    is_recent = int(number[-10:-8]) in _LOGGED_YEARS and _is_moment(number)
    return is_apart and is_recent and not _PERSON.search(before(text, start))


def _is_shaped(number: str, groups: tuple[int, ...], *, is_signed: bool) -> bool:
    """Mistyped, but written as nothing else is: 850112-1234, 198501121234."""
    is_written_so = groups in {(6, 4), (8, 4)} and is_signed
    is_dashed = groups == (4, 2, 2, 4) and is_signed and number.startswith("19")
    return is_written_so or is_dashed or (groups in {(12,), (8, 4)} and number.startswith("19"))


def _norwegian(text: str, digits: Digits) -> int | None:
    end = digits.ends.get(11)
    if (
        end is None
        or len(digits.ends) > 6
        or digits.groups(11) not in {(11,), (6, 5)}
        or is_other_number(text, digits.start)
    ):
        return None
    number = [int(digit) for digit in digits.digits[:11]]
    is_valid = all(
        sum(weight * digit for weight, digit in zip(weights, number, strict=True)) % 11 == 0
        for weights in _NORWEGIAN_WEIGHTS
    )
    day, month = int(digits.digits[:2]) % 40, int(digits.digits[2:4]) % 40
    return end if is_valid and 1 <= day <= 31 and 1 <= month <= 12 else None
