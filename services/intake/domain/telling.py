"""What a citizen's form says beside its text, as the other services are told it: in sentences after the text, in Swedish."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.domain.acceptance import Acceptance
from services.intake.domain.emergency import Danger
from services.intake.domain.questions import told
from services.intake.domain.submission import LOCAL_ZONE, MAX_TEXT
from shared.categories import CategoryCode
from shared.events import Relation
from shared.redaction import redact
from shared.relation_notes import ANSWER_NOTE, RELATION_NOTES

_EARLIER: Final = "\n\nDen tidigare rapporten: "
_LEAST_QUOTED: Final = 200
_IN_DANGER: Final = "Det pågår just nu och någon är i fara."


@dataclass(frozen=True, slots=True)
class Told:
    """What only a form says. `answers`: question code → choice code; `follows`: the earlier report that this one names, and
    `earlier_words` what that one said, so that the later one can be understood by itself. `question_id`: the question that
    staff put and this answers.
    """

    danger: Danger | None = None
    until: datetime | None = None
    category: CategoryCode | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    follows: UUID | None = None
    relation: Relation | None = None
    earlier_words: str | None = None
    question_id: UUID | None = None

    @property
    def sentences(self) -> list[str]:
        return [
            *([_IN_DANGER] if self.danger is Danger.YES else []),
            *told(self.category, self.answers),
            *(
                []
                if self.relation is None
                else [RELATION_NOTES[self.relation] if self.question_id is None else ANSWER_NOTE]
            ),
        ]

    def columns(self) -> dict[str, Any] | None:
        """As they are kept; None when nothing was said beside the text."""
        said = {
            "danger": self.danger,
            "occurred_until": None if self.until is None else self.until.isoformat(),
            "answers": dict(self.answers) or None,
            "follows": None if self.follows is None else str(self.follows),
            "relation": self.relation,
            "question_id": None if self.question_id is None else str(self.question_id),
        }
        return said if any(said.values()) else None


def tell(accepted: Acceptance, said: Told) -> Acceptance:
    """The same report, with these sentences after what others read of it. What the reporter wrote is kept as it was."""
    event = accepted.event
    began = event.occurred_at.astimezone(LOCAL_ZONE)
    sentences = [*([] if said.until is None else [_between(began, said.until)]), *said.sentences]
    after = "\n\n" + " ".join(sentences) if sentences else ""
    text = _shortened(event.text, MAX_TEXT - len(after)) + after
    if said.earlier_words is not None and len(text) < MAX_TEXT - _LEAST_QUOTED:
        text += _shortened(f"{_EARLIER}{redact(said.earlier_words).text}", MAX_TEXT - len(text))
    return replace(
        accepted,
        event=event.model_copy(
            update={
                "text": text,
                "follows": said.follows,
                "relation": said.relation,
                "answers": said.question_id,
            }
        ),
        form=said.columns(),
    )


def _between(began: datetime, ended: datetime) -> str:
    ended = ended.astimezone(LOCAL_ZONE)
    if began.date() == ended.date():
        return f"Det hände {began:%Y-%m-%d} mellan {began:%H:%M} och {ended:%H:%M}."
    return f"Det hände mellan {began:%Y-%m-%d %H:%M} och {ended:%Y-%m-%d %H:%M}."


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
