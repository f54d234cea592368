"""When a text says that something happened, against the time it was written."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrichment.text.happened import Planned, when
from shared.events import TimeSpan

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ROWS = [
    json.loads(line) for line in Path("tests/data/happened.jsonl").read_text(encoding="utf-8").splitlines()
]
MONDAY = datetime(2026, 11, 16, 14, 0, tzinfo=STOCKHOLM)
_WORDS = (
    "igår", "kväll", "i natt", "i fredags", "förra", "kl 23", "23:15", "vid 23-tiden", "för 20 min sen", "mellan", "och", "22",
    "den 14 november", "14/11", "sedan", "hela helgen", "last Friday", "last night", "at 10pm", "an hour ago", "nyss", "inte",
    "natten mot söndag", "imorgon", "ska", "31/12", "29 februari", "den 31", "i somras", "Storgatan 12", "senaste veckan", "halv tre",
    "ikväll", "kl 02.30", "i augusti", "midnatt", "brann det", ",", ".", "112", "E18", "på två veckor", "från", "till", "0", "24",
)  # fmt: skip
texts = st.one_of(st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join), st.text(max_size=120))
times = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis gives the zone
    max_value=datetime(2032, 12, 31),  # noqa: DTZ001 - the same
    timezones=st.sampled_from([UTC, STOCKHOLM]),
)


def local(*at: int) -> datetime:
    return datetime(*at, tzinfo=STOCKHOLM)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['text']} @ {row['at'][:16]}")
def test_words_of_time_mean_what_people_mean(row: dict[str, object]):
    found = when(str(row["text"]), datetime.fromisoformat(str(row["at"])))
    expected = row["answer"]
    if isinstance(expected, list):
        assert isinstance(found, TimeSpan)
        assert [found.start, found.end] == [datetime.fromisoformat(each) for each in expected]
    else:
        assert found is None if expected is None else isinstance(found, Planned)


@settings(deadline=None, max_examples=400)
@given(texts, times)
def test_an_interval_has_its_start_first_and_never_ends_after_the_report(text: str, at: datetime):
    found = when(text, at)
    if isinstance(found, TimeSpan):
        assert found.start <= found.end <= at
    assert found == when(text, at)


@settings(deadline=None, max_examples=200)
@given(texts, times)
def test_the_zone_that_the_report_is_timed_in_changes_nothing(text: str, at: datetime):
    assert when(text, at) == when(text, at.astimezone(UTC))


@settings(deadline=None)
@given(
    times, st.sampled_from(["igår kväll", "i natt", "i fredags", "i helgen", "kl 23", "för två timmar sedan"])
)
def test_words_without_a_plan_are_always_resolved_to_the_past(at: datetime, words: str):
    assert isinstance(when(f"Det brann {words}", at), TimeSpan)


@settings(deadline=None)
@given(times)
def test_yesterday_is_the_whole_day_before_however_long_it_was(at: datetime):
    found = when("igår", at)
    assert isinstance(found, TimeSpan)
    start, end = found.start.astimezone(STOCKHOLM), found.end.astimezone(STOCKHOLM)
    assert (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0)
    assert end.date() == at.astimezone(STOCKHOLM).date()
    assert end.date() - start.date() == timedelta(days=1)


@pytest.mark.parametrize(
    ("morning", "hours"),
    [(local(2026, 10, 25, 12), 9), (local(2026, 3, 29, 12), 7), (local(2026, 11, 16, 12), 8)],
)
def test_the_night_when_the_clock_is_changed_has_an_hour_more_or_less(morning: datetime, hours: int):
    found = when("i natt", morning)
    assert isinstance(found, TimeSpan)
    assert (found.end - found.start) / timedelta(hours=1) == hours


def test_an_hour_that_comes_twice_is_taken_whole_and_no_later_than_the_report():
    second_half_past_two = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    found = when("kl 02.30", second_half_past_two)
    assert isinstance(found, TimeSpan)
    assert found.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.end == second_half_past_two


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Det brann IGÅR  kväll vid hamnen", "IGÅR kväll"),
        ("Hände i tisdas kväll", "i tisdas kväll"),
        ("Stulen mellan fredag kväll och söndag morgon, tror jag", "mellan fredag kväll och söndag morgon"),
        ("bilen har stått här sen i måndags", "sen i måndags"),
        ("igårkväll small det", "igårkväll"),
    ],
)
def test_the_words_are_quoted_as_they_were_written(text: str, words: str):
    found = when(text, MONDAY)
    assert isinstance(found, TimeSpan)
    assert found.words == words


def test_what_is_planned_has_no_interval_but_its_words():
    assert when("De ska slåss på fredag", MONDAY) == Planned("på fredag")
    assert when("Det ska bli bråk den 28 november", MONDAY) == Planned("den 28 november")


@pytest.mark.parametrize("words", ["Den 28 november brann det", "28/11 brann det"])
def test_a_date_without_a_year_is_the_latest_that_has_been(words: str):
    found = when(words, MONDAY)
    assert isinstance(found, TimeSpan)
    assert found.start == local(2025, 11, 28)
