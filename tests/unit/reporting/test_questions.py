"""What a question may say, and in which languages it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.questions import QUESTION_LENGTH, READY, worded
from shared.redaction import MARKS, redact


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.en)
def test_a_ready_question_fits_asks_and_points_at_nobody(ready) -> None:
    for text in (ready.sv, ready.en):
        assert len(text) <= QUESTION_LENGTH
        assert "?" in text
        assert redact(text).kinds == {}
        assert worded(f"  {text}\n") == worded(ready.sv)
    assert (worded(ready.sv).text, worded(ready.sv).text_en) == (ready.sv, ready.en)


def test_no_ready_question_stands_twice() -> None:
    assert len({text for ready in READY for text in (ready.sv, ready.en)}) == 2 * len(READY)


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("Var det klockan 19.30 på Storgatan 12?", ()),
        ("Stod det två bilar vid väg 250?", ()),
        ("Ring Kim på 070-174 06 05?", ("phone_number",)),
        ("Var det 19900101-2389 eller kim@exempel.se?", ("email", "personal_number")),
    ],
)
def test_what_points_at_one_person_is_named_and_marked(written: str, kinds: tuple[str, ...]) -> None:
    wording = worded(written)
    assert tuple(sorted(wording.personal_details)) == kinds
    assert all(MARKS[kind] in wording.text for kind in kinds)
    assert wording.text_en is None


@given(st.text(max_size=QUESTION_LENGTH))
def test_a_question_without_personal_details_is_told_as_it_was_written(written: str) -> None:
    wording = worded(written)
    if wording.personal_details:
        assert wording.text != written
    else:
        assert wording.text == " ".join(written.split())
