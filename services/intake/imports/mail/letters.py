"""The letters of a part or a header, whatever its charset claims to be."""

import re
from email.message import EmailMessage, MIMEPart
from typing import Final

# Charsets in which ASCII bytes mean something else, so that trying UTF-8 first would misread them.
_OF_THEIR_OWN: Final = re.compile(r"utf-?7|utf-?16|utf-?32|iso-2022|hz", re.IGNORECASE)
_LATIN: Final = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "utf-8"})
_FLOWED: Final = re.compile(r"(?<!\n--) \r?\n(?!>)")
_RAW: Final = re.compile("[\udc80-\udcff]")
# Many times what is taken of a text; what lies beyond is not even looked at.
_MOST_BYTES: Final = 300_000


def text_of(part: MIMEPart) -> str:
    """As it was written, as far as that can be told. A NUL is nothing that anybody typed."""
    payload = part.get_payload(decode=True)
    content = payload[:_MOST_BYTES] if isinstance(payload, bytes) else b""
    text = decoded(content, part.get_content_charset("utf-8"))
    if str(part.get_param("format", "")).casefold() == "flowed":
        # A paragraph that was broken to be sent is one line again; a signature's mark is kept.
        text = _FLOWED.sub("" if str(part.get_param("delsp", "")).casefold() == "yes" else " ", text)
    return _sendable(text)


def is_read_whole(part: MIMEPart) -> bool:
    """Whether `text_of` gives all of it."""
    payload = part.get_payload(decode=True)
    return not isinstance(payload, bytes) or len(payload) <= _MOST_BYTES


def decoded(content: bytes, charset: str) -> str:
    """Swedish letters in one byte each are no UTF-8, and UTF-8 called Latin-1 is UTF-8 all the same."""
    try:
        if _OF_THEIR_OWN.match(charset):
            return content.decode(charset)
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4 and error.reason == "unexpected end of data":
            return content[: error.start].decode("utf-8")  # it was cut off within a letter
    try:
        return content.decode("windows-1252" if charset.casefold() in _LATIN else charset)
    except (LookupError, UnicodeError):
        return content.decode("windows-1252", "replace")


def header_text(message: EmailMessage, name: str, default: str = "") -> str:
    """Also of a header that holds bytes as they are, without saying which letters they mean."""
    raw = next((str(value) for key, value in message.raw_items() if key.casefold() == name.casefold()), "")
    if _RAW.search(raw):
        return _sendable(decoded(raw.encode("utf-8", "surrogateescape"), "windows-1252"))
    return _sendable(str(message.get(name, default)))


def _sendable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
