"""Numbers whose kind is said before them: "tel 319 212", "bankgiro 5050-1055", "de fyra sista är 9806".

What the words promise may be mistyped: it is taken out although no check digit agrees.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from shared.redaction.digits import is_sum, read_as_digits
from shared.redaction.spans import Reading, Span

_NUMBER: Final = r"(?:s?(?:nummer|numret|nummret|numren|nr)|[ -](?:nr|no|number|nummer)s?)"
_SIGN: Final = r"[\s:.,=#(\"'-]"
BETWEEN: Final = (
    "är|e|va|var|is|was|till|to|på|of|nr|nummer|number|numret|no|hem|jobb|jobbet|arbete|home|work"
)
_JOINT: Final = rf"{_SIGN}{{0,4}}(?:(?:{BETWEEN})\b{_SIGN}{{1,3}}){{0,2}}"
_AND: Final = re.compile(r"\s?(?:[,;/&+]|och|eller|el|and|or|samt)\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Promise:
    kind: str
    value: re.Pattern[str]
    agrees: Callable[[str, str], bool]
    """Of what was matched and what follows it."""


def _always(_written: str, _after: str) -> bool:
    return True


_CLOCK_OR_DATE: Final = re.compile(
    r"(?:[01]?\d|2[0-4])[.:]?[0-5]\d(?: ?[-/,] ?(?:[01]?\d|2[0-4])[.:]?[0-5]\d)*|(?:19|20)\d\d[-. ]?[01]\d[-. ]?[0-3]\d"
    r"|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d"
)
_DAY: Final = re.compile(r"(?:19|20)\d\d ?[-. ]? ?(?:0[1-9]|1[0-2]) ?[-. ]? ?(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MEASURE: Final = re.compile(r" ?(?:mm|cm|m|st|stycken|pcs)\b", re.IGNORECASE)
_FOR_EVERYONE: Final = re.compile(r"112|11414|1177|1131?3|11\d\d\d\d|11\d\d\d|90\s?000|118\d{3}")


def _is_no_sum(_written: str, after: str) -> bool:
    return not is_sum(after, 0)


def _is_code(_written: str, after: str) -> bool:
    return not (is_sum(after, 0) or _MEASURE.match(after))


def _is_no_moment(written: str, after: str) -> bool:
    return not (is_sum(after, 0) or _DAY.match(written))


def _is_local_number(written: str, after: str) -> bool:
    digits = re.sub(r"\D", "", written)
    is_public = _FOR_EVERYONE.fullmatch(digits) is not None
    return not (is_public or _CLOCK_OR_DATE.fullmatch(written) or is_sum(after, 0))


def _is_personal(written: str, _after: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return len(digits) == 10 or digits[:2] in {"18", "19", "20"}


_GAP: Final = r"[ .,/_+-]{0,3}"
_TELEPHONE: Final = r"tel|tfn|tlf|telefon|mobil|mob|phone|cell|telephone|mobile"
_PROMISES: Final = {
    "personal": _Promise(
        "personal_number",
        re.compile(
            rf"(?:(?=1{_GAP}[89]|2{_GAP}0)\d(?:{_GAP}\d){{11}}|\d(?:{_GAP}\d){{9}}|\d{{6,8}}[-+ ]?[A-Z]\d{{3}})(?!\w|[ -]\d{{4}}(?!\d))"
        ),
        lambda written, after: written[-4].isalpha() or _is_personal(written, after),
    ),
    "lastfour": _Promise("personal_number", re.compile(r"\d\d ?\d\d(?![\w.:,-]?\d)"), _is_no_sum),
    "telephone": _Promise(
        "phone_number",
        re.compile(r"[1-9]\d{0,4}(?:[ /-]\d{2,3}){1,3}(?![ .:,/-]?\d)|[1-9]\d{4,7}(?! ?[-/]? ?\d)"),
        _is_local_number,
    ),
    "reach": _Promise("phone_number", re.compile(r"7[02369](?:[ /.-]{0,3}\d){7}(?!\d)"), _is_no_sum),
    "card": _Promise(
        "card_number",
        re.compile(
            r"\d{4}(?:(?:[ ./-]{0,3}\d{4}){2}[ ./-]{0,3}(?:\d{4}|\d{1,7}(?![ ./-]{1,3}\d))|[ ./-]{0,3}\d{6}[ ./-]{0,3}\d{5})(?!\d)"
        ),
        _is_no_sum,
    ),
    "code": _Promise("card_number", re.compile(r"\d{3,6}(?![\w.:,-]?\d)"), _is_code),
    "bank": _Promise(
        "account_number",
        re.compile(r"[1-9]\d{3}(?: ?- ?\d)?[ .,/-]{0,3}\d(?:[ .,/-]{0,3}\d){5,10}(?!\d)"),
        _is_no_moment,
    ),
    "account": _Promise("account_number", re.compile(r"\d(?:[ .,/-]{0,3}\d){6,14}(?!\d)"), _is_no_sum),
    "clearing": _Promise("account_number", re.compile(r"\d{4}(?:-\d)?(?![\d.:-])"), _is_no_sum),
    "giro": _Promise("account_number", re.compile(r"\d{1,4}(?:[ .-]{0,3}\d){3,7}(?!\d)"), _is_no_sum),
    "swish": _Promise("account_number", re.compile(r"1[ -]?2[ -]?3(?:[ .-]{0,3}\d){7}(?!\d)"), _always),
}
WORDS: Final = {
    "personal": (
        rf"person{_NUMBER}|person(?:al|ligt)? ?(?:identity|id|identitets)?{_NUMBER}|pers\.? ?nr|p-?nr|person ?id|"
        rf"samordnings?{_NUMBER}|sam\.?nr|id-?{_NUMBER}|ssn|social security{_NUMBER}|interims{_NUMBER}|legitimation|"
        r"född|född den|födda|born|cpr|legg?et"
    ),
    "lastfour": (
        r"(?:fyra sista|sista fyra|last four|last 4|4 sista|sista 4)(?: siffrorna| siffror| digits)?(?: i (?:mitt |hans |hennes )?\w+)?|"
        r"kontrollsiffrorna"
    ),
    "telephone": rf"(?:{_TELEPHONE})(?:en|{_NUMBER})?",
    "card": r"(?:bank|kredit|betal|konto|visa|debit|credit)?-? ?(?:kort|card)(?:et|s)?"
    + _NUMBER
    + r"?|visa|mastercard|amex",
    "code": r"(?:cvc2?|cvv2?|pin|kortkod|säkerhetskod)(?:-?(?:kod(?:en)?|code|nummer|numret))?",
    "bank": r"swedbank|nordea|handelsbanken|seb|sbab|länsförsäkringar(?: bank)?|danske bank|ica[- ]?banken|skandia(?:banken)?|"
    r"avanza|sparbanken|ikano(?: bank)?|forex(?: bank)?|resurs bank|lunar|revolut|klarna|icabanken|marginalen bank",
    "account": rf"(?:bank|bluff|löne|spar|swed|person)?konto{_NUMBER}?|kto(?:nr)?|(?:bank )?account{_NUMBER}?|kontot",
    "clearing": rf"clearing{_NUMBER}?",
    "giro": rf"(?:bank|plus|post)giro(?:t|{_NUMBER})?|bg|pg",
    "swish": rf"swish(?:a|ar|at|ade|ats|er|es|ning|ningen|{_NUMBER})?",
    "reach": r"ring|nås|sms|sms:a|call|text|nummer|nr|number|whatsapp|signal|swish(?:a|ar|at|ade)?|viber|kontakt",
}
_SPOKEN: Final = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in WORDS.items())
    + rf")(?![^\W\d_]){_JOINT}(?=\d)",
)
_FEWEST_DIGITS: Final = 3
_ENOUGH: Final = re.compile(r"\d(?:\d\d|(?:\D{0,3}\d){4})")
_FARTHEST: Final = 120
"""More characters than any promise takes, from its first word to its number."""
_ALSO: Final = {"telephone": ("reach",), "swish": ("reach",), "reach": ()}


def spoken_numbers(reading: Reading) -> Iterator[Span]:
    reading = read_as_digits(reading)
    text, lower, after = reading.text, reading.lower, 0
    if reading.digits < _FEWEST_DIGITS or not _ENOUGH.search(text):
        return
    for words in (
        words for start, end in _before_numbers(reading) for words in _SPOKEN.finditer(lower, start, end)
    ):
        name = words.lastgroup or ""
        promises = [_PROMISES[each] for each in (name, *_ALSO.get(name, ()))]
        place = words.end()
        while place >= after and (span := _kept(text, place, promises)):
            yield span
            after = span.end
            joint = _AND.match(text, after)
            place = joint.end() if joint else -1


def _before_numbers(reading: Reading) -> Iterator[tuple[int, int]]:
    """The stretches of text that end in a number, apart; a promise can only stand there."""
    begun = ended = 0
    for start, end in reading.numbers:
        if start - _FARTHEST > ended:
            if ended:
                yield begun, ended
            begun = start - _FARTHEST
        ended = end
    if ended:
        yield begun, ended


def _kept(text: str, place: int, promises: list[_Promise]) -> Span | None:
    for promise in promises:
        value = promise.value.match(text, place)
        if value and promise.agrees(value.group(), text[value.end() : value.end() + 8]):
            return Span(place, value.end(), promise.kind)
    return None
