"""How often the parties meet over the picture: every fortnight, or daily while serious things keep happening."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.reporting.domain.incident import Incident, Verification, has_point, verification
from services.reporting.domain.wording import plural_en, plural_sv
from shared.categories import CategoryCode
from shared.events import Rhythm
from shared.geodata.plane import distance_m

CALM_SV: Final = "Inget just nu kräver tätare avstämning."
CALM_EN: Final = "Nothing calls for meeting more often at present."
STANDS_DOWN_SV: Final = "Inga nya allvarliga händelser på {days} dygn."
STANDS_DOWN_EN: Final = "No new serious incidents for {days} days."
NONE_LEFT_SV: Final = "De händelser som låg bakom den dagliga rytmen är inte längre bedömda som allvarliga."
NONE_LEFT_EN: Final = "The incidents behind the daily rhythm are no longer held to be serious."


@dataclass(frozen=True, slots=True)
class RhythmRule:
    """When to meet daily, and after how many days without a serious incident to stop."""

    serious_severity: int = 3
    critical_severity: int = 4
    window_days: int = 7
    serious_count: int = 3
    near_count: int = 2
    near_m: float = 5_000
    near_hours: int = 72
    quiet_days: int = 7

    def __post_init__(self) -> None:
        if self.quiet_days < self.window_days:
            raise ValueError(
                "quiet_days must be at least window_days, or the rhythm would change back and forth"
            )

    @property
    def memory(self) -> timedelta:
        """How far back an incident can matter."""
        return max(timedelta(days=self.quiet_days), timedelta(hours=self.near_hours))


@dataclass(frozen=True, slots=True)
class CurrentRhythm:
    rhythm: Rhythm = Rhythm.FORTNIGHTLY
    reason: str = CALM_SV
    reason_en: str = CALM_EN
    incident_ids: tuple[UUID, ...] = ()
    since: datetime | None = None
    stands_down_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing changes."""


@dataclass(frozen=True, slots=True)
class GoDaily:
    """Meet daily; or, when that is so already, for these reasons and until this time from now on."""

    reason: str
    reason_en: str
    incident_ids: tuple[UUID, ...]
    stands_down_at: datetime


@dataclass(frozen=True, slots=True)
class StandDown:
    reason: str
    reason_en: str


Decision = Keep | GoDaily | StandDown


@dataclass(frozen=True, slots=True)
class _Ground:
    sv: str
    en: str
    incidents: tuple[Incident, ...]


def decide(
    incidents: Sequence[Incident], current: CurrentRhythm, now: datetime, rule: RhythmRule
) -> Decision:
    """One more serious incident never gives a slower rhythm or an earlier end of the daily one."""
    serious = sorted(
        (incident for incident in incidents if counts(incident, now, rule)),
        key=lambda incident: (incident.last_occurred_at, incident.incident_id),
    )
    daily = current.rhythm is Rhythm.DAILY
    if not serious:
        return _stand_down(incidents, now, rule) if daily else Keep()
    grounds = _grounds(serious, now, rule)
    if not grounds and not daily:
        return Keep()
    wanted = _daily(serious, grounds, current, rule, now)
    same = (wanted.reason, wanted.incident_ids, wanted.stands_down_at) == (
        current.reason,
        current.incident_ids,
        current.stands_down_at,
    )
    return Keep() if daily and same else wanted


def counts(incident: Incident, now: datetime, rule: RhythmRule) -> bool:
    """Serious, recent enough to matter, and neither mere hearsay nor refuted."""
    return (
        incident.severity >= rule.serious_severity
        and _happened(incident, now) > now - rule.memory
        and verification(incident) not in (Verification.HEARSAY, Verification.REFUTED)
    )


def _happened(incident: Incident, now: datetime) -> datetime:
    """A clock that runs ahead can't prolong the daily rhythm."""
    return min(incident.last_occurred_at, now)


def _daily(
    serious: Sequence[Incident],
    grounds: Sequence[_Ground],
    current: CurrentRhythm,
    rule: RhythmRule,
    now: datetime,
) -> GoDaily:
    until = max(_happened(incident, now) for incident in serious) + timedelta(days=rule.quiet_days)
    if not grounds:
        return GoDaily(current.reason, current.reason_en, current.incident_ids, until)
    ids = {incident.incident_id: None for ground in grounds for incident in ground.incidents}
    sv, en = "; ".join(ground.sv for ground in grounds), "; ".join(ground.en for ground in grounds)
    return GoDaily(_sentence(sv), _sentence(en), tuple(ids), until)


def _stand_down(incidents: Sequence[Incident], now: datetime, rule: RhythmRule) -> StandDown:
    recent = [incident for incident in incidents if _happened(incident, now) > now - rule.memory]
    if any(incident.severity >= rule.serious_severity for incident in recent):
        return StandDown(NONE_LEFT_SV, NONE_LEFT_EN)
    days = rule.quiet_days
    return StandDown(STANDS_DOWN_SV.format(days=days), STANDS_DOWN_EN.format(days=days))


def _grounds(serious: Sequence[Incident], now: datetime, rule: RhythmRule) -> list[_Ground]:
    window = [
        incident for incident in serious if _happened(incident, now) > now - timedelta(days=rule.window_days)
    ]
    found = [_critical(window, rule), *_near(serious, now, rule), _many(window, rule)]
    return [ground for ground in found if ground is not None]


def _critical(window: Sequence[Incident], rule: RhythmRule) -> _Ground | None:
    critical = tuple(incident for incident in window if incident.severity >= rule.critical_severity)
    if not critical:
        return None
    if len(critical) == 1:
        return _Ground("en kritisk händelse", "one critical incident", critical)
    return _Ground(f"{len(critical)} kritiska händelser", f"{len(critical)} critical incidents", critical)


def _many(window: Sequence[Incident], rule: RhythmRule) -> _Ground | None:
    if len(window) < rule.serious_count:
        return None
    return _Ground(
        f"{len(window)} allvarliga händelser på {rule.window_days} dygn",
        f"{len(window)} serious incidents in {rule.window_days} days",
        tuple(window),
    )


def _near(serious: Sequence[Incident], now: datetime, rule: RhythmRule) -> list[_Ground]:
    recent = now - timedelta(hours=rule.near_hours)
    by_category: dict[CategoryCode, list[Incident]] = defaultdict(list)
    for incident in serious:
        if _happened(incident, now) > recent and has_point(incident.location):
            by_category[incident.category].append(incident)
    grounds: list[_Ground] = []
    for category, same_kind in sorted(by_category.items()):
        group = _largest_neighbourhood(same_kind, rule.near_m)
        if len(group) >= rule.near_count:
            km = f"{rule.near_m / 1000:g}"
            grounds.append(
                _Ground(
                    f"{len(group)} {plural_sv(category)} inom {km.replace('.', ',')} km på {rule.near_hours} timmar",
                    f"{len(group)} {plural_en(category)} within {km} km in {rule.near_hours} hours",
                    group,
                )
            )
    return grounds


def _largest_neighbourhood(incidents: Sequence[Incident], radius_m: float) -> tuple[Incident, ...]:
    """The most incidents that lie within `radius_m` of one of them."""
    best: tuple[Incident, ...] = ()
    for centre in incidents:
        group = tuple(other for other in incidents if _apart_m(centre, other) <= radius_m)
        if len(group) > len(best):
            best = group
    return best


def _apart_m(one: Incident, other: Incident) -> float:
    here, there = one.location, other.location
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        return float("inf")
    return distance_m(here.lat, here.lon, there.lat, there.lon)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."[:500]
