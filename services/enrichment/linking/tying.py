"""What a reporter says of which report theirs belongs with: stronger than any likeness, but not blind.

Who adds to what they said themselves knows which occurrence they mean. A stranger who answers "is this the same?" may be wrong:
what is of another kind, elsewhere or of another time stays apart, and a stranger never moves the place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from services.enrichment.linking.decide import Existing, kind_between, says_again
from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident, takes
from services.enrichment.linking.kinds import KINDS, Tie
from services.enrichment.linking.nearness import are_clearly_apart, nearness
from shared.categories import CategoryCode
from shared.events import Relation

_OWN_CONFIDENCE: Final = 0.98
_SAME_CONFIDENCE: Final = 0.9
_SAME_THOUGH_UNCLEAR: Final = 0.75
_UNCLEAR_BELOW: Final = 0.5
_POINTED_OUT_M: Final = 1_500.0
"""A similar report is shown to whoever is within 900 m of the middle of its square of half a kilometre."""
_OWN_REASONS: Final = {
    Tie.ADDITION: "tillägg av den som rapporterade händelsen",
    Tie.STILL_ON: "den som rapporterade händelsen säger att det fortfarande pågår",
    Tie.FIRST: "den rapport som ett tillägg här hör till",
}


@dataclass(frozen=True, slots=True)
class Named:
    """An incident that a report is tied to, and how."""

    incident_id: UUID
    tie: Tie


@dataclass(frozen=True, slots=True)
class Apart:
    """Why the reporter's word was not followed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Follower:
    """A report that names another, and where it is."""

    follows: UUID
    relation: Relation
    incident_id: UUID


@dataclass(slots=True)
class Ties:
    """Where the reports are that others name, and who names those that have not come yet: held back, or on their way."""

    _incident_of: dict[UUID, UUID] = field(default_factory=dict)
    _followers: dict[UUID, Follower] = field(default_factory=dict)

    @classmethod
    def known(cls, incident_of: dict[UUID, UUID], followers: Iterable[Follower]) -> "Ties":
        """`followers` in the order they were linked."""
        ties = cls(dict(incident_of))
        for each in followers:
            ties._follow(each)
        return ties

    @property
    def incidents(self) -> set[UUID]:
        return {*self._incident_of.values(), *(each.incident_id for each in self._followers.values())}

    def of(self, report: Heard) -> Named | None:
        """By the report it names, by another that names the same one, or by one that names it."""
        if report.follows is not None and report.relation is not None:
            own = Tie(report.relation)
            if (incident_id := self._incident_of.get(report.follows)) is not None:
                return Named(incident_id, own)
            if (sibling := self._followers.get(report.follows)) is not None:
                is_own = Relation.SAME not in {sibling.relation, report.relation}
                return Named(sibling.incident_id, own if is_own else Tie.SAME)
        if (follower := self._followers.get(report.report_id)) is not None:
            return Named(follower.incident_id, Tie.SAME if follower.relation is Relation.SAME else Tie.FIRST)
        return None

    def note(self, report: Heard, incident_id: UUID) -> None:
        """The report was linked; those that come after it may name it."""
        self._incident_of[report.report_id] = incident_id
        if report.follows is not None and report.relation is not None:
            self._follow(Follower(report.follows, report.relation, incident_id))

    def _follow(self, follower: Follower) -> None:
        """The earliest stands, and the reporter's own before a stranger's."""
        known = self._followers.get(follower.follows)
        if known is None or (known.relation is Relation.SAME and follower.relation is not Relation.SAME):
            self._followers[follower.follows] = follower


def tied(report: Heard, incident: Incident, tie: Tie) -> Existing | Apart:
    """Whether the reporter's word is followed."""
    if tie is not Tie.SAME:
        return _of_own(report, incident, tie)
    reasons = [_apart(report, face) for face in incident.faces]
    if all(reasons):
        return Apart(f"rapportören pekade ut en annan händelse, men {reasons[0]}")
    is_clear = any(kind_between(report, face) for face in incident.faces)
    return Existing(
        incident.incident_id,
        _SAME_CONFIDENCE if is_clear else _SAME_THOUGH_UNCLEAR,
        "rapportören pekade ut en tidigare rapport om samma händelse",
        is_repeat=says_again(report, incident),
        tie=tie,
    )


def _of_own(report: Heard, incident: Incident, tie: Tie) -> Existing | Apart:
    is_other_kind = not any(kind_between(report, face) for face in incident.faces)
    if is_other_kind and all(
        are_clearly_apart(report.understood.location, face.location) for face in incident.faces
    ):
        return Apart("rapportören lade till den till en annan händelse, men både slag och plats skiljer sig")
    is_repeat = tie is not Tie.STILL_ON and says_again(report, incident)
    return Existing(incident.incident_id, _OWN_CONFIDENCE, _OWN_REASONS[tie], is_repeat=is_repeat, tie=tie)


def _apart(report: Heard, incident: Incident) -> str:
    """What speaks against their being the same; "" when nothing does."""
    if not (kind_between(report, incident) or _is_unclear(report, incident)):
        return "den är av annat slag"
    reach_m = max(KINDS[incident.category].reach_m, _POINTED_OUT_M)
    if nearness(report.understood.location, incident.location, reach_m) is None:
        return "den är på en annan plats"
    return "" if takes(incident, report.at_s) else "den är från en annan tid"


def _is_unclear(report: Heard, incident: Incident) -> bool:
    """The words leave open of what kind it is: "same here, I see it too"."""
    if incident.is_rumour or report.is_rumour:
        return False
    what = report.understood
    return what.category is CategoryCode.OTHER or what.confidence < _UNCLEAR_BELOW
