"""A question that staff put to whoever follows a report, and what is made of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from services.intake.domain.addition import FilledAddition, Setting
from services.intake.domain.form import read_fields
from services.intake.domain.submission import Submission
from shared.identity import read_id


@dataclass(frozen=True, slots=True)
class StaffQuestion:
    """`text` is None once it is taken back; `text_en` only where it was chosen from those that are ready."""

    question_id: UUID
    text: str | None
    text_en: str | None
    asked_at: datetime
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.text is not None and self.answered_at is None

    def told_in(self, language: str) -> tuple[str, str]:
        """The words, and the language they are in; staff write Swedish unless they chose a ready one."""
        if language != "sv" and self.text_en:
            return self.text_en, "en"
        return self.text or "", "sv"


@dataclass(frozen=True, slots=True)
class FilledAnswer:
    """As it was sent. `question_id` is None when nothing that could be one was sent."""

    question_id: UUID | None
    text: str

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Raises `Refused` when it is not a form in UTF-8."""
        sent: Mapping[str, str] = read_fields(body)
        return cls(read_id(sent.get("question", "")), sent.get("text", ""))

    def submission(self, language: str | None, setting: Setting) -> Submission:
        """An answer is an addition that says what was written. Raises `Refused`."""
        added = FilledAddition({**FilledAddition.empty().values, "text": self.text}, {})
        return added.submission(language, setting)
