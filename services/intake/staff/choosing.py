"""What a person chose on the page and wants done with it, read from the form it came in. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic_core import PydanticCustomError

from services.intake.abuse.judging import Reason, State
from services.intake.domain.refusal import Refused
from services.intake.domain.wording import cleaned_line
from services.intake.staff.bursts_store import Burst, PickedBurst, Turn
from shared.redaction import redact

MAX_NOTE: Final = 500
_MOST_FIELDS: Final = 600
_APART: Final = "~"


@dataclass(frozen=True, slots=True)
class Form:
    """Fields as they were sent; several may bear one name."""

    fields: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, body: bytes) -> "Form":
        """Raises `Refused` when it is no form."""
        try:
            pairs = parse_qsl(
                body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        except ValueError:
            raise Refused([], readable=False) from None
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        return cls(fields)

    def one(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Choice:
    """`reports`: one by one, outside the bursts that are chosen whole."""

    bursts: tuple[PickedBurst, ...]
    reports: tuple[UUID, ...]

    @property
    def asked(self) -> int:
        return len(self.reports) + sum(each.reports for each in self.bursts)


def chosen_in(form: Form) -> Choice:
    """What can't be read was not chosen on the page."""
    bursts = {each.report_id: each for each in _read(form.fields.get("burst", ()))}
    reports: list[UUID] = []
    for value in form.fields.get("report", ()):
        report, _, burst = value.partition(_APART)
        report_id, burst_id = read_id(report), read_id(burst)
        if report_id is not None and burst_id not in bursts:
            reports.append(report_id)
    return Choice(tuple(bursts.values()), tuple(dict.fromkeys(reports)))


def burst_value(burst: Burst) -> str:
    decided_at = "" if burst.decision is None else burst.decision.decided_at.isoformat()
    return _APART.join([str(burst.report_id), burst.last_at.isoformat(), decided_at, str(burst.reports)])


def member_value(burst: Burst, report_id: UUID) -> str:
    return f"{report_id}{_APART}{burst.report_id}"


def note_in(form: Form) -> str | None:
    """Without what points at one person: it is kept with the report. May be longer than `MAX_NOTE`. Raises `Refused`."""
    try:
        note = cleaned_line(form.one("note"))
    except PydanticCustomError:
        raise Refused([], readable=False) from None
    return None if note is None else redact(note).text


def read_id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def read_state(value: str) -> State:
    return State(value) if value in set(State) else State.HELD


def read_reason(value: str) -> Reason | None:
    return Reason(value) if value in set(Reason) else None


def turn_value(turn: Turn) -> str:
    return f"{turn.at.isoformat()}{_APART}{turn.mark.hex()}"


def read_turn(value: str) -> Turn | None:
    at, _, mark = value.partition(_APART)
    try:
        return Turn(_moment(at), bytes.fromhex(mark))
    except ValueError:
        return None


def _read(values: Iterable[str]) -> Iterable[PickedBurst]:
    for value in values:
        parts = value.split(_APART)
        if len(parts) != 4:
            continue
        report_id, last_at, decided_at, reports = parts
        try:
            yield PickedBurst(
                UUID(report_id),
                _moment(last_at),
                _moment(decided_at) if decided_at else None,
                min(10_000_000, abs(int(reports))),
            )
        except ValueError:
            continue


def _moment(value: str) -> datetime:
    """Raises `ValueError`."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        raise ValueError(value)
    return moment
