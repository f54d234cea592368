"""Vehicle plates: Swedish ones (ABC123, ABC12D) by their shape, others where the text says that a plate follows."""

import re
from collections.abc import Iterator
from typing import Final

import re2

from shared.redaction.digits import is_other_number, is_things_number
from shared.redaction.spans import Reading, Span, before, holds_any

_SWEDISH_LETTERS: Final = re.compile(r"[A-HJ-PR-UW-Z]{3}", re.IGNORECASE)
"""Others may be misread, and count where a plate is spoken of."""
_LAST: Final = re.compile(r"\d\d[A-NP-Z\d](?!\w|[-/.,:]\d)", re.IGNORECASE)
_LAST_APART: Final = re.compile(r"\d\d [A-NP-Z](?!\w)|\d(?: \d\d|\d \d)(?!\w)")
"""Only in capitals, after the word for it."""
_MORE_DIGITS: Final = 4
_FIRST: Final = re.compile(r"(?<![^\W_])(?<!-)(?P<letters>[A-Z]{3})(?P<gap> {1,2}|-|\.|)$", re.IGNORECASE)
_UNIT: Final = re.compile(
    r" ?(?:volt|kv|watt|kw|ampere|meter|m2|kvm|km|cm|mm|kg|ton|liter|grader|db|hz|metres)\b",
    re.IGNORECASE,
)
"""Physical ones alone: "ABC 123 min grannes bil", "ABC 123 timmar i sträck"."""
_SPACED_LAST: Final = re.compile(r"\d \d [A-Z\d](?!\w)", re.IGNORECASE)
_SPACED: Final = re.compile(r"(?<![\w-])(?:[A-Z] ){3} ?\d \d [A-Z\d](?!\w| \d(?!\w))", re.IGNORECASE)
_PLATE_WORD: Final = re.compile(
    r"\b(?:reg|regnr|reg\.?\s?nr|\w*skylt\w*|plåt\w*|\w*bil|\w*bilen|car|van|plates?|registr\w*|volvo\w*|saab|audi|vw|"
    r"toyota|kia|ford|opel|skoda|mercedes|tesla|moped\w*|släp\w*|traktorn?|epa\w*)\b[.:]*\s*(?:(?:nr|nummer|är|var|is|was|med|with)\b[.:]*\s*){0,2}$",
    re.IGNORECASE,
)
PLATE_NAMES: Final = (
    r"(?:reg\.? ?(?:nr|nummer|skylt\w*)\.?|registrering(?:snum\w*|en)?|\w*skylt(?:en|ar|arna)?|plåtar(?:na)?|plåten|"
    r"(?:license |number )?plates?|registration(?: number| plate)?)"
)
_NAMED: Final = re.compile(rf"(?<!\w){PLATE_NAMES}[:=\s\"'(]{{1,3}}(?:(?:är|var|is|was|med|löd)\s)?")
_FOREIGN: Final = re.compile(
    r"(?=[A-ZÅÄÖ\d .-]{0,7}\d)(?=[\d -]{0,5}[A-ZÅÄÖ])[A-ZÅÄÖ\d]{1,4}(?:[ .-]?[A-ZÅÄÖ\d]{1,5}){1,2}(?![\wåäö])"
)
_LOOSE: Final = re.compile(
    r"(?P<letters>[A-Z][ .-]{0,3}[A-Z][ .-]{0,3}[A-Z])[ .-]{0,3}\d ?\d ?[A-Z\d](?!\w)", re.IGNORECASE
)
"""However it is spaced, right after the word for it."""
_CHOSEN: Final = re.compile(r"[A-ZÅÄÖ\d]{2,7}(?![\w])")
_SHORT_WORDS: Final = (
    "CLA CLS CLK SLK SLC SHA GLA GLB GLC GLE GLS GLK GTR TTR MAX ABB ALL AMG AND APR ART AUG AVD BKV BMW BOX BRF BUS CCM CDT CET CPU DAB DAF DEC DEN DET DHL DKK DNA DNR DOM DSC "
    "DVD EAN EKG EON EPA ETT EUR FAX FBK FEB FNS FOM FOR FRA FRI GAT GBP GLT GMT GPS GPU GTR GTX HAN HAR HBK HDR HEM HON "
    "HSB HUS HVB HVO ICD ISO JAN JUL JUN KAN KAP KLM KLO KMH KOD KRS KRW KTM KWH LAG LED LGH LOT LRF LSS MAJ MAL MAN "
    "MAR MED MEN MFF MKR MOB MON MPH NAV NCC NER NOK NOS NOV NRS NTF NUM NYA OBS OCH OCR OKT PAR PCB PCR PER PST PVC RAM "
    "REF ROD RPM RSK RTJ RTX RUM RUN SAK SAL SAS SAT SEB SEK SEP SEX SFS SJT SKF SMS SOS SOU SSD SSK STK STR SUN SVT "
    "TAG TEL THE THU TIB TKR TLF TNT TOM TPL TRE TUE TUL TVS TVT UFO UHF UPP USB USD UTC UTE UTM VHF VIA VID WED WGS "
)
_NOT_A_PLATE: Final = frozenset(_SHORT_WORDS.split())
_ORDINARY_WORDS: Final = (
    "VAR VIT VIA VID VEM VET BIL BLI MIN SIN DIN SIG MIG DIG TIO NIO HIT DIT FIN ICA SKI LIV HIM HIS ITS VIS INT "
    "ADR AGE AGO ALT ANG ANY APT ARE ARM ASK ATE ATT BAD BAK BAL BAR BAS BAY BEN BER BET BLA BOD BOK BOM BOR BOT BRA "
    "BRO BUR BUT BYN CAN CAR DAG DAM DAN DAY DEL DEM DOG DRA DRO DUE EDA ELD ENA END ENE ENS ERA ERT ETC FAR FAS FAT "
    "FEL FEM FEW FLY FOT FRE FRU FYR GAP GAS GBG GER GES GET GOD GOT GUL GUN GUY GYM HAD HAL HAS HAT HEL HEN HER HET "
    "HOK HOS HOT HOW HPL HUD HUR HYR JAG KAJ KAT KOK KOL KOM KON KOR KYL LAM LEK LER LET LOB LOG LOK LOW LPT LUT MAT "
    "MAX MER MET MOR MOT MUR NED NEJ NEW NOG NOR NOT NOW NYP OCK OFF OLD ONE ONS ONT ORD ORM ORO ORT OSS OST OUR OUT "
    "OWN PGA PKT POS PUB PUT RAD RAK RAN RAS REG REN ROP ROW RYD SAM SAW SAX SAY SEE SEN SER SES SET SHE SJU SKA SKE "
    "SKO SOL SOM SON STA SYN SYS TAK TAL TAR TAS TAX TBL TEN TER TFN TON TOO TOP TOR TRO TUR TWO TYP UGN UNG USE WAS "
    "WAY WHO YES YET YOU YTA YXA ZON "
)
_NO_SPACED_PLATE: Final = _NOT_A_PLATE | frozenset(_ORDINARY_WORDS.split())
"""Words before a number and a letter (“bor 12a”), which in small letters, or all in capitals, look like a plate."""


COUNTRIES: Final = (
    "norsk", "dansk", "finsk", "polsk", "tysk", "rysk", "litau", "lettisk", "estnisk", "estländsk", "lettländsk", "rumänsk", "bulgarisk",
    "ukrain", "vitrysk", "belarus", "brittisk", "engelsk", "fransk", "hollän", "holland", "nederlän", "belgisk", "spansk", "italien", "tjeck",
    "slovak", "ungersk", "serbisk", "kroatisk", "turkisk", "österrik", "schweiz", "portugis", "grekisk", "irländsk", "isländsk",
    "utländsk", "utlandsreg", "norweg", "danish", "finnish", "polish ", "polish-", "german", "russian", "lithuan", "latvian", "estonian",
    "romanian", "british", "english", "french", "dutch", "belgian", "spanish", "austrian", "swiss", "foreign",
)  # fmt: skip
_COUNTRY: Final = re2.compile("|".join(map(re2.escape, COUNTRIES)))
_MODELS_AND_UNITS: Final = "BMW DAF MAN KTM CLA CLS CLK SLK GLA GLB GLC GLE GLK GLS AMG GTR TGX TGS FH FM XC KM KL VW SEK EUR NOK DKK RV KR"
_NO_PLATES_ABROAD: Final = frozenset(_MODELS_AND_UNITS.split())
_VEHICLES: Final = (
    r"\w*(?:bil|bilen|buss|bussen|dragare|långtradare|trailer|släp|släpet|släpvagn|vagn|mc|motorcykel|moped|husvagn|taxi|traktor|"
    r"car|van|truck|lorry|bus|plates?|skylt|skyltar|registrerad|registrerade|registrerat|reg|registered|combi|kombi|suv|pickup|volvo|saab|"
    r"audi|bmw|vw|volkswagen|golf|passat|toyota|kia|ford|transit|opel|skoda|mercedes|sprinter|tesla|renault|peugeot|citroen|fiat|seat|"
    r"nissan|mazda|honda|hyundai|scania|man|daf|iveco)"
)
_VEHICLE_ABROAD: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(COUNTRIES)})[\w-]*(?:[ ,]{{1,2}}[\w-]+){{0,3}}?[ ,]{{0,2}}{_VEHICLES}(?!\w)"
    r"(?:[ ,]{1,2}(?:med|with|skylt|skyltar|skylten|plates?|nr|nummer|reg|regnr|en|a|i|av|märket|audi|volvo|bmw|opel|ford|tesla)\b\.?){0,3}"
    r"[ ,:(\"']{1,3}"
)
_ABROAD: Final = re.compile(
    r"(?=[A-Z\d -]{0,9}\d)(?:[A-Z]{1,3}(?:[ -][A-Z]{1,2})?[ -]?\d{1,5}(?:[ -]?\d{1,3})?[ -]?[A-Z]{0,3}|\d{2,4}[ -]?[A-Z]{2,3}(?:[ -]?\d{1,2})?"
    r"|[A-Z]{2}\d\d ?[A-Z]{3})(?![\wåäö])"
)


def vehicle_plates(reading: Reading) -> Iterator[Span]:
    text = reading.text
    lasts = [
        _LAST.match(text, start) or _LAST_APART.match(text, start)
        for start, end in reading.numbers
        if end - start < _MORE_DIGITS
    ]
    found = [span for last in lasts if last and (span := _plate_ending(text, last))]
    if len(reading.numbers) > 1 and _SPACED_LAST.search(text):
        found += [match.span() for match in _SPACED.finditer(text) if _is_spaced_plate(match)]
    after = 0
    for start, end in sorted(found):
        if start >= after:
            yield Span(start, end, "vehicle_plate")
            after = end


def named_plates(reading: Reading) -> Iterator[Span]:
    """Foreign and chosen plates ("FETBIL"), in capitals."""
    text, lower = reading.text, reading.lower
    if holds_any(lower, ("reg", "skylt", "plåt", "plate")):
        for name in _NAMED.finditer(lower):
            place = name.end()
            match = _loose(text, place) or _FOREIGN.match(text, place) or _CHOSEN.match(text, place)
            if match and not match.group().isdigit() and not (match.group().isalpha() and _is_shouted(text)):
                yield Span(*match.span(), "vehicle_plate")


def foreign_plates(reading: Reading) -> Iterator[Span]:
    """In capitals, after a vehicle of another country."""
    text, after = reading.text, 0
    if not _COUNTRY.search(reading.lower):
        return
    for vehicle in _VEHICLE_ABROAD.finditer(reading.lower):
        match = _ABROAD.match(text, vehicle.end())
        if match and match.start() >= after and _is_plate_abroad(text, match):
            yield Span(*match.span(), "vehicle_plate")
            after = match.end()


def _is_plate_abroad(text: str, match: re.Match[str]) -> bool:
    written = match.group()
    digits = "".join(filter(str.isdigit, written))
    letters: list[str] = re.findall("[A-Z]+", written)
    is_long = len(digits) + sum(map(len, letters)) > (4 if "-" in written else 5)
    is_unit = not written[0].isalpha() and len(letters[-1]) < 3 and len(letters) == 1
    is_year = len(digits) == 4 and digits[:2] in {"19", "20"}
    return is_long and not (is_unit or is_year or letters[0] in _NO_PLATES_ABROAD or _is_shouted(text))


def _loose(text: str, place: int) -> re.Match[str] | None:
    match = _LOOSE.match(text, place)
    if match is None:
        return None
    letters = re.sub(r"[ .-]", "", match["letters"])
    return None if letters.upper() in _NO_SPACED_PLATE and not letters.isupper() else match


def _plate_ending(text: str, last: re.Match[str]) -> tuple[int, int] | None:
    """Three letters and three digits apart are a plate in capitals alone; with a letter at the end in any case."""
    first = _FIRST.search(text, max(0, last.start() - 6), last.start())
    if first is None:
        return None
    is_named = _PLATE_WORD.search(before(text, first.start())) is not None
    if not is_named and (is_other_number(text, first.start()) or is_things_number(text, first.start())):
        return None
    if " " in last.group() and not (is_named and first["letters"].isupper()):
        return None
    if first["gap"] and not is_named and last.group().isdigit() and _UNIT.match(text, last.end()):
        return None
    return (first.start(), last.end()) if _is_plate(text, first, last.group()) else None


def _is_plate(text: str, first: re.Match[str], last: str) -> bool:
    letters, gap = first["letters"], first["gap"]
    context = before(text, first.start())
    is_named = _PLATE_WORD.search(context) is not None
    is_misread = is_named and (not gap or letters.isupper() or not last.isdigit())
    if not (is_misread or _SWEDISH_LETTERS.fullmatch(letters)):
        return False
    if letters.upper() in (_NO_SPACED_PLATE if gap else _NOT_A_PLATE):
        return is_named and letters.isupper() and letters not in _NOT_A_PLATE
    if not gap or is_named:
        return is_named or gap != "."
    if gap == ".":
        return False
    if letters.isupper() and not _is_shouted(text):
        return last != "112"
    return gap == "-" or not last.isdigit()


def _is_spaced_plate(match: re.Match[str]) -> bool:
    is_named = _PLATE_WORD.search(before(match.string, match.start())) is not None
    letters = match.group()[:5].replace(" ", "")
    return is_named or (match.group().isupper() and _SWEDISH_LETTERS.fullmatch(letters) is not None)


def _is_shouted(text: str) -> bool:
    return sum(map(str.isupper, text)) > sum(map(str.islower, text))
