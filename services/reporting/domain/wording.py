"""Words for counts: categories in the plural, numbers with a thin space, times as people write them."""

from datetime import datetime
from typing import Final

from services.reporting.domain.periods import LOCAL
from shared.categories import CategoryCode as C

# Where the label itself can't be counted ("trafik", "narkotika") the plural says what is: the incidents.
_PLURALS: Final[dict[C, tuple[str, str]]] = {
    C.FIRE: ("bränder", "fires"),
    C.EXPLOSION_SHOOTING: ("explosioner eller skottlossningar", "explosions or shootings"),
    C.WEAPONS: ("vapenhändelser", "weapons incidents"),
    C.VIOLENCE: ("våldshändelser", "violent incidents"),
    C.ROBBERY: ("rån", "robberies"),
    C.THREAT: ("hot eller ofredanden", "threats or harassments"),
    C.SEXUAL_OFFENCE: ("sexualbrott", "sexual offences"),
    C.BURGLARY: ("inbrott", "burglaries"),
    C.THEFT: ("stölder", "thefts"),
    C.FRAUD: ("bedrägerier", "frauds"),
    C.VANDALISM: ("fall av skadegörelse", "cases of vandalism"),
    C.DRUGS: ("narkotikahändelser", "drug incidents"),
    C.DISORDER: ("ordningsstörningar", "public disorders"),
    C.YOUTH_GATHERING: ("stökiga samlingar av ungdomar", "rowdy youth gatherings"),
    C.TRAFFIC: ("trafikhändelser", "traffic incidents"),
    C.MISSING_PERSON: ("försvunna personer", "missing persons"),
    C.CHILD_CONCERN: ("fall av oro för barn", "concerns for children"),
    C.VULNERABLE_ADULT: ("fall av oro för vuxna", "concerns for adults"),
    C.SCHOOL_INCIDENT: ("händelser i skolan", "school incidents"),
    C.ACCIDENT: ("olyckor", "accidents"),
    C.SUSPICIOUS: ("misstänkta personer eller fordon", "suspicious persons or vehicles"),
    C.UNSAFE_PLACE: ("otrygga platser", "unsafe places"),
    C.ENVIRONMENT: ("miljöhändelser", "environmental incidents"),
    C.ANIMAL: ("djurhändelser", "animal incidents"),
    C.RUMOUR: ("rykten", "rumours"),
    C.DEATH: ("anträffade döda", "persons found dead"),
    C.OTHER: ("övriga händelser", "other incidents"),
}
MONTHS_SV: Final = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
THIN_SPACE: Final = "\u202f"


def plural_sv(category: C) -> str:
    return _PLURALS[category][0]


def plural_en(category: C) -> str:
    return _PLURALS[category][1]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def number_sv(value: int) -> str:
    return f"{value:,}".replace(",", THIN_SPACE)


def day_sv(at: datetime) -> str:
    """`23 november 2026`, by the clock in Sweden."""
    local = at.astimezone(LOCAL)
    return f"{local.day} {MONTHS_SV[local.month - 1]} {local.year}"


def minute_sv(at: datetime) -> str:
    """`23 november 2026 kl. 14.05`, by the clock in Sweden."""
    return f"{day_sv(at)} kl. {at.astimezone(LOCAL):%H.%M}"
