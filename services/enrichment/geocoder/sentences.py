"""The reasons people read, in Swedish."""

from typing import Final

from services.enrichment.geocoder.mentions import Mention, Role, Spelling
from services.enrichment.geocoder.resolve import Resolved, describe
from shared.geodata import municipality_name

PIN_WORDS: Final = "markerad på kartan"

_ROLES: Final = {
    Role.NEAR: "Texten säger i närheten av {name}.",
    Role.FROM: "Texten säger från {name}.",
    Role.TOWARDS: "Texten nämner bara riktningen mot {name}; platsen är osäker.",
    Role.LIVES: "Texten nämner bara {name} som hemort; platsen är osäker.",
    Role.BETWEEN: "Texten säger {name}; punkten är halvvägs.",
}


def chosen(found: Resolved) -> str:
    name = describe(found.place)
    if found.mention.spelling is Spelling.MISSPELT:
        return f"”{found.mention.written}” tolkas som {name}."
    return _ROLES.get(found.role, "Texten nämner {name}.").format(name=name)


_NOT_CHOSEN: Final = {
    Role.NEGATED: "Texten säger att det inte var där.",
    Role.ORIGIN: "Texten säger varifrån någon är, inte var det hände.",
    Role.LIVES: "Texten nämner platsen som hemort.",
    Role.TOWARDS: "Texten nämner bara riktningen dit.",
    Role.FROM: "Texten säger därifrån.",
}


def not_chosen(found: Resolved) -> str:
    """Why a named place is not the one where it happened."""
    return _NOT_CHOSEN.get(found.role, "Texten nämner platsen också; en annan passar bättre.")


def namesake(found: Resolved) -> str:
    return f"Samma namn, men den i {municipality_name(found.place.municipality)} är troligast."


def negated(mention: Mention) -> str:
    return f"Texten säger att det inte var i {mention.written}."


def several(count: int) -> str:
    return "Texten nämner en plats till." if count == 1 else f"Texten nämner {count} platser till."


def ambiguous(name: str, count: int) -> str:
    return f"Det finns {count} platser som heter {name}; texten avgör inte vilken."


def same_name(found: Resolved) -> str:
    municipality = municipality_name(found.place.municipality)
    return f"Fler platser heter {found.place.name}; den i {municipality} är troligast."


def unlisted(name: str) -> str:
    return f"{name} nämns, men läget finns inte i ortlistan."


def only_municipality(code: str) -> str:
    return f"Ingen plats kunde utläsas; bara kommunen är känd ({municipality_name(code)})."


def named_municipality(code: str) -> str:
    return f"Texten nämner kommunen {municipality_name(code)}, men ingen plats i den."


def nothing() -> str:
    return "Ingen plats kunde utläsas."


def outside(place: str, home: str) -> str:
    return f"Platsen ligger i {municipality_name(place)}, utanför {municipality_name(home)}."


def pinned(name: str | None, *, is_near: bool) -> str:
    if name is None:
        return "Platsen är markerad på kartan."
    return f"Platsen är markerad på kartan, {'nära' if is_near else 'i'} {name}."


def pin_decides() -> str:
    return "Den markerade punkten på kartan gäller."


def field_decides() -> str:
    return "Platsfältet gäller."


def contradicts_pin(name: str, away_km: float) -> str:
    return f"Texten säger {name}, {away_km:.0f} km från den markerade punkten; punkten gäller. Kontrollera platsen."


def pin_abroad() -> str:
    return "Den markerade punkten ligger utanför Sverige och används inte."


def from_field() -> str:
    return "Platsen är angiven i platsfältet."


def field_not_understood(written: str) -> str:
    return f"Platsfältet ”{written}” känns inte igen."


def contradicts_field(name: str, away_km: float) -> str:
    return f"Texten säger {name}, {away_km:.0f} km från platsen i platsfältet; platsfältet gäller. Kontrollera platsen."


def closer_in_text(name: str) -> str:
    return f"Texten preciserar platsfältet: {name}."
