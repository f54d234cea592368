"""How the text of a report tells what it has to do with an earlier one: the reporter's own words first, then a sentence of ours."""

from collections.abc import Mapping
from typing import Final

from shared.events import Relation

ANSWER_NOTE: Final = "Svar på en fråga från kommunen."
RELATION_NOTES: Final[Mapping[Relation, str]] = {
    Relation.SAME: "Rapportören tror att det är samma händelse som i en tidigare rapport.",
    Relation.ADDITION: "Tillägg till en tidigare rapport.",
    Relation.STILL_ON: "Det pågår fortfarande, enligt den som rapporterade.",
}
# That it goes on is news of the event itself.
_OF_NO_NEWS: Final = (RELATION_NOTES[Relation.SAME], RELATION_NOTES[Relation.ADDITION], ANSWER_NOTE)


def own_words(text: str) -> str:
    """What the reporter wrote, of a text that was told as an answer."""
    return text.partition(f"\n\n{ANSWER_NOTE}")[0]


def without_notes(text: str) -> str:
    """What is told of the event, without that it was told of before; the whole when nothing else is said."""
    told = text
    for note in _OF_NO_NEWS:
        told = told.replace(note, "")
    return told if told.strip() else text
