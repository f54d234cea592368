"""How many of a kind are to be expected in a period, and whether a difference is more than chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MIN_BASELINE_PERIODS: Final = 3
SIGNIFICANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """Counts from `low` to `high`, both included."""

    low: int
    high: int


def expected_interval(baseline: Sequence[int], exposure: float = 1.0, coverage: float = 0.95) -> Interval:
    """Prediction interval for one further count, from the counts of earlier periods of the same length.

    `exposure` is the share of the new period that has passed (0-1]. The rate has Jeffreys' prior, so that the count is
    negative binomial with shape s + 1/2 and odds k/exposure, s being the sum over k periods (Gelman et al., Bayesian Data
    Analysis, 3rd ed., 2013, §2.6; its frequentist coverage: Krishnamoorthy & Peng, J. Stat. Plan. Inference 141, 2011).
    Counts that vary more than Poisson widen it by the quasi-Poisson dispersion, never below 1 (Farrington et al.,
    J. R. Stat. Soc. A 159, 1996). Equal tails. Raises `ValueError` with fewer than three periods.
    """
    periods = len(baseline)
    if periods < MIN_BASELINE_PERIODS:
        raise ValueError(f"an expectation needs at least {MIN_BASELINE_PERIODS} earlier periods")
    exposure = max(exposure, 1e-6)
    mean = exposure * (sum(baseline) + 0.5) / periods
    variance = mean * (1 + exposure / periods) * dispersion(baseline)
    tail = (1 - coverage) / 2
    return Interval(
        negative_binomial_quantile(tail, mean, variance), negative_binomial_quantile(1 - tail, mean, variance)
    )


def dispersion(counts: Sequence[int]) -> float:
    """Sample variance over mean, at least 1 (1 too when nothing was counted)."""
    mean = sum(counts) / len(counts)
    if mean == 0 or len(counts) < 2:
        return 1.0
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    return max(1.0, variance / mean)


def negative_binomial_quantile(probability: float, mean: float, variance: float) -> int:
    """The smallest count whose cumulative probability reaches `probability`. `variance` must exceed `mean` > 0."""
    shape = mean * mean / (variance - mean)
    success = mean / variance
    log_term = shape * math.log(success)
    total, count = math.exp(log_term), 0
    while total < probability:
        log_term += math.log((count + shape) / (count + 1)) + math.log1p(-success)
        count += 1
        term = math.exp(log_term)
        total += term
        if term < 1e-18 and count > mean:  # rounding has eaten what is left of the tail
            break
    return count


def difference_p_value(now: int, before: int, exposure: float = 1.0) -> float:
    """Two-sided p-value that two Poisson counts have the same rate, given their sum.

    Exact conditional binomial test (Przyborowski & Wilenski, Biometrika 31, 1940): under equal rates `now` is binomial
    with n = now + before and share exposure/(1 + exposure). Two-sided by doubling the smaller tail: summing the outcomes
    that are at most as likely would drop a whole tail, and turn the finding, as soon as the period lacks its last hour.
    """
    total = now + before
    if total == 0:
        return 1.0
    share = exposure / (1 + exposure)
    if share <= 0:
        return 1.0
    chances = [_binomial(total, count, share) for count in range(total + 1)]
    return min(1.0, 2 * min(sum(chances[: now + 1]), sum(chances[now:])))


def too_few_to_say(now: int, before: int, exposure: float = 1.0) -> bool:
    """Whether not even the most uneven split of as many would be told from chance."""
    total = now + before
    extremes = (difference_p_value(total, 0, exposure), difference_p_value(0, total, exposure))
    return min(extremes) > SIGNIFICANCE


def _binomial(total: int, count: int, share: float) -> float:
    log_ways = math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)
    return math.exp(log_ways + count * math.log(share) + (total - count) * math.log1p(-share))
