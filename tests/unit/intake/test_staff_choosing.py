"""What is chosen on staff's page comes back as it was shown, and nothing that is made up makes it fail."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.abuse.judging import Reason, State
from services.intake.domain.refusal import Refused
from services.intake.routes.staff.look import StaffPage, counted, words
from services.intake.staff.bursts_store import Burst, Decision, Member, PickedBurst, Turn
from services.intake.staff.choosing import (
    Form,
    burst_value,
    chosen_in,
    member_value,
    note_in,
    read_turn,
    turn_value,
)
from services.intake.staff.door import form_mark, is_own_form
from services.intake.texts import LANGUAGES

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
moments = st.integers(0, 2_000_000_000_000_000).map(lambda micros: NOW + timedelta(microseconds=micros))


def burst(report_id: UUID, last: datetime = NOW, decided: datetime | None = None, reports: int = 3) -> Burst:
    member = Member(report_id, (Reason.BURST,), NOW, None, "text", None, None, None, False, ())
    decision = None if decided is None else Decision(State.REJECTED, decided, "Anna", None)
    return Burst(Turn(NOW, b"m"), reports, NOW, last, None, reports, (Reason.BURST,), decision, (member,))


def form(*fields: tuple[str, str]) -> Form:
    return Form.read(urlencode(fields).encode())


@given(st.uuids(), moments, st.none() | moments, st.integers(1, 100_000))
def test_a_burst_comes_back_as_it_was_shown(
    report_id: UUID, last: datetime, decided: datetime | None, reports: int
) -> None:
    shown = burst(report_id, last, decided, reports)
    choice = chosen_in(form(("burst", burst_value(shown)), ("report", member_value(shown, uuid4()))))
    assert choice.bursts == (PickedBurst(report_id, last, decided, reports),)
    assert choice.reports == ()  # it is in the burst
    assert choice.asked == reports


def test_one_of_a_burst_is_chosen_without_the_others() -> None:
    one, other = uuid4(), burst(uuid4())
    choice = chosen_in(form(("report", member_value(other, one)), ("report", member_value(other, one))))
    assert (choice.reports, choice.bursts, choice.asked) == ((one,), (), 1)


@given(moments, st.binary(max_size=20))
def test_a_page_ends_where_the_next_begins(at: datetime, mark: bytes) -> None:
    assert read_turn(turn_value(Turn(at, mark))) == Turn(at, mark)


@given(st.text(max_size=80), st.binary(max_size=80))
def test_what_is_made_up_chooses_nothing_and_fails_nothing(text: str, body: bytes) -> None:
    assert read_turn(text) is None or "~" in text
    assert chosen_in(form(("burst", text), ("report", text))).asked == 0
    with suppress(Refused):
        Form.read(body)


@pytest.mark.parametrize(
    "when", ["2026-11-23T12:00:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:00"]
)
def test_a_moment_that_the_database_could_not_take_is_none(when: str) -> None:
    assert read_turn(f"{when}~00") is None
    assert chosen_in(form(("burst", f"{uuid4()}~{when}~~3"))).asked == 0


def test_a_note_is_one_line_without_what_points_at_a_person() -> None:
    assert note_in(form(("note", " Reklam\r\nfrån 070-174 06 35 "))) == "Reklam från [telefonnummer]"
    assert note_in(form(("note", " \t"))) is None
    with pytest.raises(Refused):
        note_in(form(("note", "a\0")))


def test_a_form_of_another_session_is_not_ones_own() -> None:
    assert is_own_form("secret", form_mark("secret"))
    assert not is_own_form("secret", form_mark("other"))
    assert not is_own_form("secret", "å")


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=59), "mindre än en minut"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=3, minutes=5), "3 tim 5 min"),
        (timedelta(days=3), "3 dygn"),
    ],
)
def test_how_long_something_waits_is_told_in_words(age: timedelta, told: str) -> None:
    assert StaffPage("/", "sv", "1983", NOW, {}).age(NOW - age) == told


def test_one_and_many_are_told_apart() -> None:
    wording = {"one": "En", "many": "{count} stycken"}
    assert [counted(wording, count) for count in (1, 0, 1234)] == ["En", "0 stycken", "1\u202f234 stycken"]


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    def leaves(node: Any, path: str) -> dict[str, set[str]]:
        if isinstance(node, list):
            return {path: {str(len(node))}}
        if not isinstance(node, dict):
            assert isinstance(node, str), path
            return {path: {name for _, name, _, _ in Formatter().parse(node) if name}}
        found: dict[str, set[str]] = {}
        for key, child in node.items():
            found |= leaves(child, f"{path}.{key}")
        return found

    swedish, english = (leaves(words(language), "") for language in LANGUAGES)
    assert swedish == english
    for reason in Reason:
        assert reason in words("sv")["reasons"]
    for state in State:
        assert state in words("sv")["quarantine"]["states"]
