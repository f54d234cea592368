"""What a reporter may follow: the statuses of one report, newest last, and nothing of what was said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.events import ClosingReason, FollowStatus, Relation, TakenBack

OPENED_AGAIN: Final = "opened_again"
CORRECTED: Final = "corrected"
_ORDER: Final = tuple(FollowStatus)


@dataclass(frozen=True, slots=True)
class Step:
    """`step_id`, `note`, `note_en`, `reason`: of what staff did. `takes_back`: nothing was done, but an earlier step holds no
    longer; `status` is then what holds.
    """

    status: FollowStatus
    at: datetime
    note: str | None = None
    note_en: str | None = None
    reason: ClosingReason | None = None
    step_id: UUID | None = None
    takes_back: TakenBack | None = None
    is_taken_back: bool = False

    @property
    def told_as(self) -> str:
        """The code of the words that tell it."""
        return told_as(self.status, self.takes_back)

    def note_in(self, language: str) -> tuple[str, str] | None:
        """What staff wrote, and in which language that is."""
        if self.note is None:
            return None
        return (self.note_en, "en") if language != "sv" and self.note_en else (self.note, "sv")


def told_as(status: FollowStatus, takes_back: TakenBack | None) -> str:
    if takes_back is None:
        return status.value
    return OPENED_AGAIN if takes_back.status is FollowStatus.CLOSED else CORRECTED


@dataclass(frozen=True, slots=True)
class Addition:
    """That something was added to a report, and when; not what."""

    relation: Relation
    at: datetime
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """One report as its reporter sees it. `history` runs from the oldest step."""

    tracking_code: str
    municipality: str
    received_at: datetime
    history: tuple[Step, ...]

    @property
    def holds(self) -> Step:
        """A closing until it is taken back, whatever is heard meanwhile; otherwise the newest."""
        holding = [step for step in self.history if step.takes_back is None and not step.is_taken_back]
        return ([step for step in holding if step.status is FollowStatus.CLOSED] or holding)[-1]

    @property
    def status(self) -> FollowStatus:
        return self.holds.status

    @property
    def newest(self) -> Step:
        """Where the history stands: what holds, or what was taken back last."""
        holds = self.holds
        if holds.status is FollowStatus.CLOSED:
            return holds
        return [step for step in self.history if not step.is_taken_back][-1]


def followed(tracking_code: str, municipality: str, received_at: datetime, steps: Sequence[Step]) -> Followed:
    """Steps may have arrived in any order; the time they were taken decides. What was done about its incident before this report
    came to it holds for the report from when it was assessed.
    """
    taken = [step for step in steps if step.status is not FollowStatus.RECEIVED]
    assessed = min((step.at for step in taken if step.status is FollowStatus.ASSESSED), default=received_at)
    since = max(received_at, assessed)
    undone: dict[UUID, datetime] = {
        step.takes_back.step_id: step.at
        for step in sorted(taken, key=lambda step: step.at)
        if step.takes_back is not None
    }
    later = sorted(
        (
            replace(
                step,
                at=max(step.at, since),
                is_taken_back=_is_undone(step, undone.get(step.step_id) if step.step_id else None),
            )
            for step in taken
        ),
        key=lambda step: (step.at, step.takes_back is not None, _ORDER.index(step.status)),
    )
    return Followed(
        tracking_code, municipality, received_at, (Step(FollowStatus.RECEIVED, received_at), *later)
    )


def _is_undone(step: Step, at: datetime | None) -> bool:
    """Told again afterwards, it holds again."""
    return at is not None and at >= step.at


def spelled_out(code: str) -> str | None:
    """The code as it is stored, from what a person typed; None when it can't be one."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    if len(letters) != 12 or len(code) > 40:
        return None
    return "-".join((letters[:4], letters[4:8], letters[8:]))
