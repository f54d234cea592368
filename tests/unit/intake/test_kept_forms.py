"""A form that waited for a connection: its "now" is when it was written."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.form import FilledForm

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def form(**fields: str) -> FilledForm:
    return FilledForm.read(
        urlencode({"text": "Ett träd ligger över vägen.", "when": "now", **fields}).encode()
    )


def occurred(filled: FilledForm) -> datetime | None:
    return filled.as_kept(NOW).submission("sv").occurred_at


def test_what_was_written_in_the_forest_at_two_happened_at_two() -> None:
    assert occurred(form(kept_at="2026-11-23T14:00:00.000Z")) == datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_what_was_said_to_be_earlier_stays_as_it_was_said() -> None:
    told = form(when="earlier", occurred_at="2026-11-20T21:00", kept_at="2026-11-23T14:00:00Z")
    assert occurred(told) == datetime(2026, 11, 20, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "kept_at", ["", "nyss", "2026-11-23T14:00", "2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]
)
def test_a_clock_that_is_off_or_nothing_readable_changes_nothing(kept_at: str) -> None:
    assert occurred(form(kept_at=kept_at)) is None


@given(st.integers(1, 59 * 24 * 60))
def test_it_is_the_same_report_whenever_it_is_sent(minutes: int) -> None:
    kept = (NOW - timedelta(minutes=minutes)).isoformat()
    assert form(kept_at=kept).said == form().said
