"""Limits as buckets that empty by themselves: a number at once, then one each so many seconds. Pure."""

from dataclasses import dataclass
from math import ceil

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Limit:
    burst: int
    each_s: float


@dataclass(frozen=True, slots=True)
class Charge:
    """One report counted against one bucket."""

    subject: bytes
    limit: Limit


@dataclass(frozen=True, slots=True)
class Charged:
    """`used`: how full the bucket is now, in reports, whether this one went in or not."""

    is_admitted: bool
    used: float

    def retry_after_s(self, limit: Limit) -> int:
        """Whole seconds until there is room for one more."""
        return max(1, ceil((self.used - (limit.burst - 1)) * limit.each_s - _ROUNDING))


def admitted(reports: int, used: float, limit: Limit) -> int:
    """How many of so many reports have room. The statement that counts them in PostgreSQL follows the same rule."""
    return max(0, min(reports, int(limit.burst - used + _ROUNDING)))
