"""What a submission may hold, and how it is refused."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.acceptance import CLOCK_SKEW, OLDEST, accept
from services.intake.domain.refusal import Refused
from services.intake.domain.submission import read_submission
from shared.events import ReportReceived, Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def body(**fields: object) -> bytes:
    return json.dumps({"text": "Det brinner.", **fields}).encode()


def refusal(sent: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_submission(sent)
    return caught.value


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"text": ""}, "text", "missing"),
        ({"text": " \n\t "}, "text", "missing"),
        ({"text": "\x07\x1b"}, "text", "missing"),
        ({"text": "x" * 10_001}, "text", "too_long"),
        ({"text": "a\0b"}, "text", "unreadable"),
        ({"text": 112}, "text", "unreadable"),
        ({"text": None}, "text", "unreadable"),
        ({"place_text": "x" * 301}, "place_text", "too_long"),
        ({"lat": 90.1, "lon": 15}, "lat", "unreadable"),
        ({"lat": 59, "lon": -180.1}, "lon", "unreadable"),
        ({"lat": "59", "lon": 15}, "lat", "unreadable"),
        ({"lat": True, "lon": 15}, "lat", "unreadable"),
        ({"lat": 0, "lon": 0}, "lat", "outside_sweden"),
        ({"lat": 15.9, "lon": 59.5}, "lat", "outside_sweden"),
        ({"text": " \u200b\n\u2800\ufe0f"}, "text", "missing"),
        ({"lat": 59}, "", "half_point"),
        ({"accuracy_m": 5}, "", "half_point"),
        ({"lat": 59, "lon": 15, "accuracy_m": -1}, "accuracy_m", "unreadable"),
        ({"municipality": "9999"}, "municipality", "unknown"),
        ({"municipality": "Köping"}, "municipality", "unreadable"),
        ({"municipality": 1983}, "municipality", "unreadable"),
        ({"occurred_at": "i går"}, "occurred_at", "unreadable"),
        ({"occurred_at": 1700000000}, "occurred_at", "unreadable"),
        ({"category": "boredom"}, "category", "unreadable"),
        ({"contact": {"email": "kim"}}, "contact/email", "unreadable"),
        ({"contact": {"phone": "ring mig"}}, "contact/phone", "unreadable"),
        ({"contact": {"address": "x"}}, "contact/address", "unknown_field"),
        ({"source": "staff"}, "source", "unknown_field"),
        ({"language": "svenska tack"}, "language", "unreadable"),
    ],
)
def test_a_fault_is_told_at_its_field(fields: dict[str, object], field: str, code: str) -> None:
    errors = refusal(body(**fields)).errors
    assert [(error.field, error.code) for error in errors] == [(field, code)]


@pytest.mark.parametrize("sent", [b"", b"{", b"\xff\xfe", b'{"text":"\\ud800"}', b'"\xc3"', b"[" * 5000])
def test_what_is_not_json_in_utf8_is_unreadable(sent: bytes) -> None:
    assert not refusal(sent).readable


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(number: str) -> None:
    refusal(b'{"text":"x","lat":%s,"lon":15}' % number.encode())


@pytest.mark.parametrize("sent", [b"null", b"[]", b"3", b'"text"', b"{}"])
def test_json_of_another_shape_is_refused_but_readable(sent: bytes) -> None:
    assert refusal(sent).readable


def test_a_refusal_never_repeats_what_was_sent() -> None:
    refused = refusal(
        body(text=7, contact={"email": "hemlig person", "phone": "ring hemlig"}, hemlig="hemlig")
    )
    assert all("hemlig" not in error.detail for error in refused.errors)


def test_control_characters_go_and_line_breaks_become_one_kind() -> None:
    submission = read_submission(body(text="\u202eEn\x07 rad\r\ntill\x85\t!", place_text=" Inre\n hamnen "))
    assert submission.text == "En rad\ntill\t!"
    assert submission.place_text == "Inre hamnen"


@pytest.mark.parametrize(
    ("given_time", "utc"),
    [
        ("2026-11-23T12:30", datetime(2026, 11, 23, 11, 30, tzinfo=UTC)),
        ("2026-07-01T12:30:00", datetime(2026, 7, 1, 10, 30, tzinfo=UTC)),
        ("2026-11-23T12:00:00Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23T10:00:00-02:00", datetime(2026, 11, 23, 12, tzinfo=UTC)),
    ],
)
def test_a_time_without_zone_is_swedish(given_time: str, utc: datetime) -> None:
    accepted = accept(read_submission(body(occurred_at=given_time)), Source.CITIZEN, "1983", NOW)
    assert accepted.event.occurred_at == utc


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (NOW + CLOCK_SKEW, None),
        (NOW + CLOCK_SKEW + timedelta(seconds=1), "future"),
        (NOW - OLDEST, None),
        (NOW - OLDEST - timedelta(seconds=1), "too_old"),
    ],
)
def test_the_time_lies_between_ten_years_ago_and_now(moment: datetime, code: str | None) -> None:
    submission = read_submission(body(occurred_at=moment.isoformat()))
    if code is None:
        assert accept(submission, Source.CITIZEN, "1983", NOW).event.occurred_at == moment
        return
    with pytest.raises(Refused) as caught:
        accept(submission, Source.CITIZEN, "1983", NOW)
    assert [error.code for error in caught.value.errors] == [code]


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_no_time_whatsoever_breaks_the_rule(moment: datetime) -> None:
    try:
        accepted = accept(read_submission(body(occurred_at=moment.isoformat())), Source.CITIZEN, "1983", NOW)
    except Refused:
        return
    assert NOW - OLDEST <= accepted.event.occurred_at <= NOW + CLOCK_SKEW


@given(st.text(max_size=2000), st.none() | st.text(max_size=300))
def test_whatever_is_accepted_can_be_published_and_kept(text: str, place: str | None) -> None:
    try:
        submission = read_submission(json.dumps({"text": text, "place_text": place}).encode())
    except Refused:
        return
    accepted = accept(submission, Source.CITIZEN, "1983", NOW)
    assert ReportReceived.model_validate_json(accepted.event.model_dump_json()) == accepted.event
    assert "\0" not in accepted.text
    assert accepted.text.encode()
