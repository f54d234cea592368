"""What comes with a message: photos to keep, and all else, which is counted."""

from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from typing import Final

MOST_PHOTOS: Final = 5
MAX_PHOTO_BYTES: Final = 10 * 1024 * 1024
# A smaller picture between the lines is a logo or a signature's ornament.
_LEAST_INLINE_BYTES: Final = 20_000
# By what a file begins with; what a mail program calls it is often application/octet-stream.
_BEGINNINGS: Final = (
    (0, b"\xff\xd8\xff"),
    (0, b"\x89PNG\r\n\x1a\n"),
    (8, b"WEBP"),
    (4, b"ftyphei"),
    (4, b"ftypmif1"),
)


@dataclass(frozen=True, slots=True)
class Enclosures:
    """`left_out`: how many are not taken."""

    photos: tuple[bytes, ...] = ()
    left_out: int = 0


def enclosures_of(message: EmailMessage) -> Enclosures:
    photos: list[bytes] = []
    left_out = 0
    for part in _leaves(message):
        content = part.get_payload(decode=True)
        photo = content if isinstance(content, bytes) and _is_photo(content) else None
        is_attached = part.get_content_disposition() == "attachment"
        if photo is not None and (is_attached or len(photo) >= _LEAST_INLINE_BYTES):
            if len(photos) < MOST_PHOTOS and len(photo) <= MAX_PHOTO_BYTES and photo not in photos:
                photos.append(photo)
            else:
                left_out += photo not in photos
        elif is_attached or part.get_filename():
            left_out += photo is None or is_attached
    return Enclosures(tuple(photos), left_out)


def _leaves(message: EmailMessage) -> list[MIMEPart]:
    """Parts with content of their own; an enclosed message is one of them, and is not opened."""
    found: list[MIMEPart] = []
    waiting: list[MIMEPart] = [message]
    while waiting:
        part = waiting.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting += [each for each in reversed(inside) if isinstance(each, MIMEPart)]
        else:
            found.append(part)
    return found


def _is_photo(content: bytes) -> bool:
    return any(content[at : at + len(begin)] == begin for at, begin in _BEGINNINGS)
