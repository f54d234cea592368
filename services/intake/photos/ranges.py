"""Which part of a photo a request asks for (RFC 9110, 14). Pure.

Starlette's file response knows ranges, but only of a file that it may send as it lies; ours is sealed.
"""

import re
from dataclasses import dataclass
from typing import Final

_ONE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,99})-([0-9]{0,99})[ \t]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """From `start` to before `end`. `is_whole`: nothing else was asked for."""

    start: int
    end: int
    is_whole: bool = False


class Unsatisfiable(Exception):  # noqa: N818 - an answer, not a fault
    """There is nothing in that range."""


def part_of(asked: str | None, if_range: str | None, etag: str, length: int) -> Part:
    """Several ranges, other units and what can't be read are as good as none, which the standard allows. Raises
    `Unsatisfiable`.
    """
    whole = Part(0, length, is_whole=True)
    found = _ONE.fullmatch(asked) if asked is not None and if_range in {None, etag} else None
    if found is None or (not found[1] and not found[2]):
        return whole
    if not found[1]:
        wanted = min(int(found[2]), length)
        if wanted == 0:
            raise Unsatisfiable
        return Part(length - wanted, length)
    start, last = int(found[1]), int(found[2]) if found[2] else length - 1
    if found[2] and last < start:
        return whole
    if start >= length:
        raise Unsatisfiable
    return Part(start, min(last + 1, length))


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether who asks has it already. Here a weak mark is as good as a strong one."""
    if if_none_match is None:
        return False
    given = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in given or etag in given
