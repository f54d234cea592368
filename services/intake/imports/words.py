"""Cells that hold words: what is said, codes and labels, telephone numbers."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Final
from unicodedata import normalize

from services.intake.imports.faults import BadValue
from services.intake.imports.table import Cell
from shared.categories import CategoryCode, load_categories
from shared.events import Source
from shared.geodata import municipality_code

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_SOURCES: Final = {
    Source.CITIZEN: ("medborgare", "allmänhet", "allmänheten", "invånare", "public"),
    Source.STAFF: ("personal", "medarbetare", "anställd", "kommunen"),
    Source.GUARD: ("väktare", "ordningsvakt", "ordningsvakter", "guards", "rondering", "security guard"),
    Source.IMPORT: ("system", "importerad", "imported"),
    Source.POLICE_OPEN_DATA: ("polisen", "police"),
}
# What guards' rounds and older systems call them, beside our own labels and the police's types.
_ALSO_CALLED: Final[Mapping[CategoryCode, tuple[str, ...]]] = {
    CategoryCode.FIRE: ("anlagd brand", "bränder", "container brinner", "rökutveckling"),
    CategoryCode.EXPLOSION_SHOOTING: ("sprängning", "skjutning", "skott", "shooting"),
    CategoryCode.WEAPONS: ("vapen", "kniv", "vapenbrott"),
    CategoryCode.VIOLENCE: ("misshandel", "slagsmål", "våldsbrott", "assault", "fight"),
    CategoryCode.THREAT: ("hot", "hot och våld", "ofredande", "trakasserier", "harassment", "threat"),
    CategoryCode.BURGLARY: ("inbrottsförsök", "inbrott/försök"),
    CategoryCode.THEFT: ("snatteri", "cykelstöld", "stölder"),
    CategoryCode.VANDALISM: (
        "klotter", "graffiti", "vandalism", "vandalisering", "skadegörelser", "glaskross", "åverkan", "sabotage",
    ),
    CategoryCode.DRUGS: ("droger", "knark", "narkotikahandel"),
    CategoryCode.DISORDER: (
        "ordningsstörningar", "ordningstörning", "störning", "störningar", "berusad person", "berusade personer", "disturbance",
    ),
    CategoryCode.YOUTH_GATHERING: ("ungdomar", "ungdomsgäng", "ungdomssamling", "stökiga ungdomar/gäng"),
    CategoryCode.TRAFFIC: ("trafikproblem", "buskörning", "mopedåkning", "felparkering", "parkering"),
    CategoryCode.MISSING_PERSON: ("försvunnen", "saknad person"),
    CategoryCode.CHILD_CONCERN: ("orosanmälan", "oro för barn", "oro för unga"),
    CategoryCode.SUSPICIOUS: ("misstänkt person", "misstänkt fordon", "misstänkt beteende"),
    CategoryCode.UNSAFE_PLACE: ("otrygghet", "otrygg", "belysning", "trasig belysning"),
    CategoryCode.ENVIRONMENT: ("nedskräpning", "dumpning", "miljö", "skräp", "littering"),
    CategoryCode.OTHER: ("annat", "övriga", "övrig"),
}  # fmt: skip
# Nearer than this, or nothing is suggested: a suggestion that is far-fetched costs more than none.
_CLOSE: Final = 0.75
_LONGEST_NAME: Final = 60
_SOURCE_BY_NAME: Final = {
    name: source for source, names in _SOURCES.items() for name in (*names, source.value)
}


def read_words(cell: Cell) -> str:
    """Raises `BadValue` for control characters."""
    text = normalize("NFC", _shown(cell)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(text):
        raise BadValue("it holds control characters", "type the cell anew, or save the file as UTF-8")
    return text


def read_line(cell: Cell) -> str:
    return " ".join(read_words(cell).split())


def read_category(cell: Cell, said: Mapping[str, CategoryCode]) -> CategoryCode:
    """A code or a label; `said`: what a person maps, in lower case. Raises `BadValue`."""
    name = read_line(cell).casefold()
    known = {**_category_names(), **said}
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1, cutoff=_CLOSE) if len(name) <= _LONGEST_NAME else []
    remedy = (
        f"did you mean {close[0]!r}"
        if close
        else "leave it empty, or write a code or label of docs/imports.md"
    )
    raise BadValue(
        "this category is not known",
        f"{remedy}; a mapping file translates a whole column, and --unknown-category ignore leaves unknown ones out",
    )


def read_municipality(cell: Cell) -> str:
    """Its code. Raises `BadValue`."""
    text = f"{cell:04.0f}" if isinstance(cell, int | float) else read_line(cell)
    code = municipality_code(text)
    if code is None:
        raise BadValue(
            "this municipality is not known", "write its name or its four digits, such as Köping or 1983"
        )
    return code


def read_source(cell: Cell) -> Source:
    """Raises `BadValue`."""
    source = _SOURCE_BY_NAME.get(read_line(cell).casefold())
    if source is None:
        raise BadValue(
            "this source is not known",
            'write guard, staff, import or citizen, or leave the column out with --map "…=ignore"',
        )
    return source


def read_phone(cell: Cell) -> str:
    """A spreadsheet takes the zero from the front of a number it thinks is one."""
    text = read_line(cell)
    return f"0{text}" if isinstance(cell, int | float) and re.fullmatch(r"[1-9]\d{6,9}", text) else text


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return (
        "" if cell is None else f"{cell.total_seconds():.0f} s" if isinstance(cell, timedelta) else str(cell)
    )


@cache
def _category_names() -> Mapping[str, CategoryCode]:
    """Our own labels go before what others call it."""
    categories = load_categories().values()
    others = {
        name.casefold().strip(): category.code
        for category in categories
        for name in (*category.police, *_ALSO_CALLED.get(category.code, ()))
    }
    own = {
        name.casefold(): category.code
        for category in categories
        for name in (category.code.value, category.code.value.replace("_", " "), category.en, category.sv)
    }
    return {**others, **own}
