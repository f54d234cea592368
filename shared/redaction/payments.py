"""Payment cards and IBANs, which can be told by their check digits alone."""

import re
from collections.abc import Iterator
from typing import Final

from shared.redaction.digits import Digits, is_alone, is_other_number, luhn
from shared.redaction.spans import Reading, Span, before

_CARD: Final = re.compile(
    r"\d{4}(?P<gap> ?[ .-] ?|)\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?!\d)|3[47]\d\d(?P<amex>[ .-]?)\d{6}(?P=amex)\d{5}(?!\d)|\d{13,19}(?!\d)"
)
_ISSUER: Final = re.compile(
    r"4(?:\d{15}|\d{18})|(?:5[1-5]|2[3-6])\d{14}|(?:22[2-9]|27[01])\d{13}|3[47]\d{13}"
    r"|6(?:011\d{12}|[45]\d{14}|304\d{12,15}|7(?:59|6[1-3])\d{12,15})|35\d{14}|3(?:0[0-5]\d{11}|[68]\d{12})|5(?:0|[678])\d{14,17}"
)
_FEWEST: Final = 13
_LONGEST_OF_LISTS: Final = 8
_CARD_WORD: Final = re.compile(
    r"\b\w*(?:kort|card|visa|amex)(?:et|ets|s|nr|nummer\w*)?\b[^.!?\n]{0,20}$", re.IGNORECASE
)
_SWISH: Final = re.compile(r"(?<![\w.,+-])1[ -]?2[ -]?3(?:[ .-]{0,3}\d){7}(?!\d)")
_IBAN: Final = re.compile(r"(?<![^\W_])[A-Z]{2}[ ./-]{0,3}\d ?\d(?:[ ./-]{0,3}[A-Z\d]){11,30}", re.IGNORECASE)
_IBAN_LENGTHS: Final = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29,
}  # fmt: skip
_IBAN_WORD: Final = re.compile(r"\biban\W{0,3}$", re.IGNORECASE)


def card_number(text: str, digits: Digits) -> int | None:
    """Where the card number that starts here ends."""
    if is_other_number(text, digits.start):
        return None
    match = _CARD.match(text, digits.start)
    if match and _is_card(re.sub(r"\D", "", match.group())):
        return match.end()
    for count in reversed(digits.ends):
        if count >= _FEWEST and _is_card(digits.digits[:count]) and _is_written(text, digits, count):
            return digits.ends[count]
    return None


def swish_numbers(reading: Reading) -> Iterator[Span]:
    """Those of shops and swindlers begin with 123; only where swish is spoken of."""
    if "swish" in reading.lower:
        yield from (Span(*match.span(), "account_number") for match in _SWISH.finditer(reading.text))


def _is_card(number: str) -> bool:
    return _ISSUER.fullmatch(number) is not None and luhn(number)


def _is_written(text: str, digits: Digits, count: int) -> bool:
    """In unusual groups, of any kind after the word for it, else not as times, days and sums are listed."""
    if _CARD_WORD.search(before(text, digits.start)):
        return True
    groups = digits.groups(count)
    is_in_groups = set(groups) == {1} or min(groups[:-1], default=0) > 2 or max(groups) > _LONGEST_OF_LISTS
    is_listed = not is_alone(text, digits.start, digits.ends[count], groups)
    return is_in_groups and "," not in digits.part(0, count - 1) and not is_listed


def ibans(text: str) -> Iterator[Span]:
    """By country and check digits; a Swedish one, or one that is called so, also when it is mistyped."""
    after = 0
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match.group()[:2].upper())
        end = length and _end_of(match, length)
        if end and match.start() >= after and _is_iban(text, match.start(), end):
            yield Span(match.start(), end, "account_number")
            after = end


def _end_of(match: re.Match[str], length: int) -> int | None:
    """Where the first `length` letters and digits end, if a word ends there."""
    written = match.group()
    places = [place for place, sign in enumerate(written) if sign.isalnum()]
    if len(places) < length:
        return None
    end = match.start() + places[length - 1] + 1
    return None if match.string[end : end + 1].isalnum() else end


def _is_iban(text: str, start: int, end: int) -> bool:
    number = re.sub(r"[^A-Z\d]", "", text[start:end].upper())
    if int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1:
        return True
    is_swedish = number.startswith("SE") and number[2:].isdigit()
    return is_swedish or _IBAN_WORD.search(text, max(0, start - 12), start) is not None
