"""Which kind of picture some bytes are, by the bytes alone: names and declared types are anybody's word."""

from collections.abc import Callable, Mapping
from typing import Final

_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_LONGEST_BRANDS: Final = 256


def kind_of(start: bytes) -> str | None:
    """As the decoder calls it; None for what is not taken. The first 300 bytes are enough."""
    return next((kind for kind, fits in _KINDS.items() if fits(start)), None)


def _is_heif(start: bytes) -> bool:
    """A file of boxes, the first of which says what it may be read as. AVIF is another kind in the same boxes."""
    if start[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(start[:4], "big"), _LONGEST_BRANDS, len(start))
    brands = {start[8:12], *(start[at : at + 4] for at in range(16, end - 3, 4))}
    return bool(brands & _HEIF_BRANDS) and not start[8:12].startswith(b"avi")


_KINDS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "JPEG": lambda start: start.startswith(b"\xff\xd8\xff"),
    "PNG": lambda start: start.startswith(b"\x89PNG\r\n\x1a\n"),
    "WEBP": lambda start: start[:4] == b"RIFF" and start[8:12] == b"WEBP",
    "HEIF": _is_heif,
}
