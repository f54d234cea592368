"""A count against what was expected of it, in numbers and in a sentence that claims no more than they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.reporting.domain.expectation import (
    MIN_BASELINE_PERIODS,
    SIGNIFICANCE,
    Interval,
    difference_p_value,
    expected_interval,
    too_few_to_say,
)


class Finding(StrEnum):
    MORE = "more"
    FEWER = "fewer"
    AS_EXPECTED = "as_expected"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`expected` is None when the count could only be held against the period before."""

    count: int
    previous: int
    expected: Interval | None
    finding: Finding

    def sentence_sv(self, what: str) -> str:
        if self.expected is not None:
            return f"{what}: {self.count} mot väntade {_range(self.expected)}"
        against = f"{what}: {self.count} mot {self.previous} perioden före"
        return f"{against}, {_WORDS_SV[self.finding]}"

    def sentence_en(self, what: str) -> str:
        if self.expected is not None:
            return f"{what}: {self.count} against {_range(self.expected)} expected"
        against = f"{what}: {self.count} against {self.previous} the period before"
        return f"{against}, {_WORDS_EN[self.finding]}"


_WORDS_SV = {
    Finding.MORE: "fler än slumpen brukar ge",
    Finding.FEWER: "färre än slumpen brukar ge",
    Finding.AS_EXPECTED: "skillnaden kan vara slump",
    Finding.TOO_FEW: "för få för att säga",
}
_WORDS_EN = {
    Finding.MORE: "more than chance would give",
    Finding.FEWER: "fewer than chance would give",
    Finding.AS_EXPECTED: "the difference may be chance",
    Finding.TOO_FEW: "too few to say",
}


def compare(count: int, previous: int, baseline: Sequence[int], exposure: float) -> Comparison:
    """Against earlier periods when there are enough of them, else against the one before.

    `exposure`: the share of this period that has passed, 0-1.
    """
    if len(baseline) >= MIN_BASELINE_PERIODS:
        expected = expected_interval(baseline, exposure)
        return Comparison(count, previous, expected, _against_interval(count, expected))
    if too_few_to_say(count, previous, exposure):
        return Comparison(count, previous, None, Finding.TOO_FEW)
    if difference_p_value(count, previous, exposure) > SIGNIFICANCE:
        return Comparison(count, previous, None, Finding.AS_EXPECTED)
    return Comparison(count, previous, None, Finding.MORE if count > previous * exposure else Finding.FEWER)


def _against_interval(count: int, expected: Interval) -> Finding:
    if count > expected.high:
        return Finding.MORE
    return Finding.FEWER if count < expected.low else Finding.AS_EXPECTED


def _range(expected: Interval) -> str:
    return f"{expected.low}" if expected.low == expected.high else f"{expected.low}–{expected.high}"
