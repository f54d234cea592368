"""Whether a text holds any sign of what the finders look for. Most don't, and are left as they are at a tenth of the cost.

All signs are one pattern of RE2, which reads a text once however many there are. Each of them is wider than what its finder
takes: it may send a text to the finders for nothing, and never keeps one from them.
"""

from typing import Final

import re2

from shared.redaction.addresses import MAIL_AT, MAIL_SIGNS
from shared.redaction.plates import COUNTRIES, PLATE_NAMES
from shared.redaction.social import NAMES_OF_PLACES, REDDIT_SIGN
from shared.redaction.spelled_out import SPELLED_SIGNS
from shared.redaction.spoken import BETWEEN, WORDS

_SPACE_OR_SIGN: Final = r"[\s\v\x1c-\x1f\x{85}\x{a0}\x{2028}\x{2029}:.,=#(\"'-]"
_LAST_FOUR: Final = ("sista", "last ")
_LITERAL: Final = (*MAIL_SIGNS, *NAMES_OF_PLACES, *COUNTRIES, *_LAST_FOUR)
_PATTERNS: Final = (
    r"[@=#]|://|\.(?:com|me|net|org|tv)/|^ig ",  # addresses, links, handles
    *map(re2.escape, _LITERAL),
    MAIL_AT,
    REDDIT_SIGN,
    *SPELLED_SIGNS,
    PLATE_NAMES,
    r"[\d+/-][ \t]*\r?\n[ \t]*[\d+/-]",  # a number that goes on in the next line
    r"\d[-+ ]?\d{0,2}[x*][x*]",  # 850112-****
    r"\d[oil]|[oil]\d",  # letters that look like digits
    r"\d\.\d{1,3}\.\d|:[\da-f]{0,4}:|[\da-f]{2}[:-][\da-f]{2}[:-][\da-f]{2}",  # network addresses
    rf"(?:{'|'.join(WORDS.values())}){_SPACE_OR_SIGN}{{0,4}}(?:(?:{BETWEEN}){_SPACE_OR_SIGN}{{1,3}}){{0,2}}\d",
    r"\d(?:\D{0,3}\d){6}",  # numbers that tell by themselves what they are
    r"(?:^|[^a-z\d])[a-z]{3}(?: {1,2}|-|\.|[ \t]*\r?\n[ \t]*|)\d(?:\d|\d? )[a-z\d](?:[^a-z\d]|$)|\d \d [a-z\d]",  # plates
)
_ANY: Final = re2.compile(f"(?i){'|'.join(_PATTERNS)}".encode())


def holds_a_sign(folded: str) -> bool:
    return _ANY.search(folded.encode(errors="surrogatepass")) is not None
