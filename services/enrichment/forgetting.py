"""What is left of a report whose words are gone, and of an incident that nobody stands for any more. Pure."""

from dataclasses import replace
from typing import Final

from services.enrichment.domain import Understood
from services.enrichment.linking import Incident, unruled
from shared.events import DisposalReason, Location, Precision
from shared.geodata import municipality_name

WITHDRAWN_SUMMARY: Final = "Återtagen av den som rapporterade."
DISPOSED_SUMMARY: Final = "Uppgifterna är gallrade."
_DECIMALS: Final = 2
"""About 1,100 by 560 metres in the middle of Sweden: enough to compare one year with another."""
_ROUGH_M: Final = 1_500.0
_HAS_POINT: Final = frozenset({Precision.ADDRESS, Precision.STREET, Precision.PLACE, Precision.LOCALITY})


def still_counts(reason: DisposalReason | None) -> bool:
    """What was kept long enough did happen; what was taken back is not to be held as if it had."""
    return reason in {None, DisposalReason.RETENTION}


def left_of(what: Understood, municipality: str, reason: DisposalReason) -> Understood:
    """Its kind and how grave it was, for statistics. Nothing that quotes it, and no place that could be somebody's home."""
    where = roughly(what.location, municipality) if still_counts(reason) else nowhere_in(municipality)
    return replace(
        what,
        severity_reasons=(),
        reasons=(),
        places=(),
        happened=None,
        location=where,
        contradicts_pin=False,
        needs_review=False,
    )


def withdrawn(incident: Incident, disposed_reports: int) -> Incident:
    """After the last of its reports was taken back. New reports begin an incident of their own."""
    return replace(
        unruled(incident),
        revision=incident.revision + 1,
        severity_reasons=(),
        summary=WITHDRAWN_SUMMARY,
        clarity=0.0,
        location=nowhere_in(incident.municipality),
        texts=(),
        words=(),
        link_reason="",
        hearsay_only=False,
        ongoing=False,
        involves_minor=False,
        needs_review=False,
        is_place_decided=False,
        is_withdrawn=True,
        own_additions=0,
        still_on_at=None,
        disposed_reports=disposed_reports,
    )


def roughly(location: Location, municipality: str) -> Location:
    if location.lat is None or location.lon is None or location.precision not in _HAS_POINT:
        return nowhere_in(municipality)
    return Location(
        lat=round(location.lat, _DECIMALS),
        lon=round(location.lon, _DECIMALS),
        uncertainty_m=max(location.uncertainty_m or 0.0, _ROUGH_M),
        precision=Precision.LOCALITY,
        municipality=location.municipality,
        confidence=location.confidence,
    )


def nowhere_in(municipality: str) -> Location:
    return Location(
        precision=Precision.MUNICIPALITY, name=municipality_name(municipality), municipality=municipality
    )
