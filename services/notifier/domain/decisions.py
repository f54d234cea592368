"""Who must be told what of an incident now, given what they were told before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from services.notifier.domain.old_news import NotAlerted, old_news
from services.notifier.domain.rules import TOLD_OF_EVERY_CRITICAL, Limit, Rule, Rules, Share
from services.notifier.domain.wording import (
    AGAIN,
    CRITICAL_REASON,
    CRITICAL_RULE,
    DEFAULT_RULE,
    SEEN_NOW,
    TAKEN_BACK,
    WITHDRAWN,
    default_reason,
    moved,
    quiet_until,
    recategorised,
    severity_lowered,
    severity_raised,
)
from shared.events import Agency, Alert, AlertKind, IncidentChanged, Location, NotAlertedReason, Severity
from shared.geodata.plane import distance_m

SAME_PLACE_M: Final = 50


@dataclass(frozen=True, slots=True)
class Concern:
    """An agency must know, by which rule, why, and how much it may see."""

    rule: str
    reasons: tuple[str, ...]
    share: Share


@dataclass(frozen=True, slots=True)
class Send:
    """`previous`: the alert this one follows on. Without a `concern` it takes that one back, and tells nothing new.

    `urgent`: a first word or a raised severity, which goes at once.
    """

    agency: Agency
    kind: AlertKind
    rule: str
    reasons: tuple[str, ...]
    concern: Concern | None
    previous: Alert | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Something changed, but too soon after the last alert. Decide again then."""

    agency: Agency
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Nothing:
    agency: Agency
    reason: str


@dataclass(frozen=True, slots=True)
class TooOld:
    """The agency would have been told, had it been told of in time."""

    agency: Agency
    why: NotAlerted


Decision: TypeAlias = Send | Wait | Nothing | TooOld


def decide(
    incident: IncidentChanged,
    already_sent: Mapping[Agency, Alert],
    rules: Rules,
    now: datetime,
    corrected: Collection[Agency] = (),
) -> tuple[Decision, ...]:
    """One decision for each agency that is concerned or was told. `already_sent`: the last alert to each; `corrected`:
    to whom that was sent before a person corrected the incident, so that what they know may be wrong.
    """
    if incident.withdrawn:
        return tuple(_tell_taken_back(agency, last) for agency, last in already_sent.items())
    if not already_sent and (old := old_news(incident, rules, now)) is not None:
        return tuple(TooOld(agency, old) for agency in concerned(incident, rules))
    concerns = {**_still_told(incident, already_sent, rules, corrected), **concerned(incident, rules)}
    quiet = timedelta(seconds=rules.quiet_s)
    return tuple(
        _after_quiet(
            _decide_one(
                agency,
                incident,
                concerns.get(agency),
                already_sent.get(agency),
                corrected=agency in corrected,
            ),
            quiet,
            now,
        )
        for agency in Agency
        if agency in concerns or agency in already_sent
    )


def why_nobody(incident: IncidentChanged, decisions: Sequence[Decision]) -> NotAlerted | None:
    """None when somebody is alerted by these decisions, or was before."""
    if not decisions:
        reason = NotAlertedReason.WITHDRAWN if incident.withdrawn else NotAlertedReason.NOBODY_CONCERNED
        return NotAlerted(reason)
    return next((each.why for each in decisions if isinstance(each, TooOld)), None)


def _still_told(
    incident: IncidentChanged,
    already_sent: Mapping[Agency, Alert],
    rules: Rules,
    corrected: Collection[Agency],
) -> Mapping[Agency, Concern]:
    """Who was told of the incident follows it for as long as it is the same kind of thing and theirs to see, unless a
    person found that what concerned them was not so.
    """
    shares = {agency: rules.agencies[agency].share_of(incident) for agency in already_sent}
    return {
        agency: Concern(last.rule, (), shares[agency])
        for agency, last in already_sent.items()
        if last.kind != AlertKind.CORRECTION
        and last.category == incident.category
        and shares[agency] != Share.NOTHING
        and not (agency in corrected and _concerned_only_as_told(agency, incident, last, rules))
    }


def _concerned_only_as_told(agency: Agency, incident: IncidentChanged, last: Alert, rules: Rules) -> bool:
    """Whether the rules would tell the agency of the incident as grave and there where its last alert said, and do
    not tell it of the incident as it is. What passed by itself since then makes no difference.
    """
    as_told = incident.model_copy(update={"severity": last.severity, "location": last.location})
    return agency in concerned(as_told, rules) and agency not in concerned(incident, rules)


def concerned(incident: IncidentChanged, rules: Rules) -> Mapping[Agency, Concern]:
    """The agencies that must know of the incident as it is, whatever was sent before."""
    limits = [limit for limit in rules.limits if limit.applies(incident)]
    grounds = _grounds(incident, rules) if not limits else _limited(limits)
    if incident.severity == Severity.CRITICAL:
        for agency in TOLD_OF_EVERY_CRITICAL:
            grounds.setdefault(agency, []).insert(0, (CRITICAL_RULE, CRITICAL_REASON))
    shares = {agency: rules.agencies[agency].share_of(incident) for agency in grounds}
    return {
        agency: Concern(found[0][0], tuple(reason for _, reason in found), shares[agency])
        for agency, found in grounds.items()
        if shares[agency] != Share.NOTHING
    }


Grounds: TypeAlias = dict[Agency, list[tuple[str, str]]]


def _grounds(incident: IncidentChanged, rules: Rules) -> Grounds:
    grounds: Grounds = {
        agency: [(DEFAULT_RULE, default_reason(incident.category, agency))]
        for agency in rules.default_agencies(incident.category)
    }
    applying: list[Rule] = [rule for rule in rules.rules if rule.applies(incident)]
    for rule in applying:
        for agency in rule.tell:
            grounds.setdefault(agency, []).append((rule.name, rule.reason))
    return grounds


def _limited(limits: list[Limit]) -> Grounds:
    """Several limits at once: only those whom each of them lets through; none in common, those of the first."""
    allowed = [agency for agency in limits[0].only if all(agency in limit.only for limit in limits)]
    return {
        agency: [(limit.name, limit.reason) for limit in limits if agency in limit.only]
        for agency in allowed or limits[0].only
    }


def _decide_one(
    agency: Agency,
    incident: IncidentChanged,
    concern: Concern | None,
    last: Alert | None,
    *,
    corrected: bool,
) -> Send | Nothing:
    if concern is None:
        assert last is not None
        return _take_back(agency, incident, last, corrected=corrected)
    if last is None:
        return Send(agency, AlertKind.NEW, concern.rule, concern.reasons, concern, None, urgent=True)
    urgent = incident.severity > last.severity
    if last.kind == AlertKind.CORRECTION:
        return Send(agency, AlertKind.NEW, concern.rule, (AGAIN, *concern.reasons), concern, last, urgent)
    changes = (*_changes(incident, last), *(_corrections(incident, last) if corrected else ()))
    if not changes:
        return Nothing(agency, "är redan underrättad")
    return Send(agency, AlertKind.UPDATE, concern.rule, (*changes, *concern.reasons), concern, last, urgent)


def _take_back(agency: Agency, incident: IncidentChanged, last: Alert, *, corrected: bool) -> Send | Nothing:
    if last.kind == AlertKind.CORRECTION:
        return Nothing(agency, "rättelsen är redan sänd")
    if incident.category == last.category and not corrected:
        return Nothing(agency, "får inte längre se händelsen; kategorin är densamma")
    return Send(agency, AlertKind.CORRECTION, last.rule, (WITHDRAWN,), None, last, urgent=False)


def _tell_taken_back(agency: Agency, last: Alert) -> Send | Nothing:
    """Whoever was told may be on the way: they hear of it at once."""
    if last.kind == AlertKind.CORRECTION:
        return Nothing(agency, "rättelsen är redan sänd")
    return Send(agency, AlertKind.CORRECTION, last.rule, (TAKEN_BACK,), None, last, urgent=True)


def _changes(incident: IncidentChanged, last: Alert) -> tuple[str, ...]:
    found: list[str] = []
    if incident.severity > last.severity:
        found.append(severity_raised(last.severity, incident.severity))
    if incident.category != last.category:
        found.append(recategorised(last.category, incident.category))
    if last.hearsay_only and not incident.hearsay_only:
        found.append(SEEN_NOW)
    return tuple(found)


def _corrections(incident: IncidentChanged, last: Alert) -> tuple[str, ...]:
    """What only a person's word makes worth telling: a machine's estimates waver."""
    found: list[str] = []
    if incident.severity < last.severity:
        found.append(severity_lowered(last.severity, incident.severity))
    if _is_elsewhere(incident.location, last.location):
        found.append(moved(incident.location.name))
    return tuple(found)


def _is_elsewhere(now: Location, before: Location) -> bool:
    if (now.name, now.precision) != (before.name, before.precision):
        return True
    if now.lat is None or now.lon is None or before.lat is None or before.lon is None:
        return (now.lat, now.lon) != (before.lat, before.lon)
    return distance_m(now.lat, now.lon, before.lat, before.lon) > SAME_PLACE_M


def _after_quiet(decision: Send | Nothing, quiet: timedelta, now: datetime) -> Decision:
    """What is not urgent waits a while after the last alert, so that a wavering incident makes no storm."""
    if isinstance(decision, Nothing) or decision.previous is None or decision.urgent:
        return decision
    until = decision.previous.issued_at + quiet
    return decision if now >= until else Wait(decision.agency, until, quiet_until(quiet.total_seconds()))
