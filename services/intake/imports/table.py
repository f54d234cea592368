"""A table as it is read from a file: rows of cells, numbered as a spreadsheet numbers them, with the heading first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

Cell = str | int | float | bool | datetime | date | time | timedelta | None

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 200
# What a cell of a text can need at most, and room for a cell that is refused with a word about it.
MAX_CELL_CHARACTERS: Final = 100_000


class Unreadable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The file as a whole can't be read. One sentence: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """Stands where a cell has no value to be read: a formula that failed."""

    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: tuple[Cell | BadCell, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person says the file is to be read; None is found out from the file. `header_row`: as a spreadsheet numbers it."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_row: int | None = None


def read_table(file: Path, reading: Reading, notes: list[str]) -> Iterator[Row]:
    """Rows that hold anything. `notes` takes what was found out of the file. Raises `Unreadable`, also on the way."""
    from services.intake.imports.csv_file import read_csv
    from services.intake.imports.xlsx_file import is_zip, read_xlsx

    content = _content(file)
    rows = read_xlsx(content, reading.sheet) if is_zip(content) else read_csv(content, reading, notes)
    found = -1
    for row in rows:
        if all(cell is None or cell == "" for cell in row.cells):
            continue
        found += 1
        if found > MAX_ROWS:
            raise Unreadable(f"It has more than {MAX_ROWS:,} rows: divide it, and import the parts.")
        yield row
    if found < 0:
        raise Unreadable("It is empty: put a heading in the first row and one report in each row below.")


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"It can't be opened ({error.strerror or error}).") from error
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(f"It is larger than {MAX_FILE_BYTES // 2**20} MB: divide it, and import the parts.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("It is an old Excel file (.xls) or has a password: save it as .xlsx without one.")
    return content
