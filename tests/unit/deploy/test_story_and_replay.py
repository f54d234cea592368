import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.errors import CannotGoOn
from deploy.intake_client import ToSend
from deploy.police_events import LeftOut, parse_police_time, read_police_events
from deploy.story import POLICE_REGION, STOCKHOLM, story
from shared.redaction import redact

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_the_story_ends_yesterday_and_is_told_in_order() -> None:
    moments = [datetime.fromisoformat(report.body["occurred_at"]) for report in story(NOW)]

    assert moments == sorted(moments)
    assert moments[-1].astimezone(STOCKHOLM).date() == NOW.date() - timedelta(days=1)
    assert moments[0].astimezone(STOCKHOLM).date() == NOW.date() - timedelta(days=27)


def test_the_story_keeps_its_local_hours_over_a_change_of_the_clock() -> None:
    early_november = datetime(2026, 11, 5, 12, tzinfo=UTC)
    hours = {report.key: report.body["occurred_at"][11:16] for report in story(NOW)}

    assert {report.key: report.body["occurred_at"][11:16] for report in story(early_november)} == hours


def test_the_story_has_what_the_municipality_told_of() -> None:
    reports = story(NOW)
    texts = [report.body["text"] for report in reports]

    assert len({report.key for report in reports}) == len(reports)
    assert {report.source for report in reports} == {"citizen", "staff", "guard"}
    assert {report.told.verdict for report in reports if report.told} == {"refuted", "confirmed"}
    assert max(texts.count(text) for text in texts) >= 20
    assert any("personal_number" in redact(text).kinds for text in texts)


def test_every_row_of_the_region_is_a_report_or_left_out_for_a_reason() -> None:
    rows = list(read_police_events(POLICE_REGION))

    assert len(rows) == 1432
    assert {row.reason for row in rows if isinstance(row, LeftOut)} <= {
        "a summary of several events in several places",
        "no text",
    }


def test_the_centre_of_the_municipality_is_not_sent_as_the_place() -> None:
    report = next(row for row in read_police_events(POLICE_REGION) if isinstance(row, ToSend))
    assert not {"lat", "lon", "place_text"} & report.body.keys()


def test_hours_of_the_police_have_no_leading_zero() -> None:
    assert parse_police_time("2022-10-31 8:24:32 +01:00").isoformat() == "2022-10-31T08:24:32+01:00"


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text('{"id": 1}\n{broken\n')
    with pytest.raises(CannotGoOn, match="line 2: not JSON"):
        list(read_police_events(file))


def test_a_cut_archive_is_told_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps({"id": 1}).encode() * 1000)[:40])
    with pytest.raises(CannotGoOn, match="cannot be read"):
        list(read_police_events(file))
