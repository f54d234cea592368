"""Reading a whole file before anything of it is sent: what can be a report, and what is wrong with the rest."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from services.intake.imports.columns import Column, find_columns
from services.intake.imports.faults import Fault
from services.intake.imports.rows import Prepared, RowReader, Rules
from services.intake.imports.table import BadCell, Reading, Row, read_table

_Same = tuple[str, str | None]


@dataclass(slots=True)
class Checked:
    """`doubles`: row → the earlier row that says the same. `noons`: rows with a date and no time of day."""

    rows: int = 0
    good: list[Prepared] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubles: dict[int, int] = field(default_factory=dict)
    noons: int = 0
    timeless: int = 0
    unused: Sequence[str] = ()

    @property
    def bad_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def check_file(file: Path, reading: Reading, said: Mapping[str, str], rules: Rules) -> Checked:
    """`said`: heading → what the column holds. Raises `Unreadable`."""
    rows = read_table(file, reading)
    columns = find_columns(_headings(next(rows)), said)
    reader, checked = RowReader(columns, rules), Checked(unused=columns.unused)
    seen: dict[_Same, tuple[int, Mapping[str, Any]]] = {}
    for row in rows:
        checked.rows += 1
        found = reader.read(row)
        if isinstance(found, Prepared):
            _keep(checked, found, seen, columns.heading(Column.EXTERNAL_ID))
        else:
            checked.faults += found
    return checked


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
        checked.noons += found.noon
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
