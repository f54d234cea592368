"""Which column holds what, by its heading in Swedish or English or by what a person says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from services.intake.imports.table import Unreadable

IGNORE: Final = "ignore"


class Column(StrEnum):
    TEXT = "text"
    PLACE = "place"
    LAT = "lat"
    LON = "lon"
    POINT = "point"
    NORTH = "north"
    EAST = "east"
    ACCURACY = "accuracy_m"
    OCCURRED_AT = "occurred_at"
    DATE = "date"
    TIME = "time"
    CATEGORY = "category"
    MUNICIPALITY = "municipality"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    EXTERNAL_ID = "external_id"
    LANGUAGE = "language"
    SOURCE = "source"


# The first name is the heading of the Swedish template, the second of the English one.
NAMES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.TEXT: ("Beskrivning", "Text", "händelse", "händelsebeskrivning", "vad har hänt", "vad hände", "rapport", "rapporttext",
                  "meddelande", "iakttagelse", "description", "what happened", "message", "details", "report"),
    Column.PLACE: ("Plats", "Place", "adress", "platsbeskrivning", "var", "område", "objekt", "place_text", "location", "address",
                   "where"),
    Column.LAT: ("Latitud", "Latitude", "lat", "wgs84 lat", "wgs84 latitud"),
    Column.LON: ("Longitud", "Longitude", "lon", "long", "lng", "wgs84 lon", "wgs84 longitud"),
    Column.POINT: ("Koordinater", "Coordinates", "position", "gps", "lat lon", "latlon", "punkt", "point"),
    Column.NORTH: ("SWEREF 99 TM N", "Northing", "N", "north", "nord", "sweref n", "sweref99 n", "sweref99tm nord", "n sweref 99 tm"),
    Column.EAST: ("SWEREF 99 TM E", "Easting", "E", "east", "öst", "ost", "sweref e", "sweref99 e", "sweref99tm öst", "e sweref 99 tm"),
    Column.ACCURACY: ("Osäkerhet m", "Accuracy m", "accuracy_m", "noggrannhet", "noggrannhet m", "osäkerhet", "accuracy"),
    Column.OCCURRED_AT: ("Tidpunkt", "Occurred at", "occurred_at", "datum och tid", "datum tid", "datumtid", "inträffade", "inträffat",
                         "när", "händelsetid", "händelsetidpunkt", "datetime", "date and time", "date time", "when", "timestamp"),
    Column.DATE: ("Datum", "Date", "dag", "händelsedatum", "day"),
    Column.TIME: ("Tid", "Time", "klockslag", "kl", "klockan", "tid på dagen", "time of day"),
    Column.CATEGORY: ("Kategori", "Category", "typ", "händelsetyp", "ärendetyp", "type"),
    Column.MUNICIPALITY: ("Kommun", "Municipality", "kommunkod", "municipality code"),
    Column.NAME: ("Rapportör", "Reporter", "namn", "rapporterad av", "inrapportör", "anmälare", "kontakt", "kontaktperson", "name",
                  "reported by", "contact"),
    Column.PHONE: ("Telefon", "Phone", "telefonnummer", "tel", "mobil", "mobilnummer", "phone number", "telephone", "mobile"),
    Column.EMAIL: ("E-post", "E-mail", "epostadress", "e-postadress", "mejl", "mail", "email address"),
    Column.EXTERNAL_ID: ("Ärende-id", "External id", "external_id", "ärendenummer", "ärendenr", "ärende", "id", "diarienummer",
                         "diarienr", "referens", "löpnummer", "case id", "case number", "reference", "ref"),
    Column.LANGUAGE: ("Språk", "Language", "lang"),
    Column.SOURCE: ("Källa", "Source"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """`at`: where each column stands; `headings`: as they are written; `unused`: those that nothing is read from."""

    at: Mapping[Column, int]
    headings: Sequence[str]
    unused: Sequence[str]

    def heading(self, column: Column | None) -> str:
        return self.headings[self.at[column]] if column and column in self.at else ""


def recognised(heading: str) -> Column | None:
    """`Datum (åååå-mm-dd)` is `Datum`, too."""
    known = _by_name()
    whole = known.get(_plain(heading))
    return whole or known.get(_plain(re.sub(r"[(\[].*", "", heading)))


def find_columns(headings: Sequence[str], said: Mapping[str, str]) -> Columns:
    """`said`: heading → column's name or `ignore`. Raises `Unreadable`."""
    wanted = _wanted(headings, said)
    at: dict[Column, int] = {}
    for position, heading in enumerate(headings):
        column = wanted[_plain(heading)] if _plain(heading) in wanted else recognised(heading)
        if column is None:
            continue
        if column in at:
            raise Unreadable(
                f"The columns {headings[at[column]]!r} and {heading!r} are both {column}: leave one out with "
                f'--map "{heading}={IGNORE}", or say what it is.'
            )
        at[column] = position
    _check(at, headings)
    used = set(at.values())
    unused = [heading for position, heading in enumerate(headings) if position not in used and heading]
    return Columns(at, headings, unused)


def _wanted(headings: Sequence[str], said: Mapping[str, str]) -> dict[str, Column | None]:
    wanted: dict[str, Column | None] = {}
    for heading, name in said.items():
        if _plain(heading) not in map(_plain, headings):
            raise Unreadable(
                f"There is no column {heading!r} to map. The file has: {', '.join(filter(None, headings))}."
            )
        column = None if name.strip().casefold() == IGNORE else recognised(name)
        if column is None and name.strip().casefold() != IGNORE:
            raise Unreadable(f"{name!r} is nothing a column can hold: {', '.join(Column)} or {IGNORE}.")
        wanted[_plain(heading)] = column
    return wanted


def _check(at: Mapping[Column, int], headings: Sequence[str]) -> None:
    shown = ", ".join(heading[:60] for heading in headings[:30] if heading) or "none"
    if Column.TEXT not in at:
        raise Unreadable(
            f"No column is known as the report's text. Its headings are: {shown}. Say which one it is, for example "
            f'--map "{next((each for each in headings if each), "Notes")}=text".'
        )
    for one, other in ((Column.LAT, Column.LON), (Column.NORTH, Column.EAST)):
        if (one in at) != (other in at):
            raise Unreadable(f"{one} and {other} belong together, and only one of them is among: {shown}.")
    ways = [each for each in (Column.LAT, Column.POINT, Column.NORTH) if each in at]
    if len(ways) > 1:
        raise Unreadable(
            f"The position is there in {len(ways)} ways ({' and '.join(headings[at[each]] for each in ways)}): leave out all "
            f'but one, with --map "{headings[at[ways[-1]]]}={IGNORE}".'
        )
    if Column.TIME in at and Column.DATE not in at and Column.OCCURRED_AT not in at:
        raise Unreadable(f"There is a time of day ({headings[at[Column.TIME]]}) and no date among: {shown}.")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _by_name() -> Mapping[str, Column]:
    return {_plain(name): column for column, names in NAMES.items() for name in (*names, column)}
