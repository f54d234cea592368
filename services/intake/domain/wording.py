"""Cleaning what people typed: one kind of line break, no control characters, nothing PostgreSQL cannot keep."""

import re
import unicodedata
from typing import Final

from pydantic_core import PydanticCustomError

# C0 and C1 but for tab and line feed, and the marks that turn the direction of what a duty officer reads.
_UNWANTED: Final = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Letters and signs by their kind that are drawn as nothing at all.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_LINE_BREAK: Final = re.compile("\r\n?")


def cleaned(value: str) -> str:
    """Raises `PydanticCustomError` for NUL, which is never typed by a person."""
    if "\0" in value:
        raise PydanticCustomError("unreadable", "must not contain the character NUL")
    if "\r" in value:
        value = _LINE_BREAK.sub("\n", value)
    return _UNWANTED.sub("", value).strip()


def cleaned_line(value: str | None) -> str | None:
    """One line; empty is nothing."""
    return " ".join(cleaned(value).split()) or None if value is not None else None


def required(value: str) -> str:
    """Something that can be seen: letters, digits or signs."""
    text = cleaned(value)
    if any(_is_seen(character) for character in text):
        return text
    raise PydanticCustomError("missing", "must say something")


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK
