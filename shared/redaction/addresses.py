"""E-mail addresses, also spelled out, network addresses, and what links say of a person."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from shared.redaction.spans import TAKEN, Reading, Span, holds_any

_BRACKETED_AT: Final = r"\s?[\[({<]\s?(?:at|a|@|snabel-?a)\s?[\])}>]\s?"
_BRACKETED_DOT: Final = r"\s?[\[({<]\s?(?:dot|punkt|\.)\s?[\])}>]\s?"
_SPOKEN_DOT: Final = r"\s(?:dot|punkt)\s"
_TOP: Final = r"(?:se|nu|com|org|net|eu|no|fi|dk|io|info|de|uk|me)(?![\w-])"
_PROVIDER: Final = r"(?:gmail|googlemail|hotmail|outlook|icloud|yahoo|telia|live|protonmail|proton|tele2|comhem|bredband|spray|msn|aol)"
_MAIL: Final = re.compile(
    rf"(?<![\w.+-])[\w.+-]++(?:{_SPOKEN_DOT}[\w-]+){{0,2}}(?:"
    rf"(?:@|{_BRACKETED_AT}|\s(?:snabel-?a|alfakrull)\s)[\w-]+(?:(?:\.|{_BRACKETED_DOT}|{_SPOKEN_DOT})[\w-]+){{1,5}}"
    rf"|(?:\s?@\s?|\sat\s){_PROVIDER}(?:\s?\.\s?|{_BRACKETED_DOT}){_TOP}"
    rf"|@{_PROVIDER}(?![\w.])"
    rf"|(?:\s@\s?|@\s)[\w-]+(?:\.[\w-]+){{0,3}}\.{_TOP}"
    rf"|(?P<shouted>\s(?-i:AT)\s)[\w-]+(?:\.[\w-]+){{0,3}}\.{_TOP}"
    rf"|\sat\s[\w-]+(?:{_SPOKEN_DOT}[\w-]+){{0,2}}{_SPOKEN_DOT}{_TOP})",
    re.IGNORECASE,
)
_AT: Final = re.compile(rf"\sat\s(?:{_PROVIDER}|\S+\.[a-z])")
_SPACE: Final = r"[\s\v\x1c-\x1f\x{85}\x{a0}\x{2028}\x{2029}]"
MAIL_AT: Final = rf"{_SPACE}at{_SPACE}(?:{_PROVIDER}|\S+\.[a-z])"
MAIL_SIGNS: Final = ("@", "(a", "[a", "{a", "<a", "snabel", "alfakrull", "( a", "[ a", " dot ", " punkt ")

_DOTTED: Final = re.compile(r"(?<![\w.,-])(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})(?![\w-]|[.,]\d)")
_COLONS: Final = re.compile(r"(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])", re.IGNORECASE)
_DEVICE: Final = re.compile(
    r"(?<![\w:-])[\da-f]{2}(?P<gap>[:-])(?:[\da-f]{2}(?P=gap)){4}[\da-f]{2}(?![\w:-])", re.IGNORECASE
)
_TWO_COLONS: Final = re.compile(r":[\da-f]{0,4}:", re.IGNORECASE)
_NETWORK_WORD: Final = re.compile(r"\b(?:ip(?:v4)?|inlogg\w*|logg\w*|server\w*|login)\b", re.IGNORECASE)
_VERSION_WORD: Final = re.compile(
    r"(?:version|firmware|kapitel|punkt|avsnitt|paragraf|kl|v|ios|android|build|chapter|section)\.?\s?$",
    re.IGNORECASE,
)

_TOLD_IN_LINKS: Final = (
    r"(?:full|first|last|user|för|efter)?_?-?(?:name|namn)|e-?mail|mail|e-?post|tel|telefon|phone|mobil|mobile|msisdn|pnr|ssn|"
    r"personnummer|user(?:_?id)?|uid|(?:access_?)?token|session(?:_?id)?|sid|auth|(?:api_?)?key|pass(?:word|wd)?|pwd|losenord|"
    r"address|adress|birth(?:day|date)?|fbclid|gclid|kund(?:nr|id)?"
)
_LINK_VALUE: Final = re.compile(rf"[?&;](?:{_TOLD_IN_LINKS})=([^&#\s\"'<>)\]{TAKEN}]+)", re.IGNORECASE)
_LINK_LOGIN: Final = re.compile(rf"://([^\s/@:?#{TAKEN}]{{1,64}}:[^\s/@?#{TAKEN}]{{1,64}})@")


def emails(reading: Reading) -> Iterator[Span]:
    if holds_any(reading.lower, MAIL_SIGNS) or _AT.search(reading.lower):
        found = _MAIL.finditer(reading.text)
        is_shouted = reading.text.isupper()
        yield from (Span(*match.span(), "email") for match in found if not (is_shouted and match["shouted"]))


def personal_links(reading: Reading) -> Iterator[Span]:
    """The values only, so that the link still tells which page was meant."""
    text = reading.text
    if "=" in text or "://" in text:
        found = [match.span(1) for pattern in (_LINK_VALUE, _LINK_LOGIN) for match in pattern.finditer(text)]
        after = 0
        for start, end in sorted(found):
            if start >= after:
                yield Span(start, end, "personal_link")
                after = end


def network_addresses(reading: Reading) -> Iterator[Span]:
    """IPv4, IPv6 and MAC. Four numbers with dots may also be a date, a time or a version."""
    text = reading.text
    found: list[tuple[int, int]] = []
    if len(reading.numbers) > 3 and text.count(".") > 2:
        found += [match.span() for match in _DOTTED.finditer(text) if _is_ipv4(match)]
    if text.count(":") > 4 or text.count("-") > 4:
        found += [
            match.span() for match in _DEVICE.finditer(text) if not match.group().replace("-", "").isdigit()
        ]
    if _TWO_COLONS.search(text):
        found += [match.span() for match in _COLONS.finditer(text) if _is_ipv6(match.group())]
    after = 0
    for start, end in sorted(found):
        if start >= after:
            yield Span(start, end, "network_address")
            after = end


def _is_ipv4(match: re.Match[str]) -> bool:
    numbers = [int(number) for number in match.group().split(".")]
    if max(numbers) > 255:
        return False
    before = match.string[max(0, match.start() - 30) : match.start()]
    if _VERSION_WORD.search(before):
        return False
    return max(numbers) > 99 or _NETWORK_WORD.search(before) is not None


def _is_ipv6(written: str) -> bool:
    if sum(map(bool, written.split(":"))) < 3:
        return False
    try:
        ipaddress.IPv6Address(written)
    except ValueError:
        return False
    return True
