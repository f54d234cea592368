"""Take out of free text what points at one person: personal numbers, phone numbers, e-mail addresses, vehicle plates.

Privacy first: a mistyped personal number or an unknown mobile range is taken out too. What people need to tell an event
stays: times, dates, prices, street numbers, postal codes, road numbers, case numbers.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import phonenumbers

MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "personal_number": "[personnummer]",
        "phone_number": "[telefonnummer]",
        "email": "[e-post]",
        "vehicle_plate": "[registreringsnummer]",
    }
)

_DASH = r"[-–—‐‑−]"
_DIGITS = re.compile(r"\d\D?\d")

_AT = r"(?:@|\s?[\[(](?:at|a|snabel-?a)[\])]\s?)"
_EMAIL = re.compile(rf"[\w.+-]+{_AT}[\w-]+(?:\.[\w-]+|\s?[\[(](?:dot|punkt)[\])]\s?\w+)+", re.IGNORECASE)

_PERSONAL = re.compile(
    rf"(?<![\w/])(?<!\d[.,:-])(?:(?P<century>19|20)[ .]?)?"
    rf"(?P<year>\d\d)(?P<gap>[ .]|{_DASH}|)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
    rf"(?:(?P<sign>\s?(?:{_DASH}|\+)\s?)|[\s.])?(?P<last>\d{{4}})(?![\w/])(?!{_DASH}\d)"
)
_SPREAD = re.compile(rf"(?<![\w/])(?<!\d[.,:-])[1-9](?:(?:[ .]|{_DASH})?\d){{9,11}}(?![\w/])(?!{_DASH}\d)")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_RECENT_YEARS: Final = range(15, 41)
"""Two-digit years in which a date with a clock time after it is likelier than somebody's birth."""

_PHONE = re.compile(
    r"(?<![\w@])(?<!\d[/.,:+-])(?:\(?\+|\(?0|46(?=\s?\(?0?\)?\s?7))(?:(?!\d{4}-\d\d-\d\d)[\d\s()–—‐‑−/.-]){5,22}\d(?!\w)"
)
_PHONE_PREFIX = re.compile(r"\d(?!\d)")
_MOBILE = re.compile(r"(?:0|46|0046)0?7\d{8}")
_FEWEST_DIGITS: Final = 8
_NOT_A_PHONE = re.compile(
    r"[0-3]?\d/[01]?\d(?!\d).*"  # 05/12 2024
    r"|\d\d[-.]\d\d[-.](?:\d\d|(?:19|20)\d\d.*)"  # 05-12-2024 14.30
    r"|0?\.\d+|0\.\d+"  # 0.8123
    r"|(?:[01]\d|2[0-3])\.?[0-5]\d(?:\s?[-–/ ]\s?(?:[01]\d|2[0-3])\.?[0-5]\d)+",  # 0830-1015
    re.DOTALL,
)

_CASE_WORD = re.compile(
    r"\b(?:\w*ärende\w*|dnr|diarie\w*|referens\w*|ref|\w*order\w*|case|faktura\w*|konto\w*|bankgiro|plusgiro|bg|pg)"
    r"(?:\s(?:nr|nummer|no|number))?[.:#]*\s*$",
    re.IGNORECASE,
)

_PLATE = re.compile(
    rf"(?<![\w-])(?P<letters>[A-HJ-PR-UW-Z]{{3}})(?P<gap>\s{{1,2}}|{_DASH}|)(?P<last>\d\d[A-NP-Z\d])(?!\w|[-/.,:]\d)",
    re.IGNORECASE,
)
_PLATE_WORD = re.compile(
    r"\b(?:reg|regnr|reg\.?\s?nr|\w*skylt\w*|plåt\w*|\w*bil|\w*bilen|car|van|plates?|registr\w*|volvo\w*|saab|bmw|audi|vw|"
    r"toyota|kia|ford|opel|skoda|mercedes|tesla|moped\w*)\b[.:]*\s*(?:är|var|is|was|med|with)?\s*$",
    re.IGNORECASE,
)
_SHORT_WORDS: Final = (
    "LGH TPL TEL MOB TLF RUM SAL BUS HUS SEK EUR USD NOK DKK GBP ISO DNR FAX SMS LSS MKR TKR SFS SOU NUM "
    "NRS REF ART ROD SOS MAN MEN DEN DET OCH TRE SEX NOS PER AND THE FOR FRA TOM FOM RUN ALL HAR HAN HON "
    "DOM SAT SUN MON TUE WED THU FRI JAN FEB MAR APR MAJ JUN JUL AUG SEP OKT NOV DEC KRS KLO TAG SAK KAN "
    "STK PST UTE GAT NER UPP ETT"
)
_NOT_A_PLATE: Final = frozenset(_SHORT_WORDS.split())
_ORDINARY_WORDS: Final = (
    "ADR AGE AGO ALT ANG ANY APT ARE ARM ASK ATE ATT BAD BAK BAL BAR BAS BAY BEN BER BET BLA BOD BOK BOM "
    "BOR BOT BOX BRA BRO BUR BUT BYN CAN CAR DAG DAM DAN DAY DEL DEM DOG DRA DRO DUE EDA ELD ENA END ENE "
    "ENS ERA ERT ETC FAR FAS FAT FEL FEM FEW FLY FOT FRE FRU FYR GAP GAS GBG GER GES GET GOD GOT GUL GUN "
    "GUY GYM HAD HAL HAS HAT HEL HEM HEN HER HET HOK HOS HOT HOW HPL HUD HUR HYR JAG KAJ KAP KAT KOD KOK "
    "KOL KOM KON KOR KYL LAG LAM LED LEK LER LET LOB LOG LOK LOT LOW LPT LUT MAT MAX MED MER MET MOR MOT "
    "MUR NED NEJ NEW NOG NOR NOT NOW NYA NYP OCK OFF OLD ONE ONS ONT ORD ORM ORO ORT OSS OST OUR OUT OWN "
    "PAR PGA PKT POS PUB PUT RAD RAK RAN RAS REG REN ROP ROW RYD SAM SAS SAW SAX SAY SEE SEN SER SES SET "
    "SHE SJU SKA SKE SKO SOL SOM SON STA SYN SYS TAK TAL TAR TAS TAX TBL TEN TER TFN TON TOO TOP TOR TRO "
    "TUR TWO TYP UGN UNG USE WAS WAY WHO YES YET YOU YTA YXA ZON"
)
_NO_SPACED_PLATE: Final = _NOT_A_PLATE | frozenset(_ORDINARY_WORDS.split())
"""Words before a number and a letter (“bor 12a”), which in small letters, or all in capitals, look like a plate."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """`kinds`: how many of each key of MARKS were taken out; kinds that did not occur are absent."""

    text: str
    kinds: Mapping[str, int]


def redact(text: str) -> Redaction:
    """Replace every occurrence by its mark. Redacting twice changes nothing more."""
    found: Counter[str] = Counter()
    before = None
    while before != text:  # a mark may uncover a number that stood too close to another one
        before, text = text, _redact_once(text, found)
    return Redaction(text, MappingProxyType(dict(found)))


def _redact_once(text: str, found: Counter[str]) -> str:
    if "@" in text or "(" in text or "[" in text:
        text = _replace(_EMAIL, "email", _whole, text, found)
    if _DIGITS.search(text):
        text = _replace(_PERSONAL, "personal_number", _personal_number, text, found)
        text = _replace(_SPREAD, "personal_number", _spread_number, text, found)
        text = _replace(_PHONE, "phone_number", _phone_number, text, found)
        text = _replace(_PLATE, "vehicle_plate", _vehicle_plate, text, found)
    return text


def _replace(
    pattern: re.Pattern[str], kind: str, part: Callable[[re.Match[str]], str], text: str, found: Counter[str]
) -> str:
    """`part` says how much of the match, from its start, is what we look for; "" when it is something else."""

    def mark(match: re.Match[str]) -> str:
        taken = part(match)
        if not taken:
            return match.group()
        found[kind] += 1
        return MARKS[kind] + match.group()[len(taken) :]

    return pattern.sub(mark, text)


def _whole(match: re.Match[str]) -> str:
    return match.group()


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 32) : match.start()]


def _personal_number(match: re.Match[str]) -> str:
    century, year, gap, month, day, sign, last = match.group(
        "century", "year", "gap", "month", "day", "sign", "last"
    )
    if not _is_day(month, day) or (not sign and _CASE_WORD.search(_before(match))):
        return ""
    is_recent = century != "19" and int(year) in _RECENT_YEARS and int(day) <= 31
    is_moment = is_recent and _CLOCK.fullmatch(last) is not None
    if _has_check_digit(year + month + day + last):
        return "" if is_moment and century and gap and not sign else match.group()
    is_shaped = not gap and bool(sign or century == "19")
    return match.group() if is_shaped and not is_moment else ""


def _spread_number(match: re.Match[str]) -> str:
    """A valid number with its digits grouped in some other way ("8501 12 1233"); with a leading 0 it may be a phone number."""
    digits = re.sub(r"\D", "", match.group())
    ten = digits[-10:]
    is_moment = int(ten[:2]) in _RECENT_YEARS and _CLOCK.fullmatch(ten[6:]) is not None
    is_number = digits[:-10] in {"", "19", "20"} and _is_day(ten[2:4], ten[4:6]) and _has_check_digit(ten)
    return match.group() if is_number and not is_moment and not _CASE_WORD.search(_before(match)) else ""


def _is_day(month: str, day: str) -> bool:
    """Coordination numbers add 60 to the day."""
    return 1 <= int(month) <= 12 and 1 <= int(day) % 60 <= 31 and int(day) <= 91


def _has_check_digit(ten_digits: str) -> bool:
    """The Luhn sum Skatteverket prescribes for personal and coordination numbers."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten_digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _phone_number(match: re.Match[str]) -> str:
    candidate = match.group()
    if _CASE_WORD.search(_before(match)):
        return ""
    ends = [end.end() for end in _PHONE_PREFIX.finditer(candidate)]
    return next((candidate[:end] for end in reversed(ends) if _is_phone(candidate[:end])), "")


def _is_phone(candidate: str) -> bool:
    digits = re.sub(r"\D", "", candidate)
    if len(digits) < _FEWEST_DIGITS or _NOT_A_PHONE.fullmatch(candidate):
        return False
    if _MOBILE.fullmatch(digits):
        return True
    if digits.startswith("46") and "+" not in candidate:
        return False
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(candidate, "SE")))
    except phonenumbers.NumberParseException:
        return False


def _vehicle_plate(match: re.Match[str]) -> str:
    letters, gap, last = match.group("letters", "gap", "last")
    if _PLATE_WORD.search(_before(match)):
        return match.group()
    return match.group() if _is_plate(letters, gap, last, shouted=_is_shouted(match.string)) else ""


def _is_plate(letters: str, gap: str, last: str, *, shouted: bool) -> bool:
    """Three letters and three digits apart are a plate in capitals alone; with a letter at the end in any case."""
    if letters.upper() in _NOT_A_PLATE:
        return False
    if not gap:
        return True
    if letters.isupper() and not shouted:
        return last != "112"
    return not last.isdigit() and letters.upper() not in _NO_SPACED_PLATE


def _is_shouted(text: str) -> bool:
    return sum(map(str.isupper, text)) > sum(map(str.islower, text))
