"""Spreadsheets that are small as files and huge when they are read: refused within measured memory and time."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

MB = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
READ = """
import resource, sys
from pathlib import Path
import openpyxl  # what the reader itself weighs is no part of it
from services.intake.imports.table import Unreadable
from services.intake.imports.xlsx_file import read_xlsx
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    told = sum(1 for _ in read_xlsx(Path(sys.argv[1]).read_bytes(), None))
except Unreadable as error:
    told = error
print(told)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def repeated(before: bytes, unit: bytes, after: bytes, size: int) -> Iterator[bytes]:
    yield before
    for _ in range(size // (len(unit) * 1000)):
        yield unit * 1000
    yield after


def sheet_of(
    unit: bytes, begin: bytes = b'<row r="1">', end: bytes = b"</row>"
) -> tuple[str, bytes, bytes, bytes]:
    return (SHEET, b"<worksheet " + SPACE + b"><sheetData>" + begin, unit, end + b"</sheetData></worksheet>")


BOMBS = {
    "one_row_of_millions_of_cells": sheet_of(b'<c t="n"><v>1</v></c>'),
    "one_endless_cell": sheet_of(b"a" * 100, b'<row r="1"><c t="inlineStr"><is><t>', b"</t></is></c></row>"),
    "millions_of_styles": ("xl/styles.xml", b"<styleSheet " + SPACE + b"><cellXfs>", b'<xf numFmtId="0"/>', b"</cellXfs></styleSheet>"),
    "millions_of_texts": ("xl/sharedStrings.xml", b"<sst " + SPACE + b">", b"<si><t>a</t></si>", b"</sst>"),
}  # fmt: skip


def bomb(part: str, before: bytes, unit: bytes, after: bytes, size: int) -> bytes:
    plain, made = io.BytesIO(), io.BytesIO()
    book = Workbook()
    assert book.active
    book.active.append(["text"])
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in source.infolist():
            if each.filename != part:
                archive.writestr(each.filename, source.read(each))
        with archive.open(part, "w") as opened:
            for piece in repeated(before, unit, after, size):
                opened.write(piece)
    return made.getvalue()


@pytest.mark.parametrize("name", BOMBS)
def test_a_spreadsheet_that_would_burst_is_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(bomb(*BOMBS[name], size=100 * MB))
    assert file.stat().st_size < 2 * MB
    told, grown_mb = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    assert "outside the table" in told or "more styles or texts" in told
    assert int(grown_mb) < 64


def test_words_a_file_defines_itself_are_not_put_in(tmp_path: Path) -> None:
    file = tmp_path / "laughs.xlsx"
    laughs = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    file.write_bytes(bomb(SHEET, laughs + b"<worksheet " + SPACE + b">&b;</worksheet>", b" ", b"", 0))
    told, _ = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    assert "words of its own" in told
