"""What is too old to be news, how old it is and how old it might have been."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifier.domain.rules import Rules
from shared.events import IncidentChanged, NotAlertedReason


@dataclass(frozen=True, slots=True)
class NotAlerted:
    """Why nobody is alerted. `age`: of the news, where that is too much; `limit`: how much would not have been."""

    reason: NotAlertedReason
    age: timedelta | None = None
    limit: timedelta | None = None


def old_news(incident: IncidentChanged, rules: Rules, now: datetime) -> NotAlerted | None:
    """An alert asks somebody to act. An old event that is told of late, as by an import, does not; None if it is news."""
    happened_ago = now - incident.last_occurred_at
    if rules.history_days is not None and happened_ago > (limit := timedelta(days=rules.history_days)):
        return NotAlerted(NotAlertedReason.HISTORY, happened_ago, limit)
    late = _told_late(incident, rules)
    if late is None or any(condition.holds(incident) for condition in rules.late):
        return None
    return late


def _told_late(incident: IncidentChanged, rules: Rules) -> NotAlerted | None:
    """By when it was told of and not by this clock: what waited here because we were down is news still."""
    told_after = incident.changed_at - incident.last_occurred_at
    sources = [source for source, count in incident.reports_by_source.items() if count > 0]
    if not sources or any(source not in rules.fresh_hours for source in sources):
        return None
    longest = timedelta(hours=max(rules.fresh_hours[source] for source in sources))
    return None if told_after <= longest else NotAlerted(NotAlertedReason.TOLD_LATE, told_after, longest)
