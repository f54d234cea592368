from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.attempts import (
    LONGEST_RETRY_AFTER,
    Delivered,
    GiveUp,
    NoResponse,
    Patience,
    Response,
    TryAgain,
    outcome_of,
)
from tests.support.incidents import NOON

PATIENCE = Patience(attempts=5, first_s=4, longest_s=60)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_is_delivered(status: int):
    assert isinstance(outcome_of(Response(status, None), 5, PATIENCE, NOON, 0), Delivered)


def test_410_gives_up_at_once():
    assert isinstance(outcome_of(Response(410, None), 1, PATIENCE, NOON, 0), GiveUp)


@pytest.mark.parametrize(
    "answer", [Response(429, None), Response(503, None), Response(302, None), NoResponse("x")]
)
def test_what_may_pass_is_tried_again_and_given_up_in_the_end(answer: Response | NoResponse):
    assert isinstance(outcome_of(answer, 4, PATIENCE, NOON, 0), TryAgain)
    last = outcome_of(answer, 5, PATIENCE, NOON, 0)
    assert isinstance(last, GiveUp)
    assert last.reason.endswith("5 försök gjorda")


@given(st.integers(1, 200), st.floats(0, 1))
def test_pauses_grow_within_their_bounds(attempt: int, spread: float):
    pause = PATIENCE.pause(attempt, spread).total_seconds()
    whole = min(4 * 2 ** (attempt - 1), 60)
    assert whole / 2 <= pause <= whole


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("90", timedelta(seconds=90)),
        (format_datetime(NOON + timedelta(minutes=3), usegmt=True), timedelta(minutes=3)),
        ("1", timedelta(seconds=2)),  # never sooner than our own pause
        ("soon", timedelta(seconds=2)),
        ("-5", timedelta(seconds=2)),
        ("9" * 30, LONGEST_RETRY_AFTER),
    ],
)
def test_the_receiver_may_ask_for_more_time_within_reason(header: str, pause: timedelta):
    outcome = outcome_of(Response(429, header), 1, PATIENCE, NOON, 0)
    assert isinstance(outcome, TryAgain)
    assert outcome.at == NOON + pause
