import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from services.notifier.dry_run import main

FIRE = {
    "text": "Det brinner i Kolsva",
    "language": "sv",
    "category": "fire",
    "category_confidence": 0.97,
    "severity": 3,
    "hearsay": False,
    "location": {"lat": 59.6, "lon": 15.8, "uncertainty_m": 1200, "precision": "locality", "name": "Kolsva"},
    "reasons": ["ordet 'brinner'"],
}


def route(*rows: Mapping[str, Any]) -> list[dict[str, Any]]:
    out = io.StringIO()
    main(io.StringIO("".join(json.dumps(row) + "\n" for row in rows)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_alert_is_a_row():
    rows = route(FIRE)
    assert [row["agency"] for row in rows] == ["police", "rescue", "security"]
    assert rows[0].keys() == {
        "agency", "kind", "category", "severity", "rule", "reasons", "summary", "location", "incident_id"
    }  # fmt: skip
    assert rows[0]["location"]["name"] == "Kolsva"


def test_rows_of_one_incident_alert_once_and_then_only_what_is_worse():
    burst = [{**FIRE, "incident_id": "a"}] * 30
    rows = route(*burst, {**FIRE, "incident_id": "a", "severity": 4})
    assert [row["kind"] for row in rows] == ["new"] * 3 + ["update"] * 3


def test_rows_without_an_incident_stand_for_themselves():
    assert len(route(FIRE, FIRE)) == 6


def test_a_recategorised_incident_is_corrected():
    rows = route({"category": "disorder", "incident_id": 1}, {"category": "fraud", "incident_id": 1})
    assert [(row["agency"], row["kind"]) for row in rows[3:]] == [
        ("police", "update"),
        ("security", "correction"),
        ("guards", "correction"),
    ]


def test_one_differing_reading_among_many_corrects_nothing():
    rows = route(*[{**FIRE, "incident_id": 1}] * 5, {"category": "accident", "incident_id": 1})
    assert {row["kind"] for row in rows} == {"new"}


def test_a_persons_correction_outweighs_every_report_tells_those_concerned_and_withdraws_from_the_others():
    correction = {
        "category": "school_incident",
        "severity": 2,
        "incident_id": 1,
        "correction_id": "01939f00-0000-7000-8000-0000000000dd",
    }
    doubtful = {"category": "disorder", "severity": 2, "incident_id": 1}
    rows = route(*[doubtful] * 5, correction, *[doubtful] * 5)
    assert [(row["agency"], row["kind"]) for row in rows[3:]] == [
        ("police", "correction"),
        ("school", "new"),
        ("security", "update"),
        ("guards", "correction"),
    ]
    assert rows[-2]["reasons"][0] == "Händelsen har bedömts om från ordningsstörning till händelse i skola."


def test_a_severity_that_a_person_lowers_is_told():
    rows = route(
        {**FIRE, "incident_id": 1},
        {**FIRE, "incident_id": 1, "severity": 1, "correction_id": "01939f00-0000-7000-8000-0000000000dd"},
    )
    assert [(row["kind"], row["severity"]) for row in rows[3:]] == [("update", 1)] * 3


def test_hearsay_neither_raises_nor_spreads_what_somebody_saw():
    rows = route({**FIRE, "incident_id": 1}, {**FIRE, "incident_id": 1, "severity": 4, "hearsay": True})
    assert {row["kind"] for row in rows} == {"new"}


def test_a_rumour_that_somebody_confirms_is_told_to_all_it_concerns():
    rows = route({**FIRE, "incident_id": 1, "hearsay": True}, {**FIRE, "incident_id": 1})
    assert [(row["agency"], row["kind"]) for row in rows] == [
        ("security", "new"),
        ("police", "new"),
        ("rescue", "new"),
        ("security", "update"),
    ]


def test_only_the_category_is_required():
    assert {row["severity"] for row in route({"category": "death"})} == {3}


def test_a_bad_row_is_told_by_its_number_and_the_rest_is_done():
    out, err = io.StringIO(), io.StringIO()
    rows = ['{"category": "fier"}', "{}", "not json", json.dumps(FIRE)]
    with pytest.raises(SystemExit) as end:
        main(io.StringIO("\n".join(rows)), out, err)
    assert end.value.code == 1
    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == ["line 1", "line 2", "line 3"]
    assert len(out.getvalue().splitlines()) == 3
