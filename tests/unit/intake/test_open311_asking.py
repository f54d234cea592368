"""What a client asks for, read by the specification's rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.open311.asking import LONGEST_SPAN, Asked, read_asked, read_asked_updates
from services.intake.domain.open311.faults import Faults
from services.intake.domain.open311.parameters import Parameters, read_time, told

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
SECONDS = st.integers(0, 4_000_000_000)
TIMES = SECONDS.map(lambda second: datetime.fromtimestamp(second, UTC))


def asked(**query: str) -> Asked:
    return read_asked(Parameters.of(query.items()), NOW)


def test_nothing_said_is_the_last_90_days() -> None:
    span = asked().requested
    assert span.end is not None
    assert span.start == span.end - LONGEST_SPAN
    assert NOW <= span.end <= NOW + timedelta(minutes=1)


def test_one_end_gives_the_other() -> None:
    assert asked(start_date="2026-01-01T00:00:00Z").requested.end == datetime(2026, 4, 1, tzinfo=UTC)
    assert asked(end_date="2026-04-01T00:00:00Z").requested.start == datetime(2026, 1, 1, tzinfo=UTC)


@given(TIMES, TIMES)
def test_more_than_90_days_or_backwards_is_refused(start: datetime, end: datetime) -> None:
    query = {"start_date": told(start), "end_date": told(end)}
    if timedelta() <= end - start <= LONGEST_SPAN:
        span, _ = read_asked_updates(Parameters.of(query.items()), NOW)
        assert (span.start, span.end) == (start, end)
    else:
        with pytest.raises(Faults):
            read_asked_updates(Parameters.of(query.items()), NOW)


def test_asking_for_updates_does_not_ask_for_new_ones_alone() -> None:
    both = asked(updated_after="2026-11-01T00:00:00Z")
    assert both.requested.start is None
    assert both.updated.start == datetime(2026, 11, 1, tzinfo=UTC)


def test_identifiers_override_everything_else() -> None:
    found = asked(service_request_id=f"{'0' * 36},x, 01a20727-5fc5-737d-beab-671a358acf84", status="nonsense")
    assert found.ids is not None
    assert [str(each) for each in found.ids] == ["01a20727-5fc5-737d-beab-671a358acf84"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"status": "fixed"}, 400),
        ({"service_code": "fire,pothole"}, 404),
        ({"page": "0"}, 400),
        ({"page_size": "1001"}, 400),
        ({"page_size": "many"}, 400),
        ({"start_date": "yesterday"}, 400),
        ({"start_date": "0001-01-01T00:00:00Z"}, 400),
        ({"updated_after": "2026-01-01", "updated_before": "2026-06-01"}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(query: dict[str, str], status: int) -> None:
    with pytest.raises(Faults) as caught:
        asked(**query)
    assert caught.value.status == status


def test_every_fault_is_told() -> None:
    with pytest.raises(Faults) as caught:
        asked(status="fixed", page="0", start_date="x", end_date="y")
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T14:05:00+01:00", NOW),
        ("2026-11-23T14:05:00 01:00", NOW),
        ("2026-11-23T13:05:00Z", NOW),
        ("2026-11-23T14:05", NOW),
        ("2026-11-23", datetime(2026, 11, 22, 23, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_clients_write_them(text: str, moment: datetime) -> None:
    assert read_time(text, "start_date") == moment


def test_empty_is_the_same_as_not_sent() -> None:
    assert asked(status="", service_code=" ", page="") == asked()
