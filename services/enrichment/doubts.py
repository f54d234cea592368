"""What a person should look at before anybody relies on it, and why. Pure."""

from collections.abc import Iterator
from typing import Final

from services.enrichment.geocoder import Located
from shared.events import PlaceRole, Precision

PLACE_UNSURE_BELOW: Final = 0.45
_NAMED: Final = frozenset({Precision.ADDRESS, Precision.STREET, Precision.PLACE, Precision.LOCALITY})


def doubts_about(confidence: float, located: Located, review_below: float) -> Iterator[str]:
    """A Swedish sentence for each. That no place is named is no doubt: then none is claimed."""
    if confidence < review_below:
        yield f"behöver granskas: kategorin är osäker ({confidence:.0%})"
    if located.contradicts_pin:
        yield "behöver granskas: texten nämner en plats långt från kartnålen"
    if located.outside:
        yield "behöver granskas: platsen ligger utanför rapportörens kommun"
    if (
        located.precision in _NAMED
        and located.confidence < PLACE_UNSURE_BELOW
        and not located.contradicts_pin
    ):
        yield f"behöver granskas: platsen {located.name} är osäker ({located.confidence:.0%}){_rivals(located)}"


def _rivals(located: Located) -> str:
    names = [place.name for place in located.considered if place.role is not PlaceRole.CHOSEN]
    return f"; den kan också vara {', '.join(dict.fromkeys(names))}" if names else ""
