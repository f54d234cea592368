"""`vardkase enrich`: what the service would make of reports, without servers. JSON Lines in, JSON Lines out."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated, Any, Final, TextIO
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from services.enrichment.domain import Understanding, Understood
from services.enrichment.linking import Board, Heard, Linked
from shared.categories import CategoryCode
from shared.events import Latitude, Longitude, LongText, Metres, Point, ShortText, Source
from shared.geodata import municipality_code
from shared.identity import derived_id
from shared.redaction import redact

_BATCH: Final = 256
_REMEMBERED: Final = timedelta(days=15)
_NOWHERE: Final = ""
_LOCAL: Final = ZoneInfo("Europe/Stockholm")
_BYTE_ORDER_MARK: Final = "\ufeff"
_UNKNOWN_MUNICIPALITY: Final = "Radens kommun finns inte, varken som namn eller kod; den lämnas tom."


def _in_our_time(at: datetime) -> datetime:
    if not 1900 <= at.year <= 2200:
        raise ValueError("nothing is reported of that year")
    return (at if at.tzinfo else at.replace(tzinfo=_LOCAL)).astimezone(UTC)


class ReportRow(BaseModel):
    """One line of input. Only the text is required. What is not known here is dropped: who knows what stands in it.

    A time without a zone is Swedish local time.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int | float | None = None
    external_id: str | int | float | None = None

    text: LongText
    place_text: ShortText | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    accuracy_m: Metres | None = None
    municipality: str | None = None
    names_unknown_municipality: bool = False
    occurred_at: Annotated[datetime, AfterValidator(_in_our_time)] | None = None
    source: Source = Source.CITIZEN
    category_hint: CategoryCode | None = None

    @model_validator(mode="before")
    @classmethod
    def _looks_up_municipality(cls, given: dict[str, Any]) -> dict[str, Any]:
        named = given.get("municipality") or None
        code = municipality_code(str(named)) if isinstance(named, str | int) else named
        is_unknown = named is not None and code is None
        return {**given, "municipality": code, "names_unknown_municipality": is_unknown}

    @model_validator(mode="after")
    def _is_whole(self) -> "ReportRow":
        if not self.text.strip():
            raise ValueError("the text is empty")
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon belong together")
        return self

    @property
    def point(self) -> Point | None:
        if self.lat is None or self.lon is None:
            return None
        return Point(lat=self.lat, lon=self.lon, accuracy_m=self.accuracy_m)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row and the number of its line."""

    number: int
    row: ReportRow


def main(
    stdin: Iterable[str], stdout: TextIO, stderr: TextIO | None = None, now: datetime | None = None
) -> None:
    """Rows without a time are taken as of `now`. Raises `SystemExit(1)` at the end when a row could not be used."""
    complaints = stderr or sys.stderr
    run = DryRun(Understanding.load(), now or datetime.now(UTC))
    lines = enumerate(stdin, start=1)
    faults = 0
    while batch := list(islice(lines, _BATCH)):
        rows: list[Numbered] = []
        for number, with_mark in batch:
            line = with_mark.removeprefix(_BYTE_ORDER_MARK) if number == 1 else with_mark
            if not line.strip():
                continue
            try:
                rows.append(Numbered(number, read_row(line)))
            except ValueError as error:
                faults += 1
                complaints.write(f"row {number}: {_sentence(error)}\n")
        for answer in run.answers(rows):
            stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        stdout.flush()
    if faults:
        raise SystemExit(1)


def read_row(line: str) -> ReportRow:
    """One line as a row, its text and place redacted. Raises `ValueError` (pydantic's among them) saying what is wrong."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(given, dict):
        raise ValueError(f"a JSON object was expected, not {type(given).__name__}")  # noqa: TRY004 - a fault of the row, as any other
    row = ReportRow.model_validate(given)
    place = row.place_text and redact(row.place_text).text
    return row.model_copy(update={"text": redact(row.text).text, "place_text": place})


class DryRun:
    """Understands and links rows in their order, with the same code as the service, and remembers open incidents."""

    def __init__(self, understanding: Understanding, now: datetime) -> None:
        self._understanding, self._now = understanding, now
        self._boards: dict[str, Board] = {}

    def answers(self, rows: Sequence[Numbered]) -> Iterator[dict[str, Any]]:
        understood = self._understanding.read([each.row for each in rows])
        for each, what in zip(rows, understood, strict=True):
            yield answer(each.row, self._link(each, what))
        self._forget()

    def _link(self, numbered: Numbered, what: Understood) -> Linked:
        row = numbered.row
        municipality = row.municipality or what.location.municipality or _NOWHERE
        report = Heard(
            derived_id("dry-run", numbered.number, row.text),
            municipality,
            row.source,
            row.text,
            row.occurred_at or self._now,
            what,
        )
        return self._boards.setdefault(municipality, Board()).take(report)

    def _forget(self) -> None:
        for board in self._boards.values():
            if board.incidents:
                newest = max(incident.last_occurred_at for incident in board.incidents.values())
                board.drop_before(newest - _REMEMBERED)


def answer(row: ReportRow, linked: Linked) -> dict[str, Any]:
    """The line of output: the row's own words and id, and what was understood."""
    what = linked.report.understood
    located_in = None if row.names_unknown_municipality else what.location.municipality
    given = row.model_dump(
        mode="json", exclude_none=True, include={"id", "external_id", "text", "place_text", "source"}
    )
    return {
        **given,
        "municipality": row.municipality or located_in,
        "occurred_at": linked.report.occurred_at.isoformat(),
        "language": what.language,
        "category": what.category.value,
        "category_confidence": what.confidence,
        "category_alternatives": [guess.model_dump(mode="json") for guess in what.alternatives],
        "severity": int(what.severity),
        "hearsay": what.hearsay,
        "ongoing": what.ongoing,
        "involves_minor": what.involves_minor,
        "needs_review": what.needs_review,
        "location": what.location.model_dump(mode="json"),
        "incident_id": str(linked.incident.incident_id),
        "link": {
            "is_new": linked.is_new,
            "confidence": linked.decision.confidence,
            "reason": linked.decision.reason,
        },
        "reasons": [*what.reasons, *([_UNKNOWN_MUNICIPALITY] if row.names_unknown_municipality else [])],
    }


def _sentence(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return str(error)
