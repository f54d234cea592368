"""A table to fill in, in Swedish or English, as CSV or XLSX."""

import csv
import io
from typing import Final, Literal

from services.intake.imports.columns import NAMES, Column

Language = Literal["sv", "en"]
_COLUMNS: Final = (
    Column.EXTERNAL_ID, Column.DATE, Column.TIME, Column.PLACE, Column.TEXT, Column.CATEGORY, Column.LAT, Column.LON,
    Column.MUNICIPALITY, Column.NAME, Column.PHONE, Column.EMAIL,
)  # fmt: skip
_EXAMPLE: Final[dict[Language, tuple[str, ...]]] = {
    "sv": ("EXEMPEL-1", "2026-11-23", "14:05", "Inre hamnen, Köping", "Exempel, ta bort raden: två ungdomar klottrar på toaletten.",
           "Skadegörelse eller klotter", "59,5123", "15,9987", "Köping", "Kim Exempel", "070-174 06 05", "kim@exempel.se"),
    "en": ("EXAMPLE-1", "2026-11-23", "14:05", "Inre hamnen, Köping", "An example, remove this row: graffiti on the lavatory.",
           "Vandalism or graffiti", "59.5123", "15.9987", "Köping", "Kim Exempel", "070-174 06 05", "kim@exempel.se"),
}  # fmt: skip
_WIDTHS: Final = {Column.TEXT: 60, Column.PLACE: 28, Column.CATEGORY: 26, Column.EMAIL: 24, Column.NAME: 20}


def headings(language: Language) -> list[str]:
    return [NAMES[column][0 if language == "sv" else 1] for column in _COLUMNS]


def csv_template(language: Language) -> bytes:
    """With the mark that makes Excel read it as UTF-8, and the separator that Excel in that language expects."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if language == "sv" else ",")
    writer.writerows([headings(language), _EXAMPLE[language]])
    return text.getvalue().encode("utf-8-sig")


def xlsx_template(language: Language) -> bytes:
    """Every cell is text, so that telephone numbers keep their zero and dates are not turned round."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Rapporter" if language == "sv" else "Reports"
    page.append(headings(language))
    page.append(list(_EXAMPLE[language]))
    for position, column in enumerate(_COLUMNS, 1):
        letter = get_column_letter(position)
        page.column_dimensions[letter].width = _WIDTHS.get(column, 15)
        page.column_dimensions[letter].number_format = "@"
        page[f"{letter}1"].font = Font(bold=True)
        page[f"{letter}2"].number_format = "@"
    page.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
