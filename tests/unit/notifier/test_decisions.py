from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.alerts import compose
from services.notifier.domain.decisions import Decision, Nothing, Send, TooOld, Wait, decide, why_nobody
from services.notifier.domain.old_news import NotAlerted
from services.notifier.domain.rules import Rules
from services.notifier.domain.wording import TEXT_WITHHELD
from services.notifier.rules_file import DEFAULT_RULES_PATH, load_rules
from shared.categories import CategoryCode, load_categories
from shared.events import Agency, Alert, AlertKind, IncidentChanged, NotAlertedReason, Severity, Source
from tests.support.incidents import NOON, incident

RULES = load_rules(DEFAULT_RULES_PATH)
LATER = NOON + timedelta(hours=1)
Told = Mapping[Agency, Alert]


def tell(state: IncidentChanged, told: Told | None = None, now: Any = NOON, rules: Rules = RULES) -> Told:
    """What each agency was last told, after deciding on `state`."""
    sent = {alert.agency: alert for alert in alerts(state, told, now, rules)}
    return {**(told or {}), **sent}


def corrections(state: IncidentChanged, told: Told, now: Any = LATER) -> list[Alert]:
    """The alerts after a person's correction, which nobody among those told has heard of."""
    return [
        compose(each, state, uuid4(), now) for each in sends(decide(state, told, RULES, now, corrected=told))
    ]


def after(told: Told, alerts: Sequence[Alert]) -> Told:
    return {**told, **{alert.agency: alert for alert in alerts}}


def alerts(
    state: IncidentChanged, told: Told | None = None, now: Any = NOON, rules: Rules = RULES
) -> list[Alert]:
    return [compose(each, state, uuid4(), now) for each in sends(decide(state, told or {}, rules, now))]


def sends(decisions: Sequence[Decision]) -> list[Send]:
    return [each for each in decisions if isinstance(each, Send)]


def told_agencies(state: IncidentChanged) -> set[Agency]:
    return set(tell(state))


def test_a_new_incident_is_told_to_each_agency_its_category_names():
    first = alerts(incident(category="burglary"))
    assert {alert.agency for alert in first} == {Agency.POLICE, Agency.SECURITY, Agency.GUARDS}
    assert {(alert.kind, alert.revision, alert.supersedes) for alert in first} == {(AlertKind.NEW, 1, None)}
    assert first[0].reasons[0] == "Inbrott aviseras till polisen."


def test_one_more_report_tells_nobody_anything():
    told = tell(incident())
    again = decide(incident(revision=2, report_count=9, summary="Samma sak igen"), told, RULES, LATER)
    assert all(isinstance(each, Nothing) for each in again)


def test_a_raised_severity_is_told_at_once_to_those_who_were_told():
    told = tell(incident())
    second = alerts(incident(revision=2, severity=3), told, NOON + timedelta(seconds=1))
    assert {(alert.agency, alert.kind) for alert in second} == {
        (Agency.POLICE, AlertKind.UPDATE),
        (Agency.SECURITY, AlertKind.UPDATE),
    }
    police = next(alert for alert in second if alert.agency == Agency.POLICE)
    assert police.supersedes == told[Agency.POLICE].alert_id
    assert police.revision == 2
    assert police.reasons[0] == "Allvarlighetsgraden har höjts från 2 (måttlig) till 3 (allvarlig)."


def test_a_lowered_severity_and_its_return_tell_nothing():
    told = tell(incident(severity=3))
    assert alerts(incident(severity=2), told, LATER) == []
    assert alerts(incident(severity=3), told, LATER) == []


def test_who_was_told_by_a_passing_circumstance_still_hears_that_it_grew_worse():
    told = tell(incident(ongoing=True))
    assert Agency.GUARDS in told
    second = alerts(incident(ongoing=False, severity=3), told, LATER)
    assert Agency.GUARDS in {alert.agency for alert in second}


def test_a_new_category_tells_the_newly_concerned_and_corrects_the_others():
    told = tell(incident(category="disorder", summary="En pojke ser rädd ut."))
    changed = incident(category="child_concern", severity=3, revision=2, summary="Pojken slås hemma.")
    kinds = {alert.agency: alert.kind for alert in alerts(changed, told, LATER)}
    assert kinds == {
        Agency.SOCIAL: AlertKind.NEW,
        Agency.SCHOOL: AlertKind.NEW,
        Agency.POLICE: AlertKind.CORRECTION,
        Agency.SECURITY: AlertKind.CORRECTION,
        Agency.GUARDS: AlertKind.CORRECTION,
    }


def test_a_correction_tells_nothing_of_what_the_incident_has_become():
    told = tell(incident(category="disorder", summary="En pojke ser rädd ut."))
    changed = incident(category="child_concern", severity=4, revision=2, summary="Pojken slås hemma.")
    guards = next(alert for alert in alerts(changed, told, LATER) if alert.agency == Agency.GUARDS)
    assert (guards.kind, guards.category, guards.severity) == (AlertKind.CORRECTION, "disorder", 2)
    assert "slås" not in guards.model_dump_json()


def test_a_correction_is_sent_once_and_a_return_is_new_again():
    told = tell(incident(category="disorder"))
    told = tell(incident(category="fraud"), told, LATER)
    assert told[Agency.GUARDS].kind == AlertKind.CORRECTION
    assert alerts(incident(category="fraud"), told, LATER + timedelta(hours=1)) == []
    back = alerts(incident(category="disorder"), told, LATER + timedelta(hours=1))
    assert {(alert.agency, alert.kind, alert.revision) for alert in back} == {
        (Agency.POLICE, AlertKind.UPDATE, 3),
        (Agency.SECURITY, AlertKind.NEW, 3),
        (Agency.GUARDS, AlertKind.NEW, 3),
    }


def test_a_change_too_soon_after_an_alert_waits_and_then_goes():
    told = tell(incident(category="theft"))
    changed = incident(category="burglary", revision=2)
    soon = decide(changed, told, RULES, NOON + timedelta(seconds=1))
    waits = {each.agency: each.until for each in soon if isinstance(each, Wait)}
    assert waits == {agency: NOON + timedelta(seconds=RULES.quiet_s) for agency in told}
    assert {each.agency for each in sends(soon)} == {Agency.GUARDS}
    after = sends(decide(changed, told, RULES, NOON + timedelta(seconds=RULES.quiet_s)))
    assert {each.agency for each in after} == {Agency.POLICE, Agency.SECURITY, Agency.GUARDS}


def test_hearsay_goes_to_security_alone_until_someone_has_seen_it():
    rumour = incident(category="fire", severity=3, hearsay_only=True)
    told = tell(rumour)
    assert set(told) == {Agency.SECURITY}
    assert told[Agency.SECURITY].rule == "bara hörsägen"
    seen = alerts(incident(category="fire", severity=3, revision=2), told, LATER)
    assert {(alert.agency, alert.kind) for alert in seen} == {
        (Agency.POLICE, AlertKind.NEW),
        (Agency.RESCUE, AlertKind.NEW),
        (Agency.SECURITY, AlertKind.UPDATE),
    }
    assert "Uppgiften är inte längre bara hörsägen." in seen[-1].reasons


def test_an_unsure_minor_matter_goes_to_security_alone():
    assert told_agencies(incident(needs_review=True, category="animal")) == {Agency.SECURITY}
    assert Agency.POLICE in told_agencies(incident(needs_review=True, severity=3))


@pytest.mark.parametrize("category", ["violence", "fire", "traffic", "death"])
def test_the_school_hears_only_of_minors_and_of_school(category: str):
    assert Agency.SCHOOL not in told_agencies(incident(category=category, severity=3))
    assert Agency.SCHOOL in told_agencies(incident(category="violence", severity=3, involves_minor=True))


def test_the_guards_never_hear_of_a_child_at_risk():
    for severity in Severity:
        state = incident(category="child_concern", severity=severity, ongoing=True, involves_minor=True)
        assert Agency.GUARDS not in told_agencies(state)


def test_the_words_of_a_sensitive_report_and_reasons_quoting_it_stay_with_those_who_may_read_them():
    told = tell(incident(category="violence", ongoing=True, summary="Per slog Eva", reasons=["'Per slog'"]))
    assert told[Agency.GUARDS].summary == TEXT_WITHHELD
    assert "Per" not in told[Agency.GUARDS].model_dump_json()
    assert told[Agency.POLICE].summary == "Per slog Eva"


def test_a_place_outside_the_municipality_is_told_to_security():
    outside = {"lat": 59.39, "lon": 15.84, "precision": "locality", "municipality": "1984"}
    assert Agency.SECURITY not in told_agencies(incident(category="traffic"))
    assert Agency.SECURITY in told_agencies(incident(category="traffic", location=outside))


incidents = st.builds(
    incident,
    st.integers(0, 1),
    category=st.sampled_from(CategoryCode),
    severity=st.sampled_from(Severity),
    hearsay_only=st.booleans(),
    ongoing=st.booleans(),
    involves_minor=st.booleans(),
    needs_review=st.booleans(),
    reports_by_source=st.dictionaries(st.sampled_from(Source), st.integers(1, 50), min_size=1),
    revision=st.integers(1, 1000),
)


@given(st.lists(incidents, min_size=1, max_size=6))
def test_the_same_state_twice_never_alerts_twice(states: list[IncidentChanged]):
    told: Told = {}
    for step, state in enumerate(states):
        now = NOON + timedelta(hours=step)
        told = tell(state, told, now)
        assert alerts(state, told, now + timedelta(minutes=30)) == []


@given(incidents)
def test_severity_four_always_tells_police_and_security(state: IncidentChanged):
    critical = state.model_copy(update={"severity": Severity.CRITICAL})
    assert {Agency.POLICE, Agency.SECURITY} <= told_agencies(critical)


@given(incidents)
def test_somebody_is_told_of_every_incident(state: IncidentChanged):
    assert told_agencies(state)


@given(incidents, incidents)
def test_nobody_is_ever_told_of_what_is_not_theirs_to_see(before: IncidentChanged, after: IncidentChanged):
    told = tell(before)
    for alert in [*told.values(), *alerts(after, told, LATER)]:
        view = RULES.agencies[alert.agency]
        assert alert.category not in view.never
        if alert.category in view.without_text:
            assert alert.summary not in (before.summary, after.summary)


def test_without_defaults_only_the_rules_tell():
    rules = RULES.model_copy(update={"default": "nobody"})
    assert decide(incident(), {}, rules, NOON) == ()


def test_every_category_has_a_label_in_both_languages_on_the_alert():
    for category in load_categories():
        for alert in alerts(incident(category=category, severity=4)):
            assert alert.category_label_sv
            assert alert.category_label_en


def test_history_alerts_nobody_anew_and_says_why() -> None:
    days = timedelta(days=RULES.history_days or 0)
    happened = incident().last_occurred_at

    assert sends(decide(incident(), {}, RULES, happened + days))
    held = decide(incident(), {}, RULES, happened + days + timedelta(seconds=1))
    why = NotAlerted(NotAlertedReason.HISTORY, days + timedelta(seconds=1), days)
    assert set(held) == {TooOld(agency, why) for agency in told_agencies(incident())}
    assert why_nobody(incident(), held) == why


def told_after(hours: float, source: Source, **changes: Any) -> IncidentChanged:
    return incident(changed_at=NOON + timedelta(hours=hours), reports_by_source={source: 1}, **changes)


def test_what_a_citizen_tells_of_late_is_news_until_it_is_history() -> None:
    assert sends(decide(told_after(24 * 20, Source.CITIZEN), {}, RULES, NOON + timedelta(days=20)))


@pytest.mark.parametrize("source", [Source.STAFF, Source.GUARD, Source.POLICE_OPEN_DATA, Source.IMPORT])
def test_what_a_source_tells_of_in_time_is_news_and_later_it_is_not(source: Source) -> None:
    hours = RULES.fresh_hours[source]
    assert sends(decide(told_after(hours, source), {}, RULES, NOON + timedelta(hours=hours)))

    late = told_after(hours + 0.01, source)
    held = decide(late, {}, RULES, NOON + timedelta(hours=hours + 0.01))
    why = NotAlerted(NotAlertedReason.TOLD_LATE, timedelta(hours=hours + 0.01), timedelta(hours=hours))
    assert set(held) == {TooOld(agency, why) for agency in told_agencies(incident())}
    assert why_nobody(late, held) == why


def test_a_round_of_last_night_is_told_in_the_morning_and_one_of_last_week_is_not() -> None:
    assert sends(decide(told_after(10, Source.GUARD), {}, RULES, NOON + timedelta(hours=10)))
    assert not sends(decide(told_after(24 * 7, Source.GUARD), {}, RULES, NOON + timedelta(days=7)))


def test_what_waited_while_the_notifier_was_down_is_news_still() -> None:
    assert sends(decide(told_after(1, Source.GUARD), {}, RULES, NOON + timedelta(days=5)))


def test_one_source_in_time_is_enough() -> None:
    both = {Source.CITIZEN: 1, Source.IMPORT: 4}
    state = incident(changed_at=NOON + timedelta(days=3), reports_by_source=both)
    assert sends(decide(state, {}, RULES, NOON + timedelta(days=3)))


@pytest.mark.parametrize("source", [Source.CITIZEN, Source.STAFF, Source.GUARD])
@pytest.mark.parametrize(
    "danger", [{"ongoing": True, "severity": 3}, {"severity": 4}, {"category": "child_concern"}]
)
def test_danger_that_lasts_alerts_however_late_somebody_tells_of_it(
    source: Source, danger: dict[str, Any]
) -> None:
    assert sends(decide(told_after(24 * 20, source, **danger), {}, RULES, NOON + timedelta(days=20)))


@pytest.mark.parametrize("source", [Source.POLICE_OPEN_DATA, Source.IMPORT])
def test_a_list_of_old_events_alerts_nobody_whatever_it_says(source: Source) -> None:
    grave = told_after(24 * 3, source, ongoing=True, severity=4)
    assert not sends(decide(grave, {}, RULES, NOON + timedelta(days=3)))


def test_rules_that_say_nothing_of_it_hold_back_nothing_that_is_no_history() -> None:
    rules = RULES.model_copy(update={"fresh_hours": {}, "late": ()})
    assert sends(decide(told_after(24 * 20, Source.IMPORT), {}, rules, NOON + timedelta(days=20)))


def test_who_was_told_hears_more_of_it_however_long_it_takes() -> None:
    told = tell(incident())
    assert alerts(incident(revision=2, severity=4), told, NOON + timedelta(days=60))


SCHOOL = {"category": "school_incident", "change": "corrected"}


def kinds(found: Sequence[Alert]) -> dict[Agency, AlertKind]:
    return {alert.agency: alert.kind for alert in found}


def test_a_corrected_category_tells_the_newly_concerned_and_withdraws_from_the_others() -> None:
    told = tell(incident(category="disorder"))
    found = corrections(incident(revision=2, **SCHOOL), told)
    assert kinds(found) == {
        Agency.SCHOOL: AlertKind.NEW,
        Agency.SECURITY: AlertKind.UPDATE,
        Agency.POLICE: AlertKind.CORRECTION,
        Agency.GUARDS: AlertKind.CORRECTION,
    }
    assert decide(
        incident(revision=2, **SCHOOL), {}, RULES, LATER
    )  # and it can be decided before anyone was told


def test_an_undone_correction_brings_the_right_ones_again() -> None:
    before = incident(category="disorder")
    told = tell(before)
    told = after(told, corrections(incident(revision=2, **SCHOOL), told))
    back = incident(category="disorder", revision=3, change="corrected")
    found = corrections(back, told, LATER + timedelta(hours=1))
    assert kinds(found) == {
        Agency.POLICE: AlertKind.NEW,
        Agency.SECURITY: AlertKind.UPDATE,
        Agency.SCHOOL: AlertKind.CORRECTION,
        Agency.GUARDS: AlertKind.NEW,
    }
    assert "Händelsen rör er åter efter en ny bedömning." in found[0].reasons


def test_a_severity_that_a_person_lowers_is_told_to_those_who_were_told() -> None:
    told = tell(incident(severity=3))
    found = corrections(incident(severity=1, revision=2, change="corrected"), told)
    assert kinds(found) == {Agency.POLICE: AlertKind.UPDATE, Agency.SECURITY: AlertKind.UPDATE}
    assert found[0].severity == 1
    assert found[0].reasons[0] == "Allvarlighetsgraden har sänkts från 3 (allvarlig) till 1 (mindre)."
    again = decide(incident(severity=1, revision=3), after(told, found), RULES, LATER + timedelta(hours=1))
    assert all(isinstance(each, Nothing) for each in again)


def test_who_was_told_because_it_was_grave_is_told_that_it_was_not() -> None:
    told = tell(incident(category="school_incident", severity=3))
    assert {Agency.POLICE, Agency.SOCIAL} <= set(told)
    found = corrections(incident(category="school_incident", severity=2, revision=2), told)
    assert kinds(found) == {
        Agency.POLICE: AlertKind.CORRECTION,
        Agency.SOCIAL: AlertKind.CORRECTION,
        Agency.SCHOOL: AlertKind.UPDATE,
        Agency.SECURITY: AlertKind.UPDATE,
    }


def test_what_passed_by_itself_is_not_withdrawn_by_a_correction_of_something_else() -> None:
    told = tell(incident(ongoing=True))
    assert Agency.GUARDS in told
    found = corrections(incident(severity=1, revision=2), told)
    assert kinds(found)[Agency.GUARDS] == AlertKind.UPDATE


def test_a_place_that_a_person_moves_is_told_and_a_few_metres_are_not() -> None:
    told = tell(incident())
    place = {"lat": 59.51, "lon": 15.99, "precision": "place", "municipality": "1983"}
    moved = incident(revision=2, location={**place, "lat": 59.6, "name": "Kolsva skola"})
    found = corrections(moved, told)
    assert [alert.reasons[0] for alert in found] == ["Platsen är nu Kolsva skola."] * 2
    assert found[0].location.lat == 59.6
    assert corrections(incident(revision=2, location={**place, "lat": 59.5101}), told) == []


def test_a_place_that_a_machine_moves_or_a_severity_it_lowers_tells_nothing() -> None:
    told = tell(incident(severity=3))
    moved = {"lat": 59.6, "lon": 15.8, "precision": "place", "name": "Kolsva", "municipality": "1983"}
    assert alerts(incident(revision=2, severity=2, location=moved), told, LATER) == []


def test_a_place_corrected_to_another_municipality_is_told_to_security_and_back_withdraws_it() -> None:
    outside = {"lat": 59.39, "lon": 15.84, "precision": "locality", "municipality": "1984"}
    told = tell(incident(category="traffic"))
    found = corrections(incident(category="traffic", location=outside, revision=2), told)
    assert kinds(found) == {Agency.POLICE: AlertKind.UPDATE, Agency.SECURITY: AlertKind.NEW}
    back = corrections(
        incident(category="traffic", revision=3), after(told, found), LATER + timedelta(hours=1)
    )
    assert kinds(back) == {Agency.POLICE: AlertKind.UPDATE, Agency.SECURITY: AlertKind.CORRECTION}


def test_a_doubtful_matter_that_a_person_confirms_reaches_the_others() -> None:
    told = tell(incident(category="animal", needs_review=True))
    assert set(told) == {Agency.SECURITY}
    found = corrections(incident(category="animal", revision=2, change="corrected"), told)
    assert kinds(found)[Agency.POLICE] == AlertKind.NEW


@given(st.lists(incidents, min_size=1, max_size=6))
def test_a_correction_told_is_not_told_again(states: list[IncidentChanged]):
    told: Told = {}
    for step, state in enumerate(states):
        now = NOON + timedelta(hours=step)
        told = after(told, corrections(state, told, now))
        assert corrections(state, told, now + timedelta(minutes=30)) == []


@given(incidents, incidents)
def test_a_correction_never_shows_what_is_not_for_an_agency_to_see(
    before: IncidentChanged, changed: IncidentChanged
):
    for alert in corrections(changed, tell(before)):
        view = RULES.agencies[alert.agency]
        assert alert.category not in view.never
        if alert.category in view.without_text:
            assert alert.summary not in (before.summary, changed.summary)


@given(incidents, incidents)
def test_after_a_correction_those_whom_the_rules_name_are_told_and_no_one_is_left_with_a_wrong_word(
    before: IncidentChanged, changed: IncidentChanged
):
    told = tell(before)
    now = after(told, corrections(changed, told))
    for last in now.values():
        if last.kind != AlertKind.CORRECTION:
            assert (last.category, last.severity) == (changed.category, changed.severity)
    assert set(tell(changed)) <= {agency for agency, last in now.items() if last.kind != AlertKind.CORRECTION}


def test_of_several_sources_that_told_late_the_most_patient_one_sets_the_limit() -> None:
    state = incident(changed_at=NOON + timedelta(days=3), reports_by_source={"import": 2, "guard": 1})
    why = why_nobody(state, decide(state, {}, RULES, NOON + timedelta(days=3)))
    assert why is not None
    assert why.limit == timedelta(
        hours=max(RULES.fresh_hours[Source.IMPORT], RULES.fresh_hours[Source.GUARD])
    )


NOBODY_RULES = RULES.model_copy(update={"default": "nobody", "rules": (), "limits": ()})


@pytest.mark.parametrize(
    ("state", "rules", "reason"),
    [
        (incident(), NOBODY_RULES, NotAlertedReason.NOBODY_CONCERNED),
        (told_after(24 * 90, Source.IMPORT), NOBODY_RULES, NotAlertedReason.NOBODY_CONCERNED),
        (incident(withdrawn=True), RULES, NotAlertedReason.WITHDRAWN),
    ],
)
def test_why_nobody_is_alerted_of_what_is_no_old_news(
    state: IncidentChanged, rules: Rules, reason: NotAlertedReason
) -> None:
    assert why_nobody(state, decide(state, {}, rules, LATER)) == NotAlerted(reason)


@pytest.mark.parametrize(
    "later", [incident(revision=2), incident(withdrawn=True), told_after(99, Source.IMPORT)]
)
def test_where_somebody_was_alerted_there_is_no_why_not(later: IncidentChanged) -> None:
    assert why_nobody(incident(), decide(incident(), {}, RULES, NOON)) is None
    assert why_nobody(later, decide(later, tell(incident()), RULES, LATER)) is None
