"""CSV as it is found: UTF-8 with or without a mark, UTF-16 with one, what Windows, old Macs and DOS wrote; comma, semicolon, tab
or bar between cells.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from services.intake.imports.columns import recognised
from services.intake.imports.old_letters import Letters, letters_of
from services.intake.imports.table import MAX_CELL_CHARACTERS, MAX_COLUMNS, Reading, Row, Unreadable

_SEPARATORS: Final = (";", ",", "\t", "|")
# Stands between the cells of a table with one column, whose texts may hold every usual separator.
_NONE: Final = "\x1f"
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Swedish letters of UTF-8 that were read as Windows-1252.
_MISREAD: Final = re.compile("Ã[¥¤¶…„–©]")
_HEADING_AMONG: Final = 10
_NAMED: Final = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "bar": "|",
    **{each: each for each in _SEPARATORS},
}


def read_csv(content: bytes, reading: Reading, notes: list[str]) -> Iterator[Row]:
    """Empty rows too, so that the numbers are those a spreadsheet shows. Raises `Unreadable`."""
    text = _decoded(content, reading.encoding, notes)
    first, text = _told_separator(text)
    separator = _named(reading.separator) or first or _found_separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    previous = csv.field_size_limit(MAX_CELL_CHARACTERS)
    number = 1 if first else 0
    try:
        for cells in reader:
            number += 1
            if len(cells) > MAX_COLUMNS:
                raise Unreadable(
                    f"Row {number} has more than {MAX_COLUMNS} cells: is it separated by something else?"
                )
            yield Row(number, tuple(cells))
    except csv.Error as error:
        raise Unreadable(
            f"Row {number + 1} (line {reader.line_num}) can't be read ({error}): a quotation mark that opens a cell must "
            "close it, and one inside it is written twice."
        ) from error
    finally:
        csv.field_size_limit(previous)


def _decoded(content: bytes, encoding: str | None, notes: list[str]) -> str:
    if encoding is not None:
        return _decoded_as(content, encoding)
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _decoded_as(content, marked)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _older(content, line, notes)


def _decoded_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise Unreadable(
            f"The encoding {encoding!r} is not known: utf-8, windows-1252, mac_roman and cp850 are."
        ) from None
    except UnicodeError as error:
        raise Unreadable(f"It is not in {encoding} ({error}): save it as UTF-8.") from error


def _older(content: bytes, line: int, notes: list[str]) -> str:
    """What is no UTF-8 is what Swedish Excel writes, unless its letters are those of another system, or UTF-8 that is broken."""
    letters = letters_of(content)
    if letters is Letters.MIXED:
        raise Unreadable(
            f"Its letters å, ä and ö are written in several ways (line {line} is the first): save it anew as UTF-8, or give "
            "--encoding windows-1252, mac_roman or cp850."
        )
    try:
        text = content.decode(letters)
    except UnicodeDecodeError:
        text = None
    if text is None or _MISREAD.search(text):
        raise Unreadable(
            f"Its letters are neither UTF-8 nor Windows-1252 all through (line {line}): save it anew as UTF-8, or give "
            "--encoding."
        ) from None
    if letters is not Letters.WINDOWS:
        notes.append(f"Its letters are read as {letters.shown}; --encoding says otherwise.")
    return text


def _told_separator(text: str) -> tuple[str | None, str]:
    """Excel's own first line, `sep=;`."""
    found = re.match(r'"?sep=([;,\t|])"?\r?\n', text, re.IGNORECASE)
    return (found.group(1), text[found.end() :]) if found else (None, text)


def _named(separator: str | None) -> str | None:
    if separator is None:
        return None
    if separator not in _NAMED:
        raise Unreadable(f"{separator!r} is no separator: give comma, semicolon, tab or bar.")
    return _NAMED[separator]


def _found_separator(text: str) -> str:
    """The one by which most headings are known, then the one that gives most of them. Above them may stand a title."""
    best, most = _NONE, (-1, 1)
    for separator in _SEPARATORS:
        for at, headings in enumerate(_first_rows(text, separator)):
            known = sum(recognised(heading) is not None for heading in headings)
            if len(headings) > 1 and (known, len(headings)) > most and (at == 0 or known > 1):
                best, most = separator, (known, len(headings))
    return best


def _first_rows(text: str, separator: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        rows = csv.reader(io.StringIO(text[:MAX_CELL_CHARACTERS], newline=""), delimiter=separator)
        for row in rows:
            if any(cell.strip() for cell in row):
                found.append(row)
            if len(found) == _HEADING_AMONG:
                break
    except csv.Error:  # told when the table is read
        pass
    return found
