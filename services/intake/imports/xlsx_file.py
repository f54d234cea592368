"""XLSX, read row by row. Formulas are not evaluated: a cell holds what it showed when the file was saved."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from services.intake.imports.merged_cells import filled_down
from services.intake.imports.table import MAX_COLUMNS, BadCell, Cell, Row, Unreadable
from services.intake.imports.xlsx_guard import Sheet, require_moderate_parts

MAX_UNPACKED_BYTES: Final = 400 * 1024 * 1024
MAX_PARTS: Final = 2000
_LAST_ROW: Final = 1_048_576
_CARRIAGE_RETURN: Final = re.compile("_x000[dD]_\n?")
# In a cell's format, beside words in quotes and the name of a language: midnight is a time of day where it is shown as one.
_SHOWS_HOURS: Final = re.compile(r'^(?:[^"[h]|"[^"]*"|\[[^]]*\])*h', re.IGNORECASE)
# Whatever a crafted file makes the library stumble over is the file's fault, and told as one sentence.
_FAULTS: Final = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, OverflowError, AssertionError,
    RuntimeError, MemoryError, ParseError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def is_zip(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def read_xlsx(content: bytes, sheet: str | None) -> Iterator[Row]:
    """Empty rows too. Raises `Unreadable`."""
    try:
        sheets = _require_moderate(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which don't matter here
            yield from _rows(content, sheet, sheets)
    except _FAULTS as error:
        raise Unreadable(
            f"It is no spreadsheet that can be read ({type(error).__name__}): open it and save it anew as .xlsx, or as CSV."
        ) from error


def _rows(content: bytes, sheet: str | None, sheets: Mapping[str, Sheet]) -> Iterator[Row]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        page = _sheet(book, sheet)
        page.reset_dimensions()  # what the file says of its own size may be wrong
        part = page._worksheet_path.lstrip("/")  # noqa: SLF001 - it is told nowhere else
        seen = sheets.get(part, Sheet())
        if seen.uncalculated:
            raise Unreadable(
                f"Cell {seen.uncalculated} has a formula that was never calculated: open the file in a spreadsheet program and save it."
            )
        yield from filled_down(_as_they_stand(page), seen.merged)
    finally:
        book.close()


def _as_they_stand(page: Any) -> Iterator[Row]:
    for number, cells in enumerate(page.iter_rows(), 1):
        if len(cells) > MAX_COLUMNS or number > _LAST_ROW:
            raise Unreadable(f"Row {number} has something far outside the table: remove it.")
        yield Row(number, tuple(_value(cell) for cell in cells))


def _sheet(book: Any, name: str | None) -> Any:
    sheets = {each.title: each for each in book.worksheets if each.sheet_state == "visible"}
    if name is not None:
        if name not in sheets:
            raise Unreadable(f"There is no sheet {name!r}: it has {', '.join(sheets) or 'none'}.")
        return sheets[name]
    if not sheets:
        raise Unreadable("It has no sheet to read.")
    filled = [each for each in sheets.values() if next(each.iter_rows(max_row=1, max_col=1), None)]
    if len(filled) > 1:
        raise Unreadable(f"It has several sheets ({', '.join(sheets)}): say which one with --sheet.")
    return (filled or list(sheets.values()))[0]


def _value(cell: Any) -> Cell | BadCell:
    value: Cell = cell.value
    if cell.data_type == "e":
        return BadCell(str(value))
    if isinstance(value, datetime) and value.time() == time() and not _SHOWS_HOURS.search(cell.number_format):
        return value.date()
    return _CARRIAGE_RETURN.sub("\n", value) if isinstance(value, str) else value


def _require_moderate(content: bytes) -> dict[str, Sheet]:
    """Before anything is unpacked. Python's zip reader never gives more of a part than what is announced here."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _require_moderate_whole(archive.infolist())
        return require_moderate_parts(archive)


def _require_moderate_whole(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Unreadable(
            f"It unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB: divide it, or save it as CSV."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("It has a password: save it without one.")
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise Unreadable("It is a zip archive and no spreadsheet: unpack it first.")
