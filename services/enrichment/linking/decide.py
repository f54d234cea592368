"""Does a report belong to an incident we know? A pure rule: the same report and incidents give the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident, takes
from services.enrichment.linking.kinds import KINDS, REPEATED_WITHIN, SAME_FAMILY, SAME_KIND, Kind, Tie
from services.enrichment.linking.nearness import Nearness, are_clearly_apart, nearness
from services.enrichment.linking.words import Words, alikeness, is_repeat
from shared.categories import CategoryCode
from shared.events import Source

LINKS_FROM: Final = 0.58
_KIND, _NEAR, _TIME, _WORDS = 0.25, 0.3, 0.2, 0.25
_SHORTLY_S: Final = 60 * 60.0
_AT_ONCE_S: Final = 30 * 60.0
_HARDLY_ALIKE: Final = 0.2
_ALIKE: Final = 0.4
_VERY_ALIKE: Final = 0.6
_OF_A_RUMOUR: Final = 0.85
_VAGUE_CONFIDENCE: Final = 0.5
_COMPARED: Final = 16
"""So many incidents, best by kind, place and time, are compared word for word."""


@dataclass(frozen=True, slots=True)
class New:
    """No known incident fits. `confidence`: how sure we are that it is a new one."""

    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Existing:
    """`tie`: what its reporter said, where that decided; None where likeness did."""

    incident_id: UUID
    confidence: float
    reason: str
    is_repeat: bool = False
    tie: Tie | None = None


Decision: TypeAlias = New | Existing


@dataclass(frozen=True, slots=True)
class _Fit:
    """How one incident fits, before its words are compared. `kind`, `time` 0-1."""

    incident: Incident
    kind: float
    near: Nearness
    gap_s: float
    time: float

    @property
    def score(self) -> float:
        return _KIND * self.kind + _NEAR * self.near.weight + _TIME * self.time


def link(report: Heard, open_incidents: Iterable[Incident]) -> Decision:
    """The incident that fits best, else `New`. Ties go to the earliest incident, then to its id."""
    incidents = [face for each in open_incidents for face in each.faces]
    words = report.words
    repeated = [each for each in incidents if _repeats(report, words, each)]
    if repeated:
        first = min(repeated, key=_age)
        return Existing(
            first.incident_id, 0.95, "samma text inom ett dygn, räknas som en uppgift", is_repeat=True
        )
    fits = [fit for each in incidents if (fit := _fit(report, each))]
    fits.sort(key=lambda fit: (-fit.score, _age(fit.incident)))
    judged = [(_judge(report, fit), fit) for fit in fits[:_COMPARED]]
    if not judged:
        return New(1.0, "ingen öppen händelse i närheten liknar den")
    (score, alike), best = max(judged, key=lambda one: (one[0][0], *_later_last(one[1].incident)))
    if score >= LINKS_FROM:
        sure = score if best.near.is_known else min(score, _VAGUE_CONFIDENCE)
        return Existing(best.incident.incident_id, round(min(sure, 1.0), 3), _reason(best, alike))
    return New(round(1 - max(score, 0.0), 3), f"ny händelse; närmast var en med {_reason(best, alike)}")


def says_again(report: Heard, incident: Incident) -> bool:
    """Whether it is the same text within a day."""
    return any(_repeats(report, report.words, face) for face in incident.faces)


def _repeats(report: Heard, words: Words, incident: Incident) -> bool:
    return _has_text_like(incident, words) and _may_repeat(report, words, incident)


def _has_text_like(incident: Incident, words: Words) -> bool:
    for other in incident.words:  # noqa: SIM110 - runs for every incident a report meets; `any` takes twice as long
        if is_repeat(words, other):
            return True
    return False


def _may_repeat(report: Heard, words: Words, incident: Incident) -> bool:
    """The same text is the same report when it comes within a day, unless it is pinned to a place that is clearly another."""
    if _are_two_bulletins(report, incident) and all(words.plain != other.plain for other in incident.words):
        return False
    if _gap_s(incident, report.at_s) > REPEATED_WITHIN.total_seconds():
        return False
    if not words.is_telling:  # "det brinner" may be said of two fires
        return nearness(report.understood.location, incident.location, 0) is not None
    return not are_clearly_apart(report.understood.location, incident.location)


def _fit(report: Heard, incident: Incident) -> _Fit | None:
    kind = kind_between(report, incident)
    if kind == 0.0 or not takes(incident, report.at_s):
        return None
    limits = _limits(report, incident)
    gap_s = _gap_s(incident, report.at_s)
    if gap_s > limits.within_s:
        return None
    near = nearness(report.understood.location, incident.location, limits.reach_m)
    if near is None:
        return None
    return _Fit(incident, kind, near, gap_s, 1 - gap_s / limits.within_s)


def kind_between(report: Heard, incident: Incident) -> float:
    """0-1: how well their kinds agree; 0 when they can't be the same. A rumour is never taken for what it is a rumour of."""
    if incident.is_rumour:
        return SAME_KIND if report.is_rumour else (_OF_A_RUMOUR if report.is_second_hand else 0.0)
    if report.is_rumour:
        return _OF_A_RUMOUR if incident.hearsay_only else 0.0
    return report.kinds.get(incident.category, 0.0)


def _limits(report: Heard, incident: Incident) -> Kind:
    both_heard = report.is_second_hand and incident.hearsay_only
    return KINDS[CategoryCode.RUMOUR if both_heard else incident.category]


def _judge(report: Heard, fit: _Fit) -> tuple[float, float]:
    """(score, alikeness of words); a score of 0 where a rule forbids the link."""
    words = max((alikeness(report.words, other) for other in fit.incident.words), default=0.0)
    score = fit.score + _WORDS * words
    if report.is_second_hand and fit.incident.hearsay_only:
        score += 0.05
    return (score if _may_link(report, fit, words) else min(score, LINKS_FROM - 0.01)), words


def _may_link(report: Heard, fit: _Fit, words: float) -> bool:
    if _are_two_bulletins(report, fit.incident):
        return False
    if words >= _VERY_ALIKE:
        return True
    if not fit.near.is_known:
        return (
            fit.gap_s <= _SHORTLY_S and fit.kind == SAME_KIND and not _limits(report, fit.incident).by_words
        )
    if fit.kind <= SAME_FAMILY and words < _HARDLY_ALIKE and fit.gap_s > _AT_ONCE_S:
        return False
    return words >= _ALIKE or fit.gap_s <= _AT_ONCE_S or not _limits(report, fit.incident).by_words


def _are_two_bulletins(report: Heard, incident: Incident) -> bool:
    """The police publish an event once, in set phrases, so two of their texts are two events however alike."""
    police = Source.POLICE_OPEN_DATA
    return report.source is police and incident.reports_by_source.get(police, 0) > 0


def _gap_s(incident: Incident, at_s: float) -> float:
    """From a time to the nearest end of the time the incident is known to last; zero inside it."""
    if at_s < incident.first_s:
        return incident.first_s - at_s
    return at_s - incident.last_s if at_s > incident.last_s else 0.0


def _age(incident: Incident) -> tuple[datetime, int]:
    return incident.first_occurred_at, incident.incident_id.int


def _later_last(incident: Incident) -> tuple[float, int]:
    return -incident.first_occurred_at.timestamp(), -incident.incident_id.int


def _reason(fit: _Fit, words: float) -> str:
    kind = "samma slag" if fit.kind == SAME_KIND else "närbesläktat slag"
    return f"{kind}, {fit.near.words}, {_span(fit.gap_s)} emellan, {words:.0%} lika ord".replace("%", " %")


def _span(gap_s: float) -> str:
    minutes = round(gap_s / 60)
    if minutes < 90:
        return f"{minutes} {'minut' if minutes == 1 else 'minuter'}"
    hours = round(minutes / 60)
    return f"{hours} timmar" if hours < 48 else f"{round(hours / 24)} dygn"
