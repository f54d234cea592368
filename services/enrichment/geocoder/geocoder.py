"""Locate a report by its pin, its place field and its text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypedDict

from services.enrichment.geocoder import builtin, folder, sentences
from services.enrichment.geocoder.gazetteer import Gazetteer
from services.enrichment.geocoder.located import Located
from services.enrichment.geocoder.pin import Pin, Towns, combined, pinned
from services.enrichment.geocoder.reading import read
from services.enrichment.geocoder.spelling import Speller
from shared.events import Precision
from shared.geodata import municipality_code


class Question(TypedDict, total=False):
    """The arguments of `locate`, for `locate_many`."""

    text: str
    place_text: str | None
    point: Pin | None
    municipality: str | None


@dataclass(frozen=True)
class Geocoder:
    """Load once and keep: it remembers the misspellings it has met."""

    gazetteer: Gazetteer
    speller: Speller
    towns: Towns

    @classmethod
    def load(cls, built: Path | None = None) -> Self:
        """With the gazetteer that `vardkase gazetteer build` left in a folder, or with the one that comes with the product.

        Raises `BadGazetteer`.
        """
        return cls.of(folder.load(built) if built else builtin.load())

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> Self:
        known = {place for found in gazetteer.names.values() for place in found}
        towns = sorted(
            (place for place in known if place.precision is Precision.LOCALITY and place.within is None),
            key=lambda place: (place.name, place.municipality),
        )
        return cls(gazetteer, Speller(gazetteer), Towns(towns))

    @property
    def gazetteer_version(self) -> str:
        """Changes with every name and position that the gazetteer holds."""
        return self.gazetteer.version

    def locate_many(self, questions: Iterable[Question]) -> Iterator[Located]:
        return (self.locate(**question) for question in questions)

    def locate(
        self,
        text: str,
        *,
        place_text: str | None = None,
        point: Pin | None = None,
        municipality: str | None = None,
    ) -> Located:
        """Where it happened. `municipality`: the reporter's, as code or name. A pin beats words, the place field beats the text."""
        home = municipality_code(municipality) if municipality else None
        located = read(text, self.gazetteer, self.speller, home)
        if place_text and place_text.strip():
            field = read(place_text, self.gazetteer, self.speller, home, is_place_text=True)
            located = combined(field, place_text.strip(), located)
        if point is not None:
            located = pinned(point, located, self.towns)
        if home is None or located.municipality in {None, home}:
            return located
        reason = sentences.outside(str(located.municipality), home)
        return replace(located, outside=True, reasons=(*located.reasons, reason))
