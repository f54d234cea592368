"""Whose å, ä and ö these are: in one byte each, Windows, old Macs and DOS write them differently, and any of them can be read as the
others' signs.
"""

import re
from enum import StrEnum
from typing import Final

_LOOKED_THROUGH: Final = 4 * 1024 * 1024


class Letters(StrEnum):
    WINDOWS = "windows-1252"
    MAC = "mac_roman"
    DOS = "cp850"
    MIXED = "mixed"

    @property
    def shown(self) -> str:
        return {Letters.MAC: "an old Mac's (mac_roman)", Letters.DOS: "those of DOS (cp850)"}.get(
            self, self.value
        )


# Beside another letter. What Windows means by the bytes of the others are Œ Š š † and quotation marks: these stand at one side of a
# word, so of them only those between two letters tell anything.
_WORDS: Final = {
    Letters.WINDOWS: re.compile(rb"[A-Za-z][\xe5\xe4\xf6\xe9]|[\xe5\xe4\xf6\xc5\xc4\xd6][A-Za-z]"),
    Letters.MAC: re.compile(rb"[A-Za-z][\x8a\x8c\x9a]|[\x8a\x8c\x9a\x81][A-Za-z]|[A-Za-z][\x80\x85][A-Za-z]"),
    Letters.DOS: re.compile(rb"[A-Za-z]\x86|\x86[A-Za-z]|[A-Za-z][\x84\x94\x8f\x99][A-Za-z]|\x8f[A-Za-z]"),
}
# A few foreign names may be among thousands of words.
_FEW: Final = 0.02


def letters_of(content: bytes) -> Letters:
    """Of what is no UTF-8."""
    looked = content[:_LOOKED_THROUGH]
    found = {letters: len(pattern.findall(looked)) for letters, pattern in _WORDS.items()}
    most = max(found, key=lambda letters: found[letters])
    rest = sum(found.values()) - found[most]
    if not found[most]:
        return Letters.WINDOWS
    return most if rest <= _FEW * found[most] else Letters.MIXED
