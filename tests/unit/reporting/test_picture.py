from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.incident import Incident
from services.reporting.domain.periods import Period, local_date, period_ending
from services.reporting.domain.picture import (
    Material,
    ReportCount,
    category_counts,
    day_counts,
    totals,
)
from services.reporting.drawing import known_periods
from shared.categories import CategoryCode
from shared.events import Source
from shared.identity import derived_id
from tests.support.picture_events import HARBOUR, NOW

PERIOD = period_ending(NOW, 14)


def incident(number, hours_ago, category="fire", severity=2, **more):
    at = NOW - timedelta(hours=hours_ago)
    return Incident(derived_id(number), CategoryCode(category), severity, "…", HARBOUR, at, at, **more)


def material(incidents, reports=(), baseline=None, periods=0, period: Period = PERIOD):
    return Material(period, NOW, incidents, reports, baseline or {}, periods)


incidents = st.lists(
    st.builds(
        incident,
        st.integers(0, 10**9),
        st.floats(-11, 24 * 27),
        st.sampled_from(list(CategoryCode)),
        st.integers(1, 4),
    ),
    max_size=40,
)


@given(incidents)
def test_categories_days_and_totals_add_up_to_the_same(town):
    drawn = material(town)
    figures, rows, days = totals(drawn), category_counts(drawn), day_counts(drawn)
    assert sum(row.count for row in rows) == figures.incidents
    assert sum(row.previous for row in rows) == figures.previous_incidents
    assert sum(day.incidents for day in days[14:]) == figures.incidents
    assert sum(day.incidents for day in days[:14]) == figures.previous_incidents
    assert [row.count for row in rows] == sorted((row.count for row in rows), reverse=True)


@given(incidents)
def test_there_is_one_day_for_each_of_both_periods_in_order(town):
    days = [day.date for day in day_counts(material(town))]
    assert days == [*PERIOD.before().dates(), *PERIOD.dates()]


def test_reported_and_discovered_are_counted_apart():
    today, before = local_date(NOW), local_date(NOW) - timedelta(days=20)
    reports = [
        ReportCount(today, Source.CITIZEN, 4),
        ReportCount(today, Source.GUARD, 2),
        ReportCount(today, Source.POLICE_OPEN_DATA, 1),
        ReportCount(before, Source.CITIZEN, 5),
    ]
    figures = totals(material([], reports))
    assert (figures.reports, figures.reported, figures.discovered) == (7, 4, 3)
    assert figures.previous_reports == 5
    assert figures.by_source == {"citizen": 4, "guard": 2, "police_open_data": 1}


def test_a_category_that_only_the_period_before_had_is_still_shown():
    (row,) = category_counts(material([incident(1, 24 * 20)]))
    assert (row.count, row.previous, row.max_severity) == (0, 1, 0)


def test_a_category_without_history_is_held_against_nothing_in_known_periods():
    fires = {CategoryCode.FIRE: [1, 2, 1, 2]}
    robberies = [incident(n, n + 1, "robbery") for n in range(5)]
    (row,) = category_counts(material(robberies, baseline=fires, periods=4))
    assert (row.expected_low, row.expected_high) == (0, 1)
    assert row.finding == "more"


def test_an_empty_town_has_an_empty_picture():
    drawn = material([])
    assert category_counts(drawn) == ()
    assert totals(drawn).incidents == 0
    assert len(day_counts(drawn)) == 28


def test_a_baseline_begins_with_the_first_period_that_has_something():
    assert known_periods([0, 0, 3, 1, 0, 2]) == 4
    assert known_periods([0, 0, 0, 1, 0, 2]) == 0
    assert known_periods([]) == 0
