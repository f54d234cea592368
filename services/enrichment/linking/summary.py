"""One or two sentences that tell what an incident is, in a reporter's own (redacted) words."""

import re
from typing import Final

from shared.relation_notes import without_notes

_LONGEST: Final = 200
_ENOUGH: Final = 60
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+")
_FULL_LENGTH: Final = 120
# More than a summary can hold: none is looked for after them.
_SENTENCES: Final = 40


def summarise(text: str) -> str:
    """The first sentence, and those after it while they fit; cut at a word when one sentence alone is too long."""
    summary = ""
    for sentence in _SENTENCE_END.split(without_notes(text).strip(), maxsplit=_SENTENCES):
        longer = f"{summary} {' '.join(sentence.split())}".strip()
        if summary and (len(longer) > _LONGEST or len(summary) >= _ENOUGH):
            break
        summary = longer
    if len(summary) <= _LONGEST:
        return summary
    return summary[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:-– ") + "…"


def clarity(text: str, *, sure: float, seen: bool, trained: bool, located: bool) -> float:
    """How well this text tells others what goes on; the higher is shown. Shouting and one-word texts tell less."""
    text = without_notes(text)
    length = min(len(text), _FULL_LENGTH) / _FULL_LENGTH
    capitals = sum(text.count(letter) for letter in set(text) if letter.isupper())
    shouted = capitals > len(text) / 3
    return round(2 * seen + sure + length + 0.7 * trained + 0.3 * located - 0.8 * shouted, 4)
