"""Telephone numbers, Swedish ones by the numbering plan that `phonenumbers` carries, foreign ones by itself."""

import re
from typing import Final

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

from shared.redaction.digits import Digits, is_alone, is_other_number, is_sum, is_things_number
from shared.redaction.spans import before

_FEWEST: Final = 8
_MOST: Final = 16
_OPENING: Final = re.compile(r"[(+]{0,2}(?=\d)")
_COUNTRY: Final = re.compile(r"(?:00|\+)\s?46|46(?=\(?0?7)")
_NOT_A_PHONE: Final = re.compile(
    r"[0-3]?\d/[01]?\d(?!\d).*"  # 05/12 2024
    r"|\d\d[-.]\d\d[-.](?:\d\d|(?:19|20)\d\d.*)"  # 05-12-2024 14.30
    r"|(?:\d{4} )?(?:19|20)\d\d ?[-/. ] ?[01]\d ?[-/. ] ?[0-3]\d\b.*"  # 0830 2026-01-01
    r"|0[.,]\d.*|[+-]?\d{1,3}\.\d{4,}.*"  # 0.8123, +59.51404
    r"|(?:[01]\d|2[0-3])\.?[0-5]\d(?:\s?[-–/ ,]\s?(?:[01]\d|2[0-3])\.?[0-5]\d)+"  # 0830-1015
    r"|(?!08)0\d[ .,/].*"  # 01 02 03: no area code has one digit but that of Stockholm
    r"|0\d\.[0-5]\d\b(?!\.).*"  # 08.11 - 2019
    r"|.*(?<!\d)(?:19|20)\d\d-[01]\d(?:-\d\d)?",
    re.DOTALL,
)
_WRITTEN_AS_PHONE: Final = re.compile(r"\(|\+|\d{2,4} ?[-/]")
_CLOCK_WORD: Final = re.compile(r"\b(?:kl\.?|klockan|ca)\s*$", re.IGNORECASE)
_MOBILE: Final = re.compile(r"07\d{8}")
_EVEN_GROUPS: Final = frozenset({(1,) * 10, (2,) * 5})
"""07 01 74 06 05: also how times are listed, so only by itself."""
_PREFIX: Final = re.compile(r"^(?:00)?460?")
_COMMA_AND_SPACE: Final = re.compile(r", |\s{2}")
_KINDS_OF_NUMBER: Final = (
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "pager",
    "uan",
)


def _swedish_numbers() -> re.Pattern[str]:
    metadata = PhoneMetadata.metadata_for_region("SE", None)
    assert metadata is not None
    patterns = [getattr(metadata, kind).national_number_pattern for kind in _KINDS_OF_NUMBER]
    return re.compile("|".join(f"(?:{pattern})" for pattern in (r"7\d{8}", *patterns)))


_SWEDISH: Final = _swedish_numbers()
"""National numbers, without the 0. Every nine-digit number on 7 counts: an unknown mobile range is taken out too."""


def phone_number(text: str, start: int) -> int | None:
    """Where the longest telephone number that starts here, with its "+" or "(", ends."""
    opening = _OPENING.match(text, start)
    if opening is None:
        return None
    digits = Digits.at(text, opening.end())
    if not ("+" in opening.group() or digits.digits[:1] == "0" or digits.digits.startswith("46")):
        return None
    if _is_said_to_be_other(text, start):
        return None
    if _MOBILE.fullmatch(digits.digits[:10]) and digits.groups(10) in _EVEN_GROUPS:
        is_listed = not is_alone(text, digits.start, digits.ends[10], digits.groups(10))
        return None if is_listed else digits.ends[10]
    for count in reversed(digits.ends):
        if _FEWEST <= count <= _MOST and _is_phone(text, start, digits, count):
            return digits.ends[count]
    return None


def _is_said_to_be_other(text: str, start: int) -> bool:
    if is_other_number(text, start) or _CLOCK_WORD.search(before(text, start)):
        return True
    return is_things_number(text, start) and not _WRITTEN_AS_PHONE.match(text, start)


def is_swedish(national: str) -> bool:
    """By the numbering plan; without the 0."""
    return _SWEDISH.fullmatch(national) is not None


def _is_phone(text: str, start: int, digits: Digits, count: int) -> bool:
    written, number = text[start : digits.ends[count]], digits.digits[:count]
    if written[0] == "0" and number[1] != "0" and not _SWEDISH.fullmatch(number[1:]):
        return False
    if (
        _NOT_A_PHONE.fullmatch(written)
        or _COMMA_AND_SPACE.search(written)
        or is_sum(text, digits.ends[count])
    ):
        return False
    groups = digits.groups(count)
    is_listed = not is_alone(text, digits.start, digits.ends[count], groups)
    if (set(groups) == {2} and is_listed) or (groups[-1] == 1 and (is_listed or not _is_one_by_one(groups))):
        return False
    if _COUNTRY.match(written) or number.startswith("0046"):
        return _SWEDISH.fullmatch(_PREFIX.sub("", number)) is not None
    if "+" in written[:2] or number.startswith("00"):
        return _is_foreign(number.removeprefix("00"))
    return number[0] == "0" and _SWEDISH.fullmatch(number[1:]) is not None


def _is_one_by_one(groups: tuple[int, ...]) -> bool:
    """070 1 7 4 0 6 0 5"""
    return len(groups) > 6 and set(groups[1:]) == {1}


def _is_foreign(number: str) -> bool:
    """Possible is enough: numbers kept for films, and new series, are not yet valid."""
    if number.startswith("0"):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{number}"))
    except phonenumbers.NumberParseException:
        return False
