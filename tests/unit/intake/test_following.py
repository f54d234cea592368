"""What a reporter may follow."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.following import Step, followed, spelled_out
from shared.events import FollowStatus
from shared.identity import new_tracking_code

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_report_without_news_is_received() -> None:
    report = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, [])
    assert report.status is FollowStatus.RECEIVED
    assert [step.at for step in report.history] == [RECEIVED]


@given(st.permutations([FollowStatus.ASSESSED, FollowStatus.PASSED_ON, FollowStatus.CLOSED]))
def test_the_latest_by_time_holds_in_whatever_order_it_came(order: list[FollowStatus]) -> None:
    times = {FollowStatus.ASSESSED: 1, FollowStatus.PASSED_ON: 2, FollowStatus.CLOSED: 3}
    steps = [Step(status, RECEIVED + timedelta(minutes=times[status])) for status in order]
    report = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, steps)
    assert report.status is FollowStatus.CLOSED
    assert [step.at for step in report.history] == sorted(step.at for step in report.history)


@given(
    st.lists(st.sampled_from(FollowStatus), max_size=6),
    st.lists(st.integers(-60, 60), min_size=6, max_size=6),
)
def test_nothing_was_done_about_a_report_before_it_came_and_was_assessed(
    statuses: list[FollowStatus], minutes: list[int]
) -> None:
    steps = [
        Step(status, RECEIVED + timedelta(minutes=at)) for status, at in zip(statuses, minutes, strict=False)
    ]
    history = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, steps).history
    assert history[0] == Step(FollowStatus.RECEIVED, RECEIVED)
    assert [step.at for step in history] == sorted(step.at for step in history)
    told = [step.status for step in history]
    if FollowStatus.ASSESSED in told:
        assert told.index(FollowStatus.ASSESSED) == 1


def test_a_report_that_joins_what_was_passed_on_before_is_passed_on_when_it_is_assessed() -> None:
    before, assessed = RECEIVED - timedelta(minutes=5), RECEIVED + timedelta(seconds=2)
    steps = [Step(FollowStatus.PASSED_ON, before), Step(FollowStatus.ASSESSED, assessed)]
    report = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, steps)
    assert [(step.status, step.at) for step in report.history[1:]] == [
        (FollowStatus.ASSESSED, assessed),
        (FollowStatus.PASSED_ON, assessed),
    ]


def test_a_code_is_found_however_it_is_typed() -> None:
    code = new_tracking_code()
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert spelled_out(typed) == code


@given(st.text())
def test_anything_typed_is_a_whole_code_or_none(typed: str) -> None:
    code = spelled_out(typed)
    assert code is None or len(code) == 14
