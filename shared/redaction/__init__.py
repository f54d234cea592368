"""Take out of free text what points at one person: numbers of people, phones, vehicles, cards and accounts; addresses and handles.

Privacy first: a mistyped personal number or an unknown mobile range is taken out too. What people need to tell an event
stays: times, dates, prices, street numbers, postal codes, road numbers, case numbers. Names are not recognised.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.redaction.addresses import emails, network_addresses, personal_links
from shared.redaction.folding import fold, join_lines
from shared.redaction.payments import swish_numbers
from shared.redaction.personal_numbers import last_four, masked_numbers, without_identities
from shared.redaction.plates import foreign_plates, named_plates, vehicle_plates
from shared.redaction.signs import holds_a_sign
from shared.redaction.social import handles, profile_links
from shared.redaction.spans import MARKS, Finder, Reading, Span, whole, without, without_marks
from shared.redaction.spelled_out import spelled_out_numbers
from shared.redaction.spoken import spoken_numbers
from shared.redaction.unspoken import unspoken_numbers

__all__ = ["MARKS", "Redaction", "redact", "redact_identifier"]

_IN_WORDS: Final[tuple[Finder, ...]] = (
    personal_links, profile_links, emails, handles, spelled_out_numbers, named_plates, foreign_plates
)  # fmt: skip
_IN_DIGITS: Final[tuple[Finder, ...]] = (
    network_addresses, masked_numbers, last_four, spoken_numbers, swish_numbers, unspoken_numbers, vehicle_plates
)  # fmt: skip
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOST_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class Redaction:
    """`kinds`: how many of each key of MARKS were taken out; kinds that did not occur are absent."""

    text: str
    kinds: Mapping[str, int]


_NOTHING: Final = Redaction("", MappingProxyType({}))


def redact(text: str) -> Redaction:
    """Replace every occurrence by its mark; all else stays as it was. Redacting twice changes nothing more."""
    if not text:
        return _NOTHING
    folded = fold(text)
    spans = _spans(without_marks(folded.text)) if holds_a_sign(folded.text) else []
    if not spans:
        return Redaction(text, _NOTHING.kinds)
    pieces: list[str] = []
    after = 0
    for span in spans:
        start, end = folded.original(span.start, span.end)
        pieces += (text[after:start], MARKS[span.kind])
        after = end
    counts = Counter(span.kind for span in spans)
    return Redaction("".join((*pieces, text[after:])), MappingProxyType(dict(counts)))


def redact_identifier(identifier: str) -> str:
    """Another system's own number of a case, which must come back as it was even when it looks like a telephone number:
    personal numbers and e-mail addresses alone are taken out, where schools and social services use them for it.
    """
    return _ADDRESS.sub(MARKS["email"], without_identities(identifier, MARKS["personal_number"]))


def _spans(text: str) -> list[Span]:
    """In order. First what goes on over the end of a line, then what stands within one."""
    joined = join_lines(text)
    if joined is None:
        return sorted(_found(text))
    broken = sorted(Span(*joined.original(start, end), kind) for start, end, kind in _found(joined.text))
    return sorted([*broken, *_found(without(text, broken))])


def _found(text: str) -> list[Span]:
    """A find may free a number that stood too close to it, so the search is repeated, a few times at most."""
    spans: list[Span] = []
    reading = Reading.of(text)
    for _ in range(_MOST_ROUNDS):
        known = len(spans)
        for finder in (*_IN_WORDS, *_IN_DIGITS) if reading.digits > 1 else _IN_WORDS:
            if fresh := [*finder(reading)]:
                fresh = whole(reading.text, fresh)
                reading = reading.without(fresh)
                spans += fresh
        if len(spans) == known:
            break
    return spans
