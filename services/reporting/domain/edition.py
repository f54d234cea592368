"""What an edition of the situation report says, frozen."""

from uuid import UUID

from pydantic import AwareDatetime

from services.reporting.domain.published import IncidentSummary, Picture, Published


class Proposal(Published):
    """`owner`: who is asked to do it; `reason`: what in the picture calls for it."""

    text: str
    owner: str
    reason: str


class MapPlace(Published):
    """Incidents so near each other that one mark stands for them. Millimetres from the map's upper left corner."""

    number: int
    name: str
    x_mm: float
    y_mm: float
    uncertainty_mm: float
    severity: int
    count: int
    kinds: str
    incident_ids: tuple[UUID, ...]


class MapLabel(Published):
    name: str
    x_mm: float
    y_mm: float


class MapDrawing(Published):
    """`outlines`: the municipality's borders; `scale_mm` on paper are `scale_km` on the ground."""

    width_mm: float
    height_mm: float
    outlines: tuple[tuple[tuple[float, float], ...], ...]
    places: tuple[MapPlace, ...]
    localities: tuple[MapLabel, ...]
    scale_km: int
    scale_mm: float
    without_place: int


class ListedIncident(IncidentSummary):
    """`place`: the map's number for it; None when it is only known to lie in the municipality."""

    place: int | None


class Edition(Published):
    number: int
    frozen_at: AwareDatetime
    frozen_by: str
    sharing_level: str
    in_short: str
    changed: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    serious: int
    previous_serious: int
    map: MapDrawing
    incidents: tuple[ListedIncident, ...]
    incidents_left_out: int
    picture: Picture
