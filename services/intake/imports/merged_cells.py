"""Cells that are merged downwards: each of the rows holds what the first one shows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.intake.imports.table import MAX_COLUMNS, Row

_AREA: Final = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})")


@dataclass(frozen=True, slots=True)
class _Area:
    column: int
    top: int
    bottom: int


def filled_down(rows: Iterable[Row], merged: Iterable[str]) -> Iterator[Row]:
    """`merged`: as a spreadsheet writes it, `A4:A6`. A row that holds nothing of its own stays empty."""
    starting: dict[int, list[_Area]] = {}
    for area in filter(None, map(_area, merged)):
        starting.setdefault(area.top, []).append(area)
    open_areas: list[tuple[_Area, Row]] = []
    for row in rows:
        open_areas = [(area, first) for area, first in open_areas if area.bottom >= row.number]
        filled = _filled(row, open_areas)
        open_areas += [(area, filled) for area in starting.pop(row.number, ())]
        yield filled


def _area(text: str) -> _Area | None:
    found = _AREA.fullmatch(text)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    area = _Area(column - 1, int(found[2]), int(found[3]))
    return area if area.bottom > area.top and area.column < MAX_COLUMNS else None


def _filled(row: Row, areas: Iterable[tuple[_Area, Row]]) -> Row:
    if all(cell in (None, "") for cell in row.cells):
        return row
    cells = list(row.cells)
    for area, first in areas:
        cells += [None] * (area.column + 1 - len(cells))
        if cells[area.column] in (None, "") and area.column < len(first.cells):
            cells[area.column] = first.cells[area.column]
    return Row(row.number, tuple(cells))
