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
    """A place with all incidents there. `number` stands for it on the map."""

    number: int
    name: str
    severity: int
    count: int
    kinds: str
    incident_ids: tuple[UUID, ...]


class MapMark(Published):
    """One or more places too near each other for marks of their own; `name` is the first one's. Millimetres from the
    panel's upper left corner. `label_left`: the words stand left of the mark, where the right has no room for them.
    """

    x_mm: float
    y_mm: float
    uncertainty_mm: float
    severity: int
    label: str
    name: str
    label_left: bool


class MapLabel(Published):
    name: str
    x_mm: float
    y_mm: float


class MapPanel(Published):
    """`outlines`: the municipality's borders; `scale_mm` on paper are `scale_km` on the ground."""

    width_mm: float
    height_mm: float
    outlines: tuple[tuple[tuple[float, float], ...], ...]
    marks: tuple[MapMark, ...]
    localities: tuple[MapLabel, ...]
    scale_km: float
    scale_mm: float


class MapDrawing(Published):
    """`inset`: where places crowd, drawn larger; `inset_frame`: where in `whole` that is (x, y, width, height)."""

    places: tuple[MapPlace, ...]
    without_place: int
    whole: MapPanel
    inset: MapPanel | None
    inset_frame: tuple[float, float, float, float] | None


class ListedIncident(IncidentSummary):
    """`place`: the map's number for it; None when it is only known to lie in the municipality."""

    place: int | None


class Edition(Published):
    """`erased_at`: when words were last taken out of it because what they quoted was disposed of."""

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
    erased_at: AwareDatetime | None = None
