"""What agencies read, in Swedish."""

from typing import Final

from shared.categories import CategoryCode, load_categories
from shared.events import Agency, Severity

AGENCY_SV: Final = {
    Agency.POLICE: "polisen",
    Agency.RESCUE: "räddningstjänsten",
    Agency.SOCIAL: "socialtjänsten",
    Agency.SCHOOL: "skolan",
    Agency.CARE: "vård och omsorg",
    Agency.SECURITY: "säkerhetsavdelningen",
    Agency.GUARDS: "väktarna",
}
SEVERITY_SV: Final = {
    Severity.MINOR: "mindre",
    Severity.MODERATE: "måttlig",
    Severity.SERIOUS: "allvarlig",
    Severity.CRITICAL: "kritisk",
}
DEFAULT_RULE: Final = "förval för kategorin"
CRITICAL_RULE: Final = "kritiskt når alltid polis och säkerhetsavdelning"
CRITICAL_REASON: Final = "Allvarlighetsgrad 4 aviseras alltid till polisen och säkerhetsavdelningen."
TEXT_WITHHELD: Final = "Rapportens text delas inte med er i ärenden av detta slag."
WITHDRAWN: Final = "Rättelse: händelsen har bedömts om och rör inte längre er."
TAKEN_BACK: Final = "Återtagen: den som rapporterade har tagit tillbaka sina uppgifter. Har ni redan agerat, bedöm själva vad som återstår."
TEXT_GONE: Final = "Uppgifterna är gallrade: de är återtagna, eller deras tid är ute."
QUOTING_NOTHING: Final = (TEXT_WITHHELD, WITHDRAWN, TAKEN_BACK, TEXT_GONE)
SEEN_NOW: Final = "Uppgiften är inte längre bara hörsägen."
AGAIN: Final = "Händelsen rör er åter efter en ny bedömning."


def label_sv(category: CategoryCode) -> str:
    return load_categories()[category].sv


def default_reason(category: CategoryCode, agency: Agency) -> str:
    return f"{label_sv(category)} aviseras till {AGENCY_SV[agency]}."


def severity_raised(before: Severity, now: Severity) -> str:
    return f"Allvarlighetsgraden har höjts från {before:d} ({SEVERITY_SV[before]}) till {now:d} ({SEVERITY_SV[now]})."


def severity_lowered(before: Severity, now: Severity) -> str:
    return f"Allvarlighetsgraden har sänkts från {before:d} ({SEVERITY_SV[before]}) till {now:d} ({SEVERITY_SV[now]})."


def moved(place: str | None) -> str:
    return f"Platsen är nu {place}." if place else "Platsen är en annan än den som angavs."


def recategorised(before: CategoryCode, now: CategoryCode) -> str:
    return f"Händelsen har bedömts om från {label_sv(before).lower()} till {label_sv(now).lower()}."


def quiet_until(seconds: float) -> str:
    return f"Aviserades nyss; nya uppgifter samlas i {seconds:.0f} s innan nästa."
