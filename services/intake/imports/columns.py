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
    RECORDED_AT = "recorded_at"
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
    Column.TEXT: ("Beskrivning", "Text", "händelse", "händelsebeskrivning", "beskrivning av händelsen", "vad har hänt", "vad hände",
                  "vad har inträffat", "händelseförlopp", "rapport", "rapporttext", "ärendebeskrivning", "ärendetext", "fritext",
                  "meddelande", "iakttagelse", "observation", "noteringar", "notering", "anteckning", "anteckningar", "avvikelse",
                  "kommentar", "description", "what happened", "event description", "message", "details", "report", "narrative",
                  "observation text", "notes", "remarks", "comment", "comments"),
    Column.PLACE: ("Plats", "Place", "adress", "gatuadress", "platsbeskrivning", "platsangivelse", "var", "var hände det", "område",
                   "objekt", "objektsnamn", "fastighet", "händelseplats", "brottsplats", "skola", "place_text", "location", "address",
                   "street address", "where", "site", "area", "object"),
    Column.LAT: ("Latitud", "Latitude", "lat", "wgs84 lat", "wgs84 latitud", "latitude wgs84", "breddgrad"),
    Column.LON: ("Longitud", "Longitude", "lon", "long", "lng", "wgs84 lon", "wgs84 longitud", "longitude wgs84", "längdgrad"),
    Column.POINT: ("Koordinater", "Coordinates", "koordinat", "position", "gps", "gps position", "lat lon", "lat long", "latlon",
                   "punkt", "point", "coords"),
    Column.NORTH: ("SWEREF 99 TM N", "Northing", "N", "north", "nord", "sweref n", "sweref99 n", "sweref99tm nord", "n sweref 99 tm"),
    Column.EAST: ("SWEREF 99 TM E", "Easting", "E", "east", "öst", "ost", "sweref e", "sweref99 e", "sweref99tm öst", "e sweref 99 tm"),
    Column.ACCURACY: ("Osäkerhet m", "Accuracy m", "accuracy_m", "noggrannhet", "noggrannhet m", "osäkerhet", "accuracy"),
    Column.OCCURRED_AT: ("Tidpunkt", "Occurred at", "occurred_at", "datum och tid", "datum tid", "datum/klockslag", "datum kl",
                         "datum och klockslag", "tid och datum", "inträffade", "inträffat", "inträffad", "inträffade den",
                         "när", "när hände det", "när inträffade det", "när skedde det", "händelsetid", "händelsetidpunkt",
                         "tidpunkt för händelsen", "brottstid", "starttidpunkt", "datetime", "date and time", "date time",
                         "date/time of event", "when", "when did it happen", "timestamp", "event time", "incident time",
                         "incident date and time", "time of event", "occurred", "occurred on", "happened at"),
    Column.RECORDED_AT: ("Registrerad", "Recorded at", "registrerat", "registreringsdatum", "registreringstid", "registrerad datum",
                         "inkom", "inkommen", "inkommet", "inkom datum", "ankomstdatum", "skapad", "skapat", "skapad datum",
                         "skapades", "rapporterad", "rapporterat", "rapportdatum", "rapporteringsdatum", "anmäld", "anmält",
                         "anmälningsdatum", "anmäld datum", "upprättad", "created", "created at", "created on", "date created",
                         "creation date", "reported", "reported at", "reported on", "date reported", "report date", "received",
                         "received at", "registered", "registered at", "submitted", "submitted at", "logged at", "entered at"),
    Column.DATE: ("Datum", "Date", "dag", "händelsedatum", "händelsedag", "datum för händelsen", "inträffat datum", "startdatum",
                  "brottsdatum", "ronddatum", "passdatum", "day", "event date", "incident date", "date of event", "start date",
                  "date occurred"),
    Column.TIME: ("Tid", "Time", "klockslag", "kl", "klockan", "tid på dagen", "tid för händelsen", "starttid", "time of day",
                  "start time", "clock"),
    Column.CATEGORY: ("Kategori", "Category", "typ", "händelsetyp", "typ av händelse", "händelsekategori", "ärendetyp", "rubricering",
                      "brottstyp", "avvikelsetyp", "type", "event type", "incident type", "kind"),
    Column.MUNICIPALITY: ("Kommun", "Municipality", "kommunkod", "kommunnamn", "municipality code"),
    Column.NAME: ("Rapportör", "Reporter", "namn", "rapporterad av", "rapporterat av", "inrapportör", "anmälare", "uppgiftslämnare",
                  "väktare", "ordningsvakt", "kontakt", "kontaktperson", "name", "reported by", "contact", "guard"),
    Column.PHONE: ("Telefon", "Phone", "telefonnummer", "tel", "tfn", "mobil", "mobiltelefon", "mobilnummer", "phone number",
                   "telephone", "mobile"),
    Column.EMAIL: ("E-post", "E-mail", "epostadress", "e-postadress", "mejl", "mejladress", "mail", "mailadress", "email address"),
    Column.EXTERNAL_ID: ("Ärende-id", "External id", "external_id", "ärendenummer", "ärendenr", "ärende nr", "ärende", "id",
                         "händelse-id", "händelsenummer", "diarienummer", "diarienr", "dnr", "referens", "referensnummer",
                         "löpnummer", "rapportnummer", "rapport-id", "case id", "case number", "event id", "incident id",
                         "incident number", "report id", "reference", "ref"),
    Column.LANGUAGE: ("Språk", "Language", "lang"),
    Column.SOURCE: ("Källa", "Source"),
}  # fmt: skip


# Such a heading gives way to another one of the same column; it then stands among those that are not read.
_FAINT: Final[Mapping[Column, frozenset[str]]] = {
    Column.TEXT: frozenset({
        "händelse", "rapport", "meddelande", "noteringar", "notering", "anteckning", "anteckningar", "avvikelse", "kommentar",
        "observation", "report", "message", "details", "notes", "remarks", "comment", "comments", "fritext",
    }),
    Column.PLACE: frozenset({"område", "objekt", "objektsnamn", "fastighet", "skola", "site", "area", "object", "var", "where"}),
    Column.NAME: frozenset({"väktare", "ordningsvakt", "guard", "kontakt", "contact", "namn", "name"}),
    Column.EXTERNAL_ID: frozenset({"id", "ärende", "ref", "referens", "reference", "löpnummer"}),
    Column.CATEGORY: frozenset({"typ", "type", "kind"}),
    Column.RECORDED_AT: frozenset(NAMES[Column.RECORDED_AT]),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """`at`: where each column stands; `headings`: as they are written; `unused`: those that nothing is read from. `notes`: what
    was taken for something that it does not quite say.
    """

    at: Mapping[Column, int]
    headings: Sequence[str]
    unused: Sequence[str]
    notes: Sequence[str] = ()

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
        if column is None or (column in at and _is_faint(column, heading)):
            continue
        if column in at and not _is_faint(column, headings[at[column]]):
            raise Unreadable(
                f"The columns {headings[at[column]]!r} and {heading!r} are both {column}: leave one out with "
                f'--map "{heading}={IGNORE}", or say what it is.'
            )
        at[column] = position
    notes = _with_a_time(at, headings)
    _check(at, headings)
    used = set(at.values())
    unused = [heading for position, heading in enumerate(headings) if position not in used and heading]
    return Columns(at, headings, unused, notes)


def _is_faint(column: Column, heading: str) -> bool:
    return _plain(heading) in {_plain(name) for name in _FAINT.get(column, ())}


def is_heading(headings: Sequence[str], said: Mapping[str, str]) -> bool:
    """Whether these are the headings of a table: the text's, and another one."""
    fields = {recognised(said.get(heading, heading)) for heading in headings} - {None}
    return Column.TEXT in fields and len(fields) > 1


def _with_a_time(at: dict[Column, int], headings: Sequence[str]) -> list[str]:
    """Where no column says when it happened, the one that says when it was written down is nearest."""
    for stands_in in (Column.RECORDED_AT, Column.TIME):
        position = at.get(stands_in)
        if position is not None and Column.OCCURRED_AT not in at and Column.DATE not in at:
            at[Column.OCCURRED_AT] = at.pop(stands_in)
            if stands_in is Column.RECORDED_AT:
                return [f"When it happened is taken from {headings[position]!r}: no column says more."]
    at.pop(Column.RECORDED_AT, None)
    return []


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
            f'--map "{next((each for each in headings if each), "Notes")}=text", or in which row the headings stand, with '
            "--header-row."
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


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _by_name() -> Mapping[str, Column]:
    return {_plain(name): column for column, names in NAMES.items() for name in (*names, column)}
