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


def test_a_code_is_found_however_it_is_typed() -> None:
    code = new_tracking_code()
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert spelled_out(typed) == code


@given(st.text())
def test_anything_typed_is_a_whole_code_or_none(typed: str) -> None:
    code = spelled_out(typed)
    assert code is None or len(code) == 14
