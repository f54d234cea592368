"""What a spreadsheet may make its reader hold at once, looked at as a stream before the reader sees it: the reader keeps whole rows,
whole cells and all styles and shared texts, and each takes many times the bytes it has in the file.
"""

import zipfile
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from services.intake.imports.table import MAX_COLUMNS, MAX_ROWS, Unreadable

_MB: Final = 1024 * 1024
# Rows come one by one; every other part is kept whole.
_MOST_KEPT: Final = {"xl/sharedStrings.xml": 64 * _MB}
_MOST_OF_OTHERS: Final = 16 * _MB
_SHEETS: Final = "xl/worksheets/"
_LONGEST_CELL: Final = 1_000_000
_LONGEST_REFERENCE: Final = 40
_PIECE: Final = 256 * 1024


@dataclass(slots=True)
class Sheet:
    """What the reader does not give. `merged`: its merged cells, `A4:A6`; `uncalculated`: the first cell with a formula that no program
    has calculated yet, `B2`, empty when there is none.
    """

    merged: list[str] = field(default_factory=list)
    uncalculated: str = ""


def require_moderate_parts(archive: zipfile.ZipFile) -> dict[str, Sheet]:
    """The sheets, by the names of their parts. Raises `Unreadable`, and what the reader itself raises for what is no XML."""
    sheets: dict[str, Sheet] = {}
    for part in archive.infolist():
        if part.filename.startswith(_SHEETS):
            sheets[part.filename] = _look_through(archive, part)
        elif part.file_size > _MOST_KEPT.get(part.filename, _MOST_OF_OTHERS) and _is_read(part.filename):
            raise Unreadable(
                "It holds more styles or texts than a table needs: copy the cells alone to a new spreadsheet, or save it as CSV."
            )
    return sheets


def _is_read(name: str) -> bool:
    """Pictures and the like are never unpacked."""
    return name.endswith((".xml", ".rels"))


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Sheet:
    look = _Look()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = look.begin
    parser.EndElementHandler = look.end
    parser.CharacterDataHandler = look.text
    parser.EntityDeclHandler = look.entity
    parser.buffer_text = True
    with archive.open(part) as opened:
        try:
            while piece := opened.read(_PIECE):
                parser.Parse(piece)
        except expat.ExpatError as error:
            raise ValueError("no XML") from error
    return look.sheet


class _Look:
    def __init__(self) -> None:
        self._row = self._cells = self._letters = 0
        self._cell: dict[str, str] = {}
        self._awaits_value = self._is_in_value = False
        self.sheet = Sheet()

    def begin(self, name: str, told: Any) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                self._row, self._cells = self._row + 1, 0
            case "c":
                self._cells, self._letters = self._cells + 1, 0
                if self._cells > MAX_COLUMNS:
                    raise self._outside()
                self._cell, self._awaits_value, self._is_in_value = told, False, False
            case "f":
                # A formula that gives an empty text is said to give a text.
                self._awaits_value = self._cell.get("t") != "str"
            case "v":
                self._is_in_value = True
            case "mergeCell":
                self.sheet.merged.append(str(told.get("ref", ""))[:_LONGEST_REFERENCE])
                if len(self.sheet.merged) > MAX_ROWS:
                    raise Unreadable(f"It has more than {MAX_ROWS:,} merged cells: take the merging away.")

    def end(self, name: str) -> None:
        self._is_in_value = False
        if self._awaits_value and not self.sheet.uncalculated and name.rpartition(" ")[2] == "c":
            self.sheet.uncalculated = self._cell.get("r", "")[:_LONGEST_REFERENCE] or f"in row {self._row}"

    def text(self, text: str) -> None:
        self._awaits_value = self._awaits_value and not self._is_in_value
        self._letters += len(text)
        if self._letters > _LONGEST_CELL:
            raise self._outside()

    def entity(self, *_: Any) -> None:
        raise Unreadable(
            "It defines words of its own, as no spreadsheet program does: save it anew, or as CSV."
        )

    def _outside(self) -> Unreadable:
        return Unreadable(f"Row {self._row} has something far outside the table: remove it.")
