"""Reading a whole file before anything of it is sent: what can be a report, and what is wrong with the rest."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TextIO

from services.intake.imports.columns import Column, Columns, find_columns, is_heading
from services.intake.imports.faults import BadValue, Fault
from services.intake.imports.moments import read_moment
from services.intake.imports.rows import Prepared, RowReader, Rules
from services.intake.imports.table import BadCell, Cell, Reading, Row, Unreadable, read_table

_Same = tuple[str, str | None]
# So far down a table may begin, below a title and the like; and so many rows are looked at for what a column holds.
_HEADING_AMONG: Final = 10
_LOOKED_AT: Final = 30
_TOLD_EVERY: Final = 500


@dataclass(slots=True)
class Checked:
    """`doubles`: row → the earlier row that says the same. `noons`: rows with a date and no time of day. `undated`: good rows
    without a date of their own, which count as happening `undated_as`.
    """

    rows: int = 0
    good: list[Prepared] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubles: dict[int, int] = field(default_factory=dict)
    noons: int = 0
    timeless: int = 0
    undated: int = 0
    undated_as: str = ""
    unknown_categories: int = 0
    unused: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def bad_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def check_file(
    file: Path,
    reading: Reading,
    said: Mapping[str, str],
    rules: Rules,
    on_rows: Callable[[int], None] = lambda _: None,
) -> Checked:
    """`said`: heading → what the column holds. `on_rows` is told now and then how many are read. Raises `Unreadable`."""
    notes: list[str] = []
    heading, rows = _below_heading(read_table(file, reading, notes), reading.header_row, said, notes)
    columns = find_columns(heading, said)
    rows = _with_times(rows, columns, rules)
    reader, checked = RowReader(columns, rules), Checked(unused=columns.unused, undated_as=_undated_as(rules))
    seen: dict[_Same, tuple[int, Mapping[str, Any]]] = {}
    for row in rows:
        checked.rows += 1
        found = reader.read(row)
        if isinstance(found, Prepared):
            _keep(checked, found, seen, columns.heading(Column.EXTERNAL_ID))
        else:
            checked.faults += found
        if checked.rows % _TOLD_EVERY == 0:
            on_rows(checked.rows)
    checked.notes = [*notes, *columns.notes]
    return checked


def _below_heading(
    rows: Iterator[Row], header_row: int | None, said: Mapping[str, str], notes: list[str]
) -> tuple[list[str], Iterator[Row]]:
    """The headings, and what stands below them. Raises `Unreadable`."""
    if header_row is not None:
        found = next((row for row in rows if row.number >= header_row), None)
        if found is None or found.number != header_row:
            raise Unreadable(f"There is nothing in row {header_row}: say in which row the headings stand.")
        return _headings(found), rows
    first = list(islice(rows, _HEADING_AMONG))
    at = next((at for at, row in enumerate(first) if is_heading(_headings(row), said)), 0)
    if at:
        notes.append(f"The headings are in row {first[at].number}; what stands above them is not read.")
    return _headings(first[at]), chain(first[at + 1 :], rows)


def _with_times(rows: Iterator[Row], columns: Columns, rules: Rules) -> Iterator[Row]:
    """Raises `Unreadable` when no column says when it happened, and nobody has said what that means."""
    if rules.undated is not None or Column.OCCURRED_AT in columns.at or Column.DATE in columns.at:
        return rows
    first = list(islice(rows, _LOOKED_AT))
    used = set(columns.at.values())
    dates = [
        heading
        for at, heading in enumerate(columns.headings)
        if heading and at not in used and _are_dates([row.cells[at] for row in first if at < len(row.cells)])
    ]
    hint = f' {dates[0]!r} looks like it: --map "{dates[0]}=occurred_at".' if dates else ""
    shown = ", ".join(heading[:60] for heading in columns.headings[:30] if heading)
    raise Unreadable(
        f"No column is known as the time when it happened, among: {shown}.{hint} Say which one it is with --map "
        '"COLUMN=occurred_at"; or say that all of it happens now, --undated now, or on a day, --undated 2026-11-23.'
    )


def _are_dates(cells: Sequence[Cell | BadCell]) -> bool:
    filled = [cell for cell in cells if cell not in (None, "")]
    return bool(filled) and sum(map(_is_date, filled)) >= 0.8 * len(filled)


def _is_date(cell: Cell | BadCell) -> bool:
    """A number alone may be anything."""
    if isinstance(cell, BadCell | int | float) or (isinstance(cell, str) and cell.strip().isdigit()):
        return False
    try:
        read_moment(cell)
    except BadValue:
        return False
    return True


def _undated_as(rules: Rules) -> str:
    match rules.undated:
        case None | "now":
            return "now"
        case "above":
            return "on the day of the row above"
        case day:
            return f"on {day.isoformat()}"


def _headings(row: Row) -> list[str]:
    return [
        "" if cell is None or isinstance(cell, BadCell) else " ".join(str(cell).split()) for cell in row.cells
    ]


def _keep(
    checked: Checked, found: Prepared, seen: dict[_Same, tuple[int, Mapping[str, Any]]], heading: str
) -> None:
    same = (found.key, found.body.get("municipality"))
    first, body = seen.setdefault(same, (found.row, found.body))
    if first == found.row:
        checked.good.append(found)
        checked.noons += found.when.is_noon
        checked.undated += found.when.is_undated
        checked.unknown_categories += found.unknown_category
        checked.timeless += "occurred_at" not in found.body and "external_id" not in found.body
    elif body == found.body or "external_id" not in found.body:
        checked.doubles[found.row] = first
    else:
        checked.faults.append(
            Fault(
                found.row,
                heading,
                f"row {first} has the same identifier and says something else",
                "give each report its own, or leave the column out with --map",
            )
        )


def write_faults(faults: Sequence[Fault], to: TextIO) -> None:
    """As CSV. A heading that a spreadsheet would take for a formula is disarmed."""
    writer = csv.writer(to)
    writer.writerow(["row", "column", "what is wrong", "what to do"])
    for fault in faults:
        writer.writerow([fault.row, *map(_disarmed, (fault.column, fault.what, fault.remedy))])


def _disarmed(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
