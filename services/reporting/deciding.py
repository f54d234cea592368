"""Deciding the rhythm of a municipality from what is stored, in the caller's transaction."""

from datetime import datetime

from services.reporting.domain.rhythm import CurrentRhythm, Decision, GoDaily, RhythmRule, StandDown, decide
from services.reporting.publishing import rhythm_event
from services.reporting.store import Connection
from services.reporting.store.incidents import serious_since
from services.reporting.store.rhythms import current_rhythm, save_rhythm
from shared.envelope import Outgoing
from shared.events import Rhythm, RhythmChanged

BY_RULE = "regel"


async def decide_rhythm(
    connection: Connection, municipality: str, now: datetime, rule: RhythmRule
) -> list[Outgoing]:
    """What is to be published about it: nothing as long as nothing changes. The municipality must be locked."""
    current = await current_rhythm(connection, municipality)
    incidents = await serious_since(connection, municipality, now - rule.memory, rule.serious_severity)
    changed = _changed(municipality, decide(incidents, current, now, rule), current, now)
    if changed is None:
        return []
    await save_rhythm(connection, changed, BY_RULE, now)
    return [rhythm_event(changed)]


def _changed(
    municipality: str, decision: Decision, current: CurrentRhythm, now: datetime
) -> RhythmChanged | None:
    match decision:
        case GoDaily(reason, reason_en, incident_ids, stands_down_at):
            begun = current.since if current.rhythm is Rhythm.DAILY else None
            return RhythmChanged(
                municipality=municipality,
                rhythm=Rhythm.DAILY,
                reason=reason,
                reason_en=reason_en,
                incident_ids=incident_ids,
                since=begun or now,
                stands_down_at=stands_down_at,
            )
        case StandDown(reason, reason_en):
            return RhythmChanged(
                municipality=municipality,
                rhythm=Rhythm.FORTNIGHTLY,
                reason=reason,
                reason_en=reason_en,
                since=now,
            )
        case _:
            return None
