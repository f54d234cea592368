"""How like a written word is to a name: by sound first, then by single slips of the pen. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SOUNDS: Final = str.maketrans({"ä": "e", "å": "o", "c": "k", "w": "v", "z": "s", "q": "k", "é": "e"})
_DOUBLED: Final = re.compile(r"(.)\1+")
_KJ: Final = re.compile(r"[kt]j(?=[eiyö])")
_COMMON_ENDING: Final = re.compile(
    r"(?:gatan|gata|vägen|väg|leden|gränden|gränd|stigen|torget|skolan|gymnasiet|stationen|station|kyrkan|huset|parken|"
    r"hallen|badet|området)s?$"
)
TWO_SLIPS_FROM: Final = 10
ONE_SLIP_FROM: Final = 5


def sound(word: str) -> str:
    """What a word keeps when doubled letters, e/ä, å/o, c/k and kj/k are written as one."""
    return _DOUBLED.sub(r"\1", _KJ.sub("k", word.translate(_SOUNDS)))


def slips_allowed(word: str) -> int:
    """Slips are counted against the part that tells a name apart: the "Tors" of "Torsgatan" allows none."""
    telling = len(_COMMON_ENDING.sub("", word)) or len(word)
    if telling < ONE_SLIP_FROM:
        return 0
    return 2 if telling >= TWO_SLIPS_FROM else 1


@dataclass(frozen=True)
class NameList:
    """Names to compare with: `joined` maps a name without spaces to the name itself, `sounds` its sound.

    `alike`: the joined names by their first sound and length; no others are worth comparing.
    """

    joined: Mapping[str, str]
    sounds: Mapping[str, str]
    alike: Mapping[tuple[str, int], Sequence[str]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        joined = {name.replace(" ", ""): name for name in names if len(name) >= ONE_SLIP_FROM}
        sounds = {sound(short): name for short, name in joined.items()}
        alike: dict[tuple[str, int], list[str]] = {}
        for short in joined:
            alike.setdefault((sound(short)[0], len(short)), []).append(short)
        return cls(joined, sounds, alike)

    def closest(self, written: str, most_slips: int) -> str | None:
        """The name this was most likely meant to be; None when nothing is like it."""
        sounded = sound(written)
        same_sound = self.sounds.get(sounded)
        if same_sound:
            return same_sound
        slips = min(slips_allowed(written), most_slips)
        if not slips:
            return None
        lengths = range(len(written) - slips, len(written) + slips + 1)
        near = [short for length in lengths for short in self.alike.get((sounded[0], length), ())]
        best = process.extractOne(written, near, scorer=OSA.distance, score_cutoff=slips)
        return self.joined[best[0]] if best else None
