"""Cutting off what a mail program put below what was written: the message that is answered, and the signature.

Careful: only what is marked as such goes, and when nothing would be left, all of it stays.
"""

import re
from typing import Final

_INTRODUCTION: Final = re.compile(
    r"(?:Den|On|Le|Am|Op)\b.{5,200}(?:skrev|wrote|schrieb|écrit|schreef)\b.{0,120}:\s*$"
    r"|.{3,150}<[^<>\s]+@[^<>\s]+>\s*(?:skrev|wrote).{0,80}:\s*$",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:Ursprungligt meddelande|Original Message|Ursprungligt brev)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(
    r"\s*[*]?(?:Från|From|Skickat|Sent|Datum|Date|Till|To|Kopia|Cc|Ämne|Subject)[*]?\s*:[*]?\s", re.IGNORECASE
)
_DEVICE: Final = re.compile(
    r"\s*(?:Skickat från (?:min|mitt) \S+(?: \S+){0,3}|Sent from (?:my|Mail|Outlook)\b.{0,40}|Hämta Outlook för \S+"
    r"|Skickat från (?:Outlook|E-post|Mail)\b.{0,40}|Get Outlook for \S+)\s*\.?\s*(?:<https?://\S+>)?\s*$",
    re.IGNORECASE,
)
_HEADERS_NEEDED: Final = 3
# Below it stand who writes and how to reach them, which is the contact's and not the report's.
_GREETING: Final = re.compile(
    r"\s*(?:(?:med )?(?:vänlig|varm|bästa)\w*\s+hälsning\w*|hälsningar|m\s?v\s?h|vänligen|(?:kind|best|warm)?\s*regards|sincerely)"
    r"\b[\s,.!/]*(?P<who>.{0,60})$",
    re.IGNORECASE,
)
_MOST_OF_SIGNATURE: Final = 8
_LONGEST_OF_SIGNATURE: Final = 70
_POSTSCRIPT: Final = re.compile(r"\s*p\.?\s?s\b", re.IGNORECASE)


def written_now(text: str) -> str:
    """What the sender wrote this time."""
    lines = text.split("\n")
    cut = _without_signature(lines[: _end_of_new(lines)])
    left = "\n".join(line for line in cut if not line.lstrip().startswith(">")).strip()
    return left or text.strip()


def _end_of_new(lines: list[str]) -> int:
    for at, line in enumerate(lines):
        # Mail programs break the introduction over two lines.
        pair = f"{line} {lines[at + 1].strip()}" if at + 1 < len(lines) else line
        if _SEPARATOR.match(line) or _INTRODUCTION.match(line) or _introduces_over_two(lines, at, pair):
            return at
        if _HEADER.match(line) and _headers_from(lines, at) >= _HEADERS_NEEDED:
            return at
    return len(lines)


def _introduces_over_two(lines: list[str], at: int, pair: str) -> bool:
    quoted = any(line.lstrip().startswith(">") for line in lines[at + 2 : at + 5])
    return quoted and _INTRODUCTION.match(pair) is not None


def _headers_from(lines: list[str], at: int) -> int:
    return sum(_HEADER.match(line) is not None for line in lines[at : at + 6])


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if line.rstrip("\r") in {"-- ", "--"} and at > 0:
            lines = lines[:at]
            break
    lines = _without_end(lines)
    for at in range(max(1, len(lines) - _MOST_OF_SIGNATURE), len(lines)):
        if _GREETING.match(lines[at]) and all(map(_is_of_signature, lines[at + 1 :])):
            return _without_end(lines[:at])
    return lines


def _without_end(lines: list[str]) -> list[str]:
    while lines and (not lines[-1].strip() or _DEVICE.match(lines[-1])):
        lines = lines[:-1]
    return lines


def _is_of_signature(line: str) -> bool:
    """A name, a title, an address: short, no sentence, and no afterthought."""
    text = line.strip()
    return (
        len(text) <= _LONGEST_OF_SIGNATURE
        and not _POSTSCRIPT.match(text)
        and not (text.endswith((".", "!", "?")) and text.count(" ") > 2)
    )
