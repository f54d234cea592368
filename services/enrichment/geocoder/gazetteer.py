"""Every name the geocoder knows, indexed by the words it is written with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.enrichment.geocoder.place import Place, genitive, key, unaccented
from services.enrichment.geocoder.streets import Streets
from services.enrichment.geocoder.words import ordinary_words

Entry = tuple[str, Place]
"""A name as people write it, and the place it stands for."""

_SHORTEST_FOLDED: Final = 5
_SHORT_FOR: Final = {"gatan": "g", "vägen": "v"}


@dataclass(frozen=True)
class Gazetteer:
    """`names`: written name (case-folded, words joined by one space) → places.

    `folded`: the same without å, ä and ö → name; `longest`: first word → words in the longest name that begins with it.
    `short`: "nyg" → "nygatan", which counts only before a house number.
    """

    names: Mapping[str, tuple[Place, ...]]
    folded: Mapping[str, str]
    short: Mapping[str, str]
    longest: Mapping[str, int]
    streets: Streets
    version: str


def index(entries: Iterable[Entry], version: str, streets: Streets | None = None) -> Gazetteer:
    """Places of one name stand in the order they come in."""
    names: dict[str, list[Place]] = {}
    for written, place in entries:
        name = key(written)
        for form in (name, genitive(name)):
            known = names.setdefault(form, [])
            if not any(each is place for each in known):
                known.append(place)
    folded = {
        other: form
        for form in names
        for other in unaccented(form)
        if other != form
        and len(other) >= _SHORTEST_FOLDED
        and other not in names
        and other not in ordinary_words()
    }
    short = {
        form.removesuffix(ending) + letter: form
        for form, places in names.items()
        for ending, letter in _SHORT_FOR.items()
        if form.endswith(ending) and len(form) > len(ending) + 1 and any(place.is_street for place in places)
    }
    return Gazetteer(
        names=MappingProxyType({form: tuple(found) for form, found in names.items()}),
        folded=MappingProxyType(folded),
        short=MappingProxyType({form: name for form, name in short.items() if form not in names}),
        longest=MappingProxyType(_longest([*names, *folded, *short])),
        streets=streets or Streets.none(),
        version=version,
    )


def _longest(names: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for name in names:
        words = name.split(" ")
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest
