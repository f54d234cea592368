from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.incident import Incident
from services.reporting.domain.rhythm import (
    CurrentRhythm,
    GoDaily,
    Keep,
    RhythmRule,
    StandDown,
    decide,
)
from shared.categories import CategoryCode
from shared.events import Location, Precision, Rhythm, Source, Verdict
from shared.identity import derived_id
from tests.support.picture_events import HARBOUR, KOLSVA, NOW, SOMEWHERE

RULE = RhythmRule()
FORTNIGHTLY = CurrentRhythm()


def incident(name, *, hours_ago=1.0, severity=3, category="fire", location=HARBOUR, **more):
    at = NOW - timedelta(hours=hours_ago)
    return Incident(derived_id("i", name), CategoryCode(category), severity, "…", location, at, at, **more)


def daily(decision, now=NOW):
    return CurrentRhythm(
        Rhythm.DAILY,
        decision.reason,
        decision.reason_en,
        decision.incident_ids,
        now,
        decision.stands_down_at,
    )


def rhythm_after(decision, current):
    match decision:
        case GoDaily():
            return Rhythm.DAILY
        case StandDown():
            return Rhythm.FORTNIGHTLY
        case Keep():
            return current.rhythm


def test_one_fire_changes_nothing():
    assert decide([incident("a")], FORTNIGHTLY, NOW, RULE) == Keep()


def test_two_fires_near_each_other_in_three_days_call_for_daily_meetings():
    decision = decide([incident("a"), incident("b", hours_ago=70)], FORTNIGHTLY, NOW, RULE)
    assert decision.reason == "2 bränder inom 5 km på 72 timmar."
    assert decision.reason_en == "2 fires within 5 km in 72 hours."
    assert set(decision.incident_ids) == {derived_id("i", "a"), derived_id("i", "b")}
    assert decision.stands_down_at == NOW - timedelta(hours=1) + timedelta(days=7)


def test_two_fires_far_apart_in_place_or_time_do_not():
    assert decide([incident("a"), incident("b", location=KOLSVA)], FORTNIGHTLY, NOW, RULE) == Keep()
    assert decide([incident("a"), incident("b", hours_ago=73)], FORTNIGHTLY, NOW, RULE) == Keep()


def test_two_fires_somewhere_in_the_municipality_are_not_near_each_other():
    fires = [incident("a", location=SOMEWHERE), incident("b", location=SOMEWHERE)]
    assert decide(fires, FORTNIGHTLY, NOW, RULE) == Keep()


def test_three_serious_incidents_of_any_kind_in_a_week_do():
    kinds = ("fire", "violence", "robbery")
    serious = [
        incident(kind, category=kind, location=SOMEWHERE, hours_ago=40 * n) for n, kind in enumerate(kinds)
    ]
    assert decide(serious, FORTNIGHTLY, NOW, RULE).reason == "3 allvarliga händelser på 7 dygn."


def test_a_single_critical_incident_does():
    decision = decide([incident("a", severity=4, category="explosion_shooting")], FORTNIGHTLY, NOW, RULE)
    assert decision.reason == "En kritisk händelse."


def test_hearsay_and_what_was_refuted_count_for_nothing():
    told = incident("a", severity=4, hearsay_only=True)
    wrong = incident("b", severity=4, verdicts=(Verdict.REFUTED,))
    assert decide([told, wrong], FORTNIGHTLY, NOW, RULE) == Keep()


def test_hearsay_that_a_person_confirmed_counts():
    confirmed = incident("a", severity=4, hearsay_only=True, verdicts=(Verdict.CONFIRMED,))
    assert isinstance(decide([confirmed], FORTNIGHTLY, NOW, RULE), GoDaily)


def test_a_refuted_rumour_about_it_does_not_undo_what_the_police_have_published():
    fire = incident(
        "a", severity=4, verdicts=(Verdict.REFUTED,), reports_by_source={Source.POLICE_OPEN_DATA: 1}
    )
    assert isinstance(decide([fire], FORTNIGHTLY, NOW, RULE), GoDaily)


def test_the_daily_rhythm_lasts_until_a_quiet_week_has_passed():
    fires = [incident("a"), incident("b")]
    current = daily(decide(fires, FORTNIGHTLY, NOW, RULE))
    almost = current.stands_down_at - timedelta(seconds=1)
    assert decide(fires, current, almost, RULE) == Keep()
    over = decide(fires, current, current.stands_down_at, RULE)
    assert over.reason == "Inga nya allvarliga händelser på 7 dygn."


def test_one_more_serious_incident_puts_off_the_end_and_keeps_the_reason():
    fires = [incident("a"), incident("b")]
    current = daily(decide(fires, FORTNIGHTLY, NOW, RULE))
    later = NOW + timedelta(days=5)
    robbery = incident("c", hours_ago=-24 * 4, category="robbery")
    decision = decide([*fires, robbery], replace(current), later, RULE)
    assert decision.stands_down_at == robbery.last_occurred_at + timedelta(days=7)
    assert decision.reason


def test_the_rhythm_stands_down_when_all_behind_it_was_refuted():
    alarm = incident("a", severity=4)
    current = daily(decide([alarm], FORTNIGHTLY, NOW, RULE))
    decision = decide([replace(alarm, verdicts=(Verdict.REFUTED,))], current, NOW, RULE)
    assert isinstance(decision, StandDown)
    assert "inte längre" in decision.reason


def test_a_clock_that_runs_ahead_does_not_prolong_the_daily_rhythm():
    tomorrow = incident("a", severity=4, hours_ago=-24)
    assert decide([tomorrow], FORTNIGHTLY, NOW, RULE).stands_down_at == NOW + timedelta(days=7)


incidents = st.builds(
    incident,
    st.integers(0, 10**6),
    hours_ago=st.floats(-2, 24 * 12),
    severity=st.integers(1, 4),
    category=st.sampled_from(["fire", "theft", "violence"]),
    location=st.builds(
        lambda lat, lon, precision: Location(lat=lat, lon=lon, uncertainty_m=200, precision=precision),
        st.floats(59.4, 59.7),
        st.floats(15.6, 16.2),
        st.sampled_from([Precision.PLACE, Precision.LOCALITY, Precision.MUNICIPALITY]),
    ),
    hearsay_only=st.booleans(),
    verdicts=st.sampled_from([(), (), (Verdict.CONFIRMED,), (Verdict.REFUTED,)]),
)
towns = st.lists(incidents, max_size=8, unique_by=lambda each: each.incident_id)
currents = st.sampled_from(
    [FORTNIGHTLY, CurrentRhythm(Rhythm.DAILY, "…", "…", (), NOW, NOW + timedelta(days=2))]
)


@given(towns, incidents.filter(lambda each: each.severity >= 3), currents)
def test_one_more_serious_incident_never_makes_the_rhythm_slower_or_shorter(town, more, current):
    before, after = decide(town, current, NOW, RULE), decide([*town, more], current, NOW, RULE)
    if rhythm_after(before, current) is Rhythm.DAILY:
        assert rhythm_after(after, current) is Rhythm.DAILY
    if isinstance(before, GoDaily) and isinstance(after, GoDaily):
        assert after.stands_down_at >= before.stands_down_at


@given(towns, currents, st.randoms())
def test_the_decision_does_not_depend_on_the_order_of_incidents(town, current, random):
    shuffled = list(town)
    random.shuffle(shuffled)
    assert decide(town, current, NOW, RULE) == decide(shuffled, current, NOW, RULE)


@given(towns)
def test_a_decision_once_taken_is_kept_as_long_as_nothing_happens(town):
    first = decide(town, FORTNIGHTLY, NOW, RULE)
    if isinstance(first, GoDaily):
        assert first.stands_down_at > NOW
        assert decide(town, daily(first), NOW, RULE) == Keep()


@given(towns, currents)
def test_the_daily_rhythm_always_ends_after_a_quiet_week(town, current):
    later = NOW + timedelta(days=8)
    assert rhythm_after(decide(town, current, later, RULE), current) is Rhythm.FORTNIGHTLY
