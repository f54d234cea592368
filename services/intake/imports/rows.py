"""From a row of cells to a report as intake's API takes it, by the API's own rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias, TypeVar

import orjson
from pydantic import ValidationError

from services.intake.domain.acceptance import CLOCK_SKEW, OLDEST
from services.intake.domain.credentials import LASTING
from services.intake.domain.submission import Submission, refused
from services.intake.imports.columns import Column, Columns
from services.intake.imports.faults import BadValue, Fault
from services.intake.imports.moments import Told, moment, read_clock, read_moment
from services.intake.imports.places import from_sweref, in_sweden, read_number, read_pair
from services.intake.imports.table import BadCell, Cell, Row
from services.intake.imports.words import (
    read_category,
    read_line,
    read_municipality,
    read_phone,
    read_source,
    read_words,
)
from shared.categories import CategoryCode
from shared.events import Source

_T = TypeVar("_T")
# What a row without a date counts as: happening now, the date of the row above, or a day. None: it is bad, for an old event must
# not become one of today.
Undated: TypeAlias = Literal["now", "above"] | date | None
# Who told it, and in which language they read, don't make it another report; intake keeps municipalities apart itself.
_IDENTITY: Final = ("text", "place_text", "lat", "lon", "occurred_at", "category")
_COLUMN_OF: Final = {
    "text": Column.TEXT,
    "place_text": Column.PLACE,
    "lat": Column.LAT,
    "lon": Column.LON,
    "accuracy_m": Column.ACCURACY,
    "municipality": Column.MUNICIPALITY,
    "occurred_at": Column.OCCURRED_AT,
    "category": Column.CATEGORY,
    "contact/name": Column.NAME,
    "contact/email": Column.EMAIL,
    "contact/phone": Column.PHONE,
    "language": Column.LANGUAGE,
    "external_id": Column.EXTERNAL_ID,
}
EXAMPLES: Final = frozenset({"EXEMPEL-1", "EXAMPLE-1"})
_REMEDIES: Final = {"missing": "write something, or remove the row", "too_long": "shorten it"}


@dataclass(frozen=True, slots=True)
class Rules:
    """`system`: whose identifiers these are; two systems may use the same ones. `categories`: in lower case → code.
    `unknown_categories`: rows with one are taken without it.
    """

    source: Source
    now: datetime
    municipality: str | None = None
    system: str = ""
    categories: Mapping[str, CategoryCode] = field(default_factory=dict)
    undated: Undated = None
    unknown_categories: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """`key`: the same for the same report, wherever it stands and whatever its file is called."""

    row: int
    key: str
    body: Mapping[str, Any]
    when: "When"
    unknown_category: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """`is_noon`: that stands for a time of day that was not told. `is_undated`: `at` is none of the row's own."""

    at: datetime | None = None
    is_noon: bool = False
    is_undated: bool = False


class RowReader:
    """Reads one row after the other by the same columns and rules."""

    def __init__(self, columns: Columns, rules: Rules) -> None:
        self._columns, self._rules = columns, rules
        self._above: Told | None = None

    def read(self, row: Row) -> Prepared | list[Fault]:
        cells = _Cells(row, self._columns)
        when = self._when(cells)
        body = self._body(cells, when.at)
        if beyond := [cell for cell in row.cells[len(self._columns.headings) :] if cell not in (None, "")]:
            cells.note(
                None,
                f"it has {len(beyond)} cells more than there are headings",
                "put quotation marks around a cell that holds the separator",
            )
        if body.get("external_id") in EXAMPLES:
            cells.note(Column.EXTERNAL_ID, "this is the template's example", "remove the row")
        faults = cells.faults or self._against_the_api(row, body)
        unknown = cells.holds(Column.CATEGORY) and "category" not in body
        return faults or Prepared(row.number, self._key(body), body, when, unknown)

    def _body(self, cells: "_Cells", at: datetime | None) -> dict[str, Any]:
        lat, lon = _position(cells)
        contact = {
            "name": cells.get(Column.NAME, read_line),
            "email": cells.get(Column.EMAIL, read_line),
            "phone": cells.get(Column.PHONE, read_phone),
        }
        source = cells.get(Column.SOURCE, read_source)
        if source is not None and source is not self._rules.source:
            cells.note(
                Column.SOURCE,
                f"the row is from {source}, and this import is of {self._rules.source}",
                f"import these rows apart, with --source {source}: what was discovered and what was reported never mix",
            )
        body = {
            "text": cells.get(Column.TEXT, read_words),
            "place_text": cells.get(Column.PLACE, read_line),
            "lat": lat,
            "lon": lon,
            "accuracy_m": cells.get(Column.ACCURACY, read_number) if lat is not None else None,
            "municipality": cells.get(Column.MUNICIPALITY, read_municipality) or self._rules.municipality,
            "occurred_at": None if at is None else at.isoformat(),
            "category": cells.get(Column.CATEGORY, self._category),
            "contact": {name: value for name, value in contact.items() if value} or None,
            "language": cells.get(Column.LANGUAGE, read_line),
            "external_id": cells.get(Column.EXTERNAL_ID, read_line),
        }
        return {name: value for name, value in body.items() if value is not None}

    def _category(self, cell: Cell) -> CategoryCode | None:
        """Raises `BadValue`."""
        try:
            return read_category(cell, self._rules.categories)
        except BadValue:
            if self._rules.unknown_categories:
                return None
            raise

    def _when(self, cells: "_Cells") -> When:
        column = Column.OCCURRED_AT if cells.holds(Column.OCCURRED_AT) else Column.DATE
        told, clock = cells.get(column, read_moment), cells.get(Column.TIME, read_clock)
        is_undated = not cells.holds(column)
        if is_undated:
            told = self._of_undated(cells)
        elif told is not None:
            self._above = told
        if told is None:
            return When(is_undated=is_undated)
        at = cells.try_(column, lambda: moment(told, clock))
        if at is None:
            return When()
        if at > self._rules.now + CLOCK_SKEW:
            cells.note(column, "it lies in the future", "correct the date")
        elif at < self._rules.now - OLDEST:
            cells.note(column, "it is more than ten years ago", "remove the row: older reports are not taken")
        return When(at, is_noon=clock is None and told.clock is None, is_undated=is_undated)

    def _of_undated(self, cells: "_Cells") -> Told | None:
        """None when it counts as now, or is bad."""
        rule, column = self._rules.undated, cells.heading_of_time
        if isinstance(rule, date):
            return Told(rule, None)
        if rule == "above" and self._above is not None:
            return Told(self._above.day, None, self._above.zone)
        if cells.holds(Column.TIME):
            cells.note(Column.TIME, "there is a time of day and no date", "write the date too")
        elif rule != "now":
            cells.note(
                column,
                "it does not say when it happened",
                "write the date, or say --undated now or --undated 2026-11-23",
            )
        return None

    def _against_the_api(self, row: Row, body: Mapping[str, Any]) -> list[Fault]:
        try:
            Submission.model_validate_json(orjson.dumps(body))
        except ValidationError as error:
            return [self._fault(row, each.field, each.code, each.detail) for each in refused(error).errors]
        return []

    def _fault(self, row: Row, name: str, code: str, detail: str) -> Fault:
        heading = self._columns.heading(_COLUMN_OF.get(name)) or name
        what = "it says nothing" if code == "missing" else detail
        return Fault(row.number, heading, what, _REMEDIES.get(code, "correct it, or leave it empty"))

    def _key(self, body: Mapping[str, Any]) -> str:
        told = body.get("external_id")
        identity = (
            {"system": self._rules.system, "id": told}
            if told
            else {name: body[name] for name in _IDENTITY if name in body}
        )
        return LASTING + sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()


class _Cells:
    """The cells of one row by column, and what was found wrong with them."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self._row, self._columns = row, columns
        self.faults: list[Fault] = []

    def note(self, column: Column | None, what: str, remedy: str) -> None:
        self.faults.append(Fault(self._row.number, self._columns.heading(column), what, remedy))

    @property
    def heading_of_time(self) -> Column | None:
        at = self._columns.at
        return next((each for each in (Column.OCCURRED_AT, Column.DATE) if each in at), None)

    def holds(self, column: Column) -> bool:
        return self._cell(column) is not None

    def get(self, column: Column, read: Callable[[Cell], _T | None]) -> _T | None:
        """None when there is nothing, or nothing that can be read; that is noted."""
        cell = self._cell(column)
        if cell is None:
            return None
        if isinstance(cell, BadCell):
            self.note(
                column, f"its formula gives {cell.shown[:20]}", "mend the formula, or write the value instead"
            )
            return None
        return self.try_(column, lambda: read(cell))

    def try_(self, column: Column, read: Callable[[], _T | None]) -> _T | None:
        try:
            return read()
        except BadValue as bad:
            self.note(column, bad.what, bad.remedy)
            return None

    def _cell(self, column: Column) -> Cell | BadCell:
        at = self._columns.at.get(column)
        cell = None if at is None or at >= len(self._row.cells) else self._row.cells[at]
        return None if isinstance(cell, str) and not cell.strip() else cell


def _position(cells: _Cells) -> tuple[float | None, float | None]:
    if cells.holds(Column.POINT):
        return cells.get(Column.POINT, read_pair) or (None, None)
    for one, other, read in (
        (Column.LAT, Column.LON, in_sweden),
        (Column.NORTH, Column.EAST, from_sweref),
    ):
        first, second = cells.get(one, read_number), cells.get(other, read_number)
        if first is not None and second is not None:
            return cells.try_(one, partial(read, first, second)) or (None, None)
        if cells.holds(one) != cells.holds(other):
            cells.note(
                one if cells.holds(other) else other,
                "half of the position is missing",
                "write both, or neither",
            )
    return None, None
