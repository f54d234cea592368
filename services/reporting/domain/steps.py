"""What staff tell those who reported an incident: that a measure was taken, or that it is closed and why."""

from dataclasses import dataclass
from typing import Final

from services.reporting.domain.ready_sentence import ReadySentence
from shared.events import ClosingReason, FollowStatus
from shared.redaction import redact

STEP_LENGTH: Final = 300


READY: Final = (
    ReadySentence("Polisen har varit på platsen.", "The police have been there."),
    ReadySentence("Räddningstjänsten har varit på platsen.", "The rescue service has been there."),
    ReadySentence("Ordningsvakter har varit på platsen.", "Guards have been there."),
    ReadySentence("Platsen är städad.", "The place has been cleaned up."),
    ReadySentence("Skadan är lagad eller avspärrad.", "The damage has been mended or cordoned off."),
    ReadySentence("Vi har talat med dem som det gäller.", "We have talked to those it concerns."),
    ReadySentence(
        "Platsen besöks oftare den närmaste tiden.", "The place is visited more often for a while."
    ),
)


@dataclass(frozen=True, slots=True)
class StepWords:
    """What everybody who reported reads; None where nothing is written. `personal_details`: kinds of what it must not hold, with
    what stood there taken out.
    """

    text: str | None
    text_en: str | None
    personal_details: tuple[str, ...]


def step_words(text: str | None, text_en: str | None) -> StepWords:
    swedish, english = (redact(" ".join((each or "").split())) for each in (text, text_en))
    kinds = {kind: None for each in (swedish, english) for kind, count in each.kinds.items() if count}
    return StepWords(swedish.text or None, english.text or None, tuple(kinds))


def is_fitting(status: FollowStatus, reason: ClosingReason | None) -> bool:
    """A closing says why, a measure has no such reason."""
    return (status is FollowStatus.CLOSED) == (reason is not None)
