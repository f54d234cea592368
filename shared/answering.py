"""How the text of an answer is told: the reporter's own words first, then what it takes to understand them alone."""

from typing import Final

ANSWER_NOTE: Final = "Svar på en fråga från kommunen."


def own_words(text: str) -> str:
    """What the reporter wrote, of a text that was told as an answer."""
    return text.partition(f"\n\n{ANSWER_NOTE}")[0]
