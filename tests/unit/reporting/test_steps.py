"""What staff may tell reporters was done."""

import pytest

from services.reporting.domain.steps import READY, STEP_LENGTH, is_fitting, step_words
from shared.events import ClosingReason, FollowStatus
from shared.redaction import MARKS, redact


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.en)
def test_a_ready_sentence_fits_and_points_at_nobody(ready) -> None:
    for text in (ready.sv, ready.en):
        assert len(text) <= STEP_LENGTH
        assert redact(text).kinds == {}
        assert text.endswith(".")
    words = step_words(f" {ready.sv}\n", ready.en)
    assert (words.text, words.text_en, words.personal_details) == (ready.sv, ready.en, ())


def test_no_ready_sentence_stands_twice() -> None:
    assert len({text for ready in READY for text in (ready.sv, ready.en)}) == 2 * len(READY)


def test_what_points_at_one_person_is_named_once_and_marked_in_either_language() -> None:
    words = step_words("Ring Kim på 070-174 06 05.", "Call Kim at 070-174 06 05.")
    assert words.personal_details == ("phone_number",)
    assert words.text is not None
    assert words.text_en is not None
    assert all(MARKS["phone_number"] in each for each in (words.text, words.text_en))


@pytest.mark.parametrize("empty", [None, "", "  \n"])
def test_nothing_written_is_nothing_told(empty: str | None) -> None:
    assert step_words(empty, empty).text is None


def test_a_closing_says_why_and_a_measure_does_not() -> None:
    assert is_fitting(FollowStatus.CLOSED, ClosingReason.OVER)
    assert is_fitting(FollowStatus.MEASURE_TAKEN, None)
    assert not is_fitting(FollowStatus.CLOSED, None)
    assert not is_fitting(FollowStatus.MEASURE_TAKEN, ClosingReason.OVER)
