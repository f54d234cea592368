"""How long each kind is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.retention import LONGEST_DAYS, Retention
from services.intake.settings import IntakeSettings
from shared.categories import CategoryCode

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@given(
    st.none() | st.integers(1, LONGEST_DAYS),
    st.dictionaries(st.sampled_from(CategoryCode), st.integers(1, LONGEST_DAYS)),
    st.none() | st.sampled_from(CategoryCode),
)
def test_a_kind_is_kept_its_own_time_else_that_of_all(days, by_category, category):
    retention = Retention(days, by_category)
    assert retention.days_of(category) == by_category.get(category, days)
    assert retention.is_decided is (days is not None or bool(by_category))
    before = retention.before(NOW).get(category, retention.others_before(NOW))
    kept = retention.days_of(category)
    assert before == (None if kept is None else NOW - timedelta(days=kept))


def test_it_is_read_as_settings_have_it(monkeypatch):
    retention = Retention.read("730", '{"unsafe_place": 90, "child_concern": 1825}')
    assert (retention.days, dict(retention.by_category)) == (730, {"unsafe_place": 90, "child_concern": 1825})
    assert Retention.read("", "") == Retention()
    monkeypatch.setenv("INTAKE_RETENTION_DAYS_BY_CATEGORY", '{"unsafe_place": 90}')
    assert IntakeSettings().retention_days_by_category == {CategoryCode.UNSAFE_PLACE: 90}


@pytest.mark.parametrize(
    ("days", "by_category", "why"),
    [
        ("0", "", "no number of days"),
        ("x", "", "no number of days"),
        ("36501", "", "no number of days"),
        ("1", "{", "not JSON"),
        ("1", "[]", "JSON object"),
        ("1", '{"unsafe": 1}', "no category unsafe"),
        ("1", '{"fire": true}', "no number of days"),
        ("1", '{"fire": 1.5}', "no number of days"),
        ("1", '{"fire": -1}', "no number of days"),
    ],
)
def test_what_is_no_decision_is_refused(days, by_category, why):
    with pytest.raises(ValueError, match=why):
        Retention.read(days, by_category)
