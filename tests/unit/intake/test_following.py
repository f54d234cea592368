"""What a reporter may follow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.following import Step, followed, spelled_out
from shared.events import ClosingReason, FollowStatus, TakenBack
from shared.identity import new_id, new_tracking_code

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


def at(minutes: float) -> datetime:
    return RECEIVED + timedelta(minutes=minutes)


def closed(minutes: float, step_id: UUID) -> Step:
    return Step(FollowStatus.CLOSED, at(minutes), reason=ClosingReason.OVER, step_id=step_id)


def opened_again(minutes: float, step_id: UUID) -> Step:
    taken_back = TakenBack(step_id=step_id, status=FollowStatus.CLOSED)
    return Step(FollowStatus.PASSED_ON, at(minutes), takes_back=taken_back)


PASSED_ON = Step(FollowStatus.PASSED_ON, at(1))
CLOSING, OTHER = new_id(), new_id()


@given(st.permutations([PASSED_ON, closed(2, CLOSING), opened_again(3, CLOSING)]))
def test_a_closing_that_is_taken_back_holds_no_longer_in_whatever_order_it_came(order: list[Step]) -> None:
    report = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, order)
    assert report.status is FollowStatus.PASSED_ON
    assert [step.told_as for step in report.history] == ["received", "passed_on", "closed", "opened_again"]
    assert [step.is_taken_back for step in report.history] == [False, False, True, False]
    assert report.newest.told_as == "opened_again"


def test_closed_holds_whatever_else_is_heard_until_it_is_taken_back() -> None:
    later = Step(FollowStatus.PASSED_ON, at(5))
    report = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, [closed(2, CLOSING), later])
    assert report.status is FollowStatus.CLOSED
    assert report.newest is report.holds
    again = [closed(2, CLOSING), opened_again(3, CLOSING), closed(4, OTHER), later]
    assert followed("7KQM-2XTD-9RWA", "1983", RECEIVED, again).holds.step_id == OTHER


def test_what_is_told_again_after_it_was_taken_back_holds_again() -> None:
    measure = Step(FollowStatus.MEASURE_TAKEN, at(2), step_id=CLOSING)
    undone = Step(
        FollowStatus.PASSED_ON,
        at(3),
        takes_back=TakenBack(step_id=CLOSING, status=FollowStatus.MEASURE_TAKEN),
    )
    before = followed("7KQM-2XTD-9RWA", "1983", RECEIVED, [PASSED_ON, measure, undone])
    assert (before.status, before.newest.told_as) == (FollowStatus.PASSED_ON, "corrected")
    again = replace(measure, at=at(4))
    assert followed("7KQM-2XTD-9RWA", "1983", RECEIVED, [PASSED_ON, measure, undone, again]).holds.at == at(4)


@pytest.mark.parametrize(
    ("note_en", "language", "read"),
    [
        (None, "sv", ("Hej", "sv")),
        (None, "en", ("Hej", "sv")),
        ("Hello", "sv", ("Hej", "sv")),
        ("Hello", "en", ("Hello", "en")),
        ("Hello", "fi", ("Hello", "en")),
    ],
)
def test_what_staff_wrote_is_told_in_the_language_there_is(
    note_en: str | None, language: str, read: tuple[str, str]
) -> None:
    step = Step(FollowStatus.MEASURE_TAKEN, RECEIVED, note="Hej", note_en=note_en)
    assert step.note_in(language) == read
    assert PASSED_ON.note_in(language) is None


def test_a_code_is_found_however_it_is_typed() -> None:
    code = new_tracking_code()
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert spelled_out(typed) == code


@given(st.text())
def test_anything_typed_is_a_whole_code_or_none(typed: str) -> None:
    code = spelled_out(typed)
    assert code is None or len(code) == 14
