"""The reasons people read, in Swedish."""

from typing import Final

from services.enrichment.geocoder.choose import describe
from services.enrichment.geocoder.mentions import Mention, Spelling
from services.enrichment.geocoder.place import Place
from services.enrichment.geocoder.resolve import Resolved
from services.enrichment.geocoder.roles import Role
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
    Role.OFFICE: "Texten nämner bara en myndighet där.",
}


def not_chosen(found: Resolved) -> str:
    """Why a named place is not the one where it happened."""
    return _NOT_CHOSEN.get(found.role, "Texten nämner platsen också; en annan passar bättre.")


def namesake(found: Resolved) -> str:
    return f"Samma namn, men {describe(found.place)} är troligast."


def contains() -> str:
    return "Den valda platsen ligger där."


def street_not_placed(place: Place) -> str:
    return f"Gatans läge är inte känt; punkten är mitten av {place.within}."


def letter_unknown(asked: str, known: str) -> str:
    return f"{asked} finns inte i adresslistan; punkten är nummer {known}."


def number_between(asked: str, low: str, high: str) -> str:
    return f"Nummer {asked} finns inte i adresslistan; punkten ligger mellan {low} och {high}."


def number_unknown(asked: str) -> str:
    return f"Nummer {asked} finns inte i adresslistan; punkten är gatans mitt."


def too_long(place: Place) -> str:
    reach_km = round(place.uncertainty_m / 1000)
    return f"{place.name} sträcker sig minst {reach_km} km åt varje håll; var på vägen sägs inte."


def negated(mention: Mention) -> str:
    preposition = "på" if any(place.is_street or place.is_road for place in mention.places) else "i"
    return f"Texten säger att det inte var {preposition} {mention.written}."


def several(count: int) -> str:
    return "Texten nämner en plats till." if count == 1 else f"Texten nämner {count} platser till."


def ambiguous(name: str, count: int) -> str:
    return f"Det finns {count} platser som heter {name}; texten avgör inte vilken."


def same_name(found: Resolved) -> str:
    return f"Fler platser heter så; {describe(found.place)} är troligast."


def together(count: int) -> str:
    return f"Det finns {count} platser med namnet på orten; punkten är en av dem, och cirkeln når alla."


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
