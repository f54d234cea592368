import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from services.reporting.domain.comparison import Finding, compare
from services.reporting.domain.expectation import (
    difference_p_value,
    expected_interval,
    negative_binomial_quantile,
    too_few_to_say,
)

counts = st.lists(st.integers(0, 60), min_size=3, max_size=12)


@given(st.floats(0.01, 0.99), st.floats(0.05, 400), st.floats(1.05, 6))
def test_the_quantile_is_that_of_the_negative_binomial(probability, mean, ratio):
    variance = mean * ratio
    expected = stats.nbinom.ppf(probability, mean**2 / (variance - mean), mean / variance)
    found = negative_binomial_quantile(probability, mean, variance)
    # Rounding may move a cumulative probability across the level, by one count at most.
    assert abs(found - expected) <= 1


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.05, 1))
def test_the_p_value_is_that_of_the_exact_binomial_test(now, before, exposure):
    if now + before == 0:
        assert difference_p_value(now, before, exposure) == 1
        return
    share = exposure / (1 + exposure)
    tails = [
        stats.binomtest(now, now + before, share, alternative=side).pvalue for side in ("less", "greater")
    ]
    assert difference_p_value(now, before, exposure) == pytest.approx(min(1, 2 * min(tails)), rel=1e-6)


@given(counts)
def test_the_interval_holds_the_rounded_mean_of_what_came_before(baseline):
    interval = expected_interval(baseline)
    assert interval.low <= round(sum(baseline) / len(baseline)) <= interval.high


@given(counts, st.floats(0.05, 0.95))
def test_less_is_expected_of_a_period_that_has_not_ended(baseline, passed):
    assert expected_interval(baseline, passed).high <= expected_interval(baseline).high


def test_steady_counts_give_the_interval_of_the_textbook():
    # Gamma(20.5, 4) prior predictive: negative binomial, 2.5 % and 97.5 % points.
    low, high = stats.nbinom.ppf([0.025, 0.975], 20.5, 4 / 5)
    interval = expected_interval([5, 5, 5, 5])
    assert (interval.low, interval.high) == (low, high)


def test_counts_that_swing_widen_the_interval():
    steady, swinging = expected_interval([10, 10, 10, 10]), expected_interval([0, 20, 1, 19])
    assert swinging.high - swinging.low > steady.high - steady.low


def test_too_little_history_gives_no_interval():
    with pytest.raises(ValueError, match="at least 3"):
        expected_interval([3, 4])


@pytest.mark.parametrize(
    ("now", "before", "finding", "words"),
    [
        (1, 0, Finding.TOO_FEW, "Bränder: 1 mot 0 perioden före, för få för att säga"),
        (5, 0, Finding.TOO_FEW, "Bränder: 5 mot 0 perioden före, för få för att säga"),
        (9, 1, Finding.MORE, "Bränder: 9 mot 1 perioden före, fler än slumpen brukar ge"),
        (1, 9, Finding.FEWER, "Bränder: 1 mot 9 perioden före, färre än slumpen brukar ge"),
        (7, 6, Finding.AS_EXPECTED, "Bränder: 7 mot 6 perioden före, skillnaden kan vara slump"),
    ],
)
def test_two_periods_are_compared_in_honest_words(now, before, finding, words):
    comparison = compare(now, before, (), exposure=1.0)
    assert comparison.finding is finding
    assert comparison.expected is None
    assert comparison.sentence_sv("Bränder") == words


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_last_minutes_of_a_period_move_the_p_value_only_a_little(now, before):
    ended, nearly = (difference_p_value(now, before, exposure) for exposure in (1.0, 0.9999))
    assert nearly == pytest.approx(ended, rel=0.02)


def test_history_gives_an_expected_interval_in_the_sentence():
    comparison = compare(9, 4, (3, 4, 3, 4, 3), exposure=1.0)
    assert comparison.finding is Finding.MORE
    expected = comparison.expected
    assert comparison.sentence_sv("Bränder") == f"Bränder: 9 mot väntade {expected.low}–{expected.high}"
    assert comparison.sentence_en("Fires") == f"Fires: 9 against {expected.low}–{expected.high} expected"


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.05, 1))
def test_no_finding_is_stated_where_too_few_were_counted(now, before, exposure):
    if too_few_to_say(now, before, exposure):
        assert compare(now, before, (), exposure).finding is Finding.TOO_FEW
