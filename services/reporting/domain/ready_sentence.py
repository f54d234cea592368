"""A sentence that is ready to be told to reporters, in the languages that staff write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadySentence:
    sv: str
    en: str
