"""An incident as a value, and a person's ruling laid above it. How reports make it stands in `joining`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from uuid import UUID

from services.enrichment.linking.kinds import KINDS
from services.enrichment.linking.ruling import Ruling
from services.enrichment.linking.words import Words, words_of
from shared.categories import CategoryCode
from shared.events import IncidentChange, Location, Severity, Source


@dataclass(frozen=True, slots=True)
class Automatic:
    """What lies beneath a person's ruling."""

    category: CategoryCode
    category_confidence: float
    severity: Severity
    severity_reasons: tuple[str, ...]
    location: Location
    needs_review: bool


@dataclass(frozen=True, slots=True)
class Incident:
    """`weights`: what its reports say it is; `texts`: its latest distinct texts; `certain_severity`: the gravest that someone
    saw, None while all is hearsay; `ruling`: what a person decided about the whole; `automatic`: what it would be without;
    `disposed_reports`: of how many of its reports the words are gone; `is_withdrawn`: of all, taken back by who told them;
    `own_additions`: how many of its reports add to another of them, by the same reporter; `still_on_at`: when one last said that
    it was still going on.
    """

    incident_id: UUID
    municipality: str
    revision: int
    category: CategoryCode
    category_confidence: float
    weights: Mapping[CategoryCode, float]
    severity: Severity
    certain_severity: Severity | None
    severity_reasons: tuple[str, ...]
    summary: str
    clarity: float
    location: Location
    first_occurred_at: datetime
    last_occurred_at: datetime
    report_count: int
    distinct_texts: int
    reports_by_source: Mapping[Source, int]
    texts: tuple[str, ...]
    hearsay_only: bool
    ongoing: bool
    involves_minor: bool
    needs_review: bool
    link_reason: str = ""
    is_place_decided: bool = False
    ruling: Ruling | None = None
    automatic: Automatic | None = None
    disposed_reports: int = 0
    is_withdrawn: bool = False
    own_additions: int = 0
    still_on_at: datetime | None = None
    words: tuple[Words, ...] = field(default=(), compare=False, repr=False)
    first_s: float = field(init=False, compare=False, repr=False)
    last_s: float = field(init=False, compare=False, repr=False)
    is_rumour: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        if len(self.words) != len(self.texts):
            put(self, "words", tuple(words_of(text) for text in self.texts))
        put(self, "first_s", self.first_occurred_at.timestamp())
        put(self, "last_s", self.last_occurred_at.timestamp())
        put(self, "is_rumour", self.category is CategoryCode.RUMOUR)

    @property
    def faces(self) -> tuple["Incident", ...]:
        """As a person ruled and as its reports tell of it: who reports more of it knows of no ruling."""
        return (self,) if self.automatic is None else (self, unruled(self))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it looks as it does, in plain Swedish."""
        counted = f"{self.report_count} rapporter" if self.report_count > 1 else "1 rapport"
        if self.own_additions:
            counted += f", varav {self.own_additions} tillägg av någon som redan rapporterat"
        if self.distinct_texts < self.report_count - self.own_additions:
            counted += f", {self.distinct_texts} olika {'text' if self.distinct_texts == 1 else 'texter'}"
        told = ("bara hörsägen, ingen har sett det själv",) if self.hearsay_only else ()
        linked = (f"senast kopplad: {self.link_reason}",) if self.link_reason else ()
        review = ("behöver granskas",) if self.needs_review else ()
        ruled = (self.ruling.reason,) if self.ruling else ()
        return (*ruled, counted, *told, *self.severity_reasons, *linked, *review)


def ruled(incident: Incident, ruling: Ruling | None) -> Incident:
    """The incident with a person's ruling laid above it, in place of any before."""
    bare = unruled(incident)
    if ruling is None:
        return bare
    severity = ruling.effective_severity
    return replace(
        bare,
        category=bare.category if ruling.category is None else ruling.category,
        category_confidence=bare.category_confidence if ruling.category is None else 1.0,
        severity=bare.severity if severity is None else severity,
        severity_reasons=ruling.severity_reasons or bare.severity_reasons,
        location=bare.location if ruling.location is None else ruling.location,
        needs_review=ruling.challenge is not None,
        ruling=ruling,
        automatic=Automatic(**{each.name: getattr(bare, each.name) for each in fields(Automatic)}),
    )


def unruled(incident: Incident) -> Incident:
    beneath = incident.automatic
    if beneath is None:
        return incident
    lifted = {each.name: getattr(beneath, each.name) for each in fields(Automatic)}
    return replace(incident, **lifted, ruling=None, automatic=None)


def change_between(before: Incident | None, after: Incident) -> IncidentChange:
    """The weightiest thing that happened to it."""
    if before is None:
        return IncidentChange.OPENED
    if after.severity > before.severity:
        return IncidentChange.SEVERITY_RAISED
    if after.category is not before.category:
        return IncidentChange.RECATEGORISED
    return IncidentChange.REPORT_LINKED


def takes(incident: Incident, at_s: float) -> bool:
    """Whether a report of that time can still belong to it. What was said to be still going on is young again."""
    if incident.first_s <= at_s <= incident.last_s:
        return True
    since_s = incident.first_s if incident.still_on_at is None else incident.still_on_at.timestamp()
    began = min(at_s, max(since_s, incident.first_s))
    ended = max(at_s, incident.last_s)
    return ended - began <= KINDS[incident.category].lasts_s
