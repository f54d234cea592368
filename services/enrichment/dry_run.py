"""`vardkase enrich`: what the service would make of reports, without servers. JSON Lines in, JSON Lines out."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from services.enrichment.domain import Understanding, Understood
from services.enrichment.linking import Board, Heard, Linked
from services.enrichment.rows import ReportRow, read_row, sentence_of
from shared.identity import derived_id

_BATCH: Final = 256
_REMEMBERED: Final = timedelta(days=15)
_NOWHERE: Final = ""
_BYTE_ORDER_MARK: Final = "\ufeff"
_UNKNOWN_MUNICIPALITY: Final = "Radens kommun finns inte, varken som namn eller kod; den lämnas tom."


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row and the number of its line."""

    number: int
    row: ReportRow


def main(
    stdin: Iterable[str],
    stdout: TextIO,
    stderr: TextIO | None = None,
    now: datetime | None = None,
    gazetteer: Path | None = None,
) -> None:
    """Rows without a time are taken as of `now`. Raises `SystemExit(1)` at the end when a row could not be used, and
    `BadGazetteer` before the first when the folder is none.
    """
    complaints = stderr or sys.stderr
    run = DryRun(Understanding.load(gazetteer=gazetteer), now or datetime.now(UTC))
    lines = enumerate(stdin, start=1)
    faults = 0
    while batch := list(islice(lines, _BATCH)):
        rows: list[Numbered] = []
        for number, with_mark in batch:
            line = with_mark.removeprefix(_BYTE_ORDER_MARK) if number == 1 else with_mark
            if not line.strip():
                continue
            try:
                rows.append(Numbered(number, read_row(line, run.now)))
            except ValueError as error:
                faults += 1
                complaints.write(f"row {number}: {sentence_of(error)}\n")
        for answer in run.answers(rows):
            stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        stdout.flush()
    if faults:
        raise SystemExit(1)


class DryRun:
    """Understands and links rows in their order, with the same code as the service, and remembers open incidents."""

    def __init__(self, understanding: Understanding, now: datetime) -> None:
        self._understanding, self.now = understanding, now
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
            row.occurred_at,
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
        "places": [place.model_dump(mode="json") for place in what.places],
        "outside_municipality": what.outside_municipality,
        "contradicts_pin": what.contradicts_pin,
        "happened": what.happened and what.happened.model_dump(mode="json"),
        "incident_id": str(linked.incident.incident_id),
        "link": {
            "is_new": linked.is_new,
            "confidence": linked.decision.confidence,
            "reason": linked.decision.reason,
        },
        "reasons": [*what.reasons, *([_UNKNOWN_MUNICIPALITY] if row.names_unknown_municipality else [])],
    }
