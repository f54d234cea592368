"""Numbers that tell by themselves what they are: personal numbers, payment cards, telephone numbers."""

import re
from collections.abc import Iterator
from typing import Final

from shared.redaction.digits import Digits, read_as_digits, stands_free
from shared.redaction.payments import card_number, ibans
from shared.redaction.personal_numbers import lettered_numbers, personal_number
from shared.redaction.phone_numbers import phone_number
from shared.redaction.spans import Reading, Span, without

_FEWEST_DIGITS: Final = 7
_FEWEST: Final = re.compile(rf"\d(?:\D{{0,3}}\d){{{_FEWEST_DIGITS - 1}}}")
_RUN: Final = re.compile(r"[(+]{0,2}\d(?:[ .,/()_+-]{0,3}\d){6,}+")
_ONE_OF_MANY: Final = re.compile(r"\d[ ,.]\d\D")
_GROUP: Final = re.compile(r"[(+]{0,2}\d+")
_VAT_NUMBER: Final = re.compile(r"(?<![^\W_])SE ?(\d{6}-?\d{4})(?= ?01(?!\d))", re.IGNORECASE)


def unspoken_numbers(reading: Reading) -> Iterator[Span]:
    reading = read_as_digits(reading)
    text = reading.text
    if reading.digits < _FEWEST_DIGITS or not _FEWEST.search(text):
        return iter(())
    lettered = [*ibans(text), *_vat_numbers(text), *lettered_numbers(text)]
    if lettered:
        lettered = _apart(lettered)
        text = without(text, lettered)
    runs = (span for run in _RUN.finditer(text) for span in _numbers_in(text, run.start(), run.end()))
    return iter(sorted([*lettered, *runs]) if lettered else list(runs))


def _vat_numbers(text: str) -> Iterator[Span]:
    """A sole trader's VAT number holds the personal number."""
    for match in _VAT_NUMBER.finditer(text):
        if personal_number(match[1], Digits.at(match[1], 0)):
            yield Span(*match.span(1), "personal_number")


def _apart(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _numbers_in(text: str, start: int, end: int) -> Iterator[Span]:
    taken_until = -1
    place = start
    while group := _GROUP.search(text, place, end):
        span = _number_at(text, group.start(), taken_until)
        place = group.end() if span is None else span.end
        if span is not None:
            taken_until = span.end
            yield span


def _number_at(text: str, start: int, taken_until: int) -> Span | None:
    if not stands_free(text, start, taken_until) or (start > 1 and _ONE_OF_MANY.match(text, start - 2)):
        return None
    first = start
    while not text[first].isdigit():
        first += 1
    digits = Digits.at(text, first)
    if len(digits.digits) < 8:
        return None
    if end := card_number(text, digits):
        return Span(first, end, "card_number")
    if end := personal_number(text, digits):
        return Span(first, end, "personal_number")
    if end := phone_number(text, start):
        return Span(start, end, "phone_number")
    return None
