from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.periods import LOCAL, Period, local_date, period_ending

moments = st.integers(0, 20 * 365 * 86400).map(
    lambda s: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
lengths = st.integers(1, 60)


@given(moments, lengths)
def test_a_period_has_the_moment_it_was_asked_for_as_its_last_day_or_end(to, days):
    period = period_ending(to, days)
    assert period.days == days
    assert to in period or to == period.ends_at


@given(moments, lengths)
def test_periods_follow_on_each_other_without_gap_or_overlap(to, days):
    period = period_ending(to, days)
    assert period.before().ends_at == period.starts_at
    assert period.before(2).ends_at == period.before().starts_at


@given(moments, lengths, st.floats(0, 0.999999))
def test_what_is_in_the_period_lies_on_one_of_its_dates(to, days, part):
    period = period_ending(to, days)
    whole = period.ends_at.astimezone(UTC) - period.starts_at.astimezone(UTC)
    moment = period.starts_at.astimezone(UTC) + part * whole
    assert moment in period
    assert local_date(moment) in period.dates()


def test_both_ends_are_midnight_by_the_clock_when_summer_time_ends():
    period = period_ending(datetime(2026, 10, 30, 12, tzinfo=UTC), 14)
    assert period.starts_at.astimezone(UTC) == datetime(2026, 10, 16, 22, tzinfo=UTC)
    assert period.ends_at.astimezone(UTC) == datetime(2026, 10, 30, 23, tzinfo=UTC)
    assert period.ends_at.astimezone(UTC) - period.starts_at.astimezone(UTC) == timedelta(days=14, hours=1)


def test_the_day_summer_time_begins_has_23_hours_and_is_half_gone_before_noon():
    day = Period(date(2026, 3, 29), date(2026, 3, 30))
    assert day.elapsed(datetime(2026, 3, 29, 12, 30, tzinfo=LOCAL)) == pytest.approx(0.5)


def test_the_end_is_not_in_the_period():
    period = Period(date(2026, 11, 10), date(2026, 11, 24))
    assert period.starts_at in period
    assert period.ends_at not in period
    assert period.ends_at - timedelta(microseconds=1) in period


def test_a_period_asked_for_at_midnight_ends_there():
    midnight = datetime(2026, 11, 23, 0, 0, tzinfo=LOCAL)
    assert period_ending(midnight, 7).ends_at == midnight
    assert period_ending(midnight + timedelta(seconds=1), 7).end == date(2026, 11, 24)


def test_how_much_has_passed_stays_between_nothing_and_all():
    period = Period(date(2026, 11, 10), date(2026, 11, 24))
    assert period.elapsed(period.starts_at - timedelta(days=3)) == 0
    assert period.elapsed(period.ends_at + timedelta(days=3)) == 1
