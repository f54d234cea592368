"""A question to the reporter of a report: which are ready, what one may say, and how it stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.domain.ready_sentence import ReadySentence
from shared.events import Source
from shared.redaction import redact

QUESTION_LENGTH: Final = 500
MOST_UNANSWERED: Final = 3
"""For one report. A reporter who is asked more than that answers none."""
FOLLOWED: Final = frozenset({Source.CITIZEN, Source.STAFF, Source.GUARD})
"""Sources with somebody who has a code and may look at the page; what is imported has nobody."""


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    UNDELIVERABLE = "undeliverable"


READY: Final = (
    ReadySentence("Pågår det fortfarande?", "Is it still going on?"),
    ReadySentence(
        "Såg du det själv, eller har du hört det av någon annan?",
        "Did you see it yourself, or did you hear it from somebody else?",
    ),
    ReadySentence(
        "Var hände det, så nära du kan säga? Ett hus, en korsning eller en skylt hjälper.",
        "Where did it happen, as closely as you can say? A building, a crossing or a sign helps.",
    ),
    ReadySentence(
        "När såg du det, ungefär? Har det hänt mer än en gång?",
        "About when did you see it? Has it happened more than once?",
    ),
    ReadySentence("Ungefär hur många var det?", "About how many people were there?"),
    ReadySentence(
        "Vad har blivit skadat, och kan någon göra sig illa på det?",
        "What has been damaged, and could it hurt anyone?",
    ),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the reporter reads. `personal_details`: kinds of what it must not hold, with what stood there taken out."""

    text: str
    text_en: str | None
    personal_details: tuple[str, ...]


def worded(written: str) -> Wording:
    """One that is ready, in either language, is told in both."""
    text = " ".join(written.split())
    for ready in READY:
        if text in (ready.sv, ready.en):
            return Wording(ready.sv, ready.en, ())
    redacted = redact(text)
    return Wording(redacted.text, None, tuple(kind for kind, count in redacted.kinds.items() if count))
