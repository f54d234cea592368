"""`vardkase enrich`: rows in, rows out, with the service's own understanding and linking."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from services.enrichment.dry_run import main
from services.enrichment.geocoder.building.build import Wanted, build
from services.enrichment.geocoder.folder import BadGazetteer
from tests.support.enrichment import NOON

MAP = Path(__file__).parents[2] / "data" / "koping.osm"


def run(*rows: object, gazetteer: Path | None = None) -> tuple[list[dict[str, Any]], str, int]:
    """(answers, complaints, exit code)"""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    out, complaints, code = io.StringIO(), io.StringIO(), 0
    try:
        main(io.StringIO("\n".join(lines)), out, complaints, NOON, gazetteer)
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], complaints.getvalue(), code


def test_a_row_is_answered_with_everything_that_was_understood():
    [answer], complaints, code = run(
        {"text": "Det brinner i en container i Kolsva", "municipality": "Köping"}
    )
    assert (complaints, code) == ("", 0)
    assert (answer["category"], answer["language"], answer["hearsay"]) == ("fire", "sv", False)
    assert answer["location"]["name"] == "Kolsva"
    assert set(answer["location"]) >= {"lat", "lon", "uncertainty_m", "precision", "name", "municipality"}
    assert answer["municipality"] == answer["location"]["municipality"] == "1983"
    assert answer["reasons"]
    assert {"category_confidence", "severity", "needs_review", "ongoing", "involves_minor"} <= set(answer)


def test_personal_data_is_taken_out_before_anything_else():
    [answer], _, _ = run({"text": "Ring 070-174 06 35 om branden", "place_text": "hos 19900101-2385"})
    assert "070" not in json.dumps(answer)
    assert "19900101" not in json.dumps(answer)


def test_rows_of_one_incident_share_its_id_in_the_order_of_the_input():
    answers, _, _ = run(
        {"text": "Det brinner i en container bakom skolan i Kolsva", "occurred_at": "2026-11-16T12:00:00Z"},
        {"text": "Stulen cykel vid simhallen i Köping", "occurred_at": "2026-11-16T12:01:00Z"},
        {"text": "Container brinner vid skolan i Kolsva", "occurred_at": "2026-11-16T13:03:00+01:00"},
    )
    ids = [answer["incident_id"] for answer in answers]
    assert ids[0] == ids[2] != ids[1]


def test_of_what_means_nothing_here_only_the_id_is_passed_through():
    unknown = {"phone": "070-174 06 35", "contact": {"email": "a@b.se"}, "note": "x"}
    [answer], _, _ = run({"id": 17, "external_id": "a-1", "text": "Klotter", **unknown})
    assert (answer["id"], answer["external_id"]) == (17, "a-1")
    assert not unknown.keys() & answer.keys()
    assert "070" not in json.dumps(answer)


@pytest.mark.parametrize("named", ["Atlantis", "9999", 5])
def test_a_municipality_that_does_not_exist_keeps_its_row_and_is_told_in_a_reason(named: object):
    rows = [
        {"text": "Klotter"},
        {"text": "Det brinner i Kolsva", "municipality": named},
        {"text": "Lös hund"},
    ]
    answers, complaints, code = run(*rows)
    assert [answer["text"] for answer in answers] == [row["text"] for row in rows]
    assert (complaints, code) == ("", 0)
    assert answers[1]["municipality"] is None
    assert [("Radens kommun" in "".join(answer["reasons"])) for answer in answers] == [False, True, False]


@pytest.mark.parametrize(
    ("given", "utc"),
    [("2026-07-01T12:00:00", "10:00"), ("2026-11-16T12:00:00", "11:00"), ("2026-07-01T12:00:00Z", "12:00")],
)
def test_a_time_without_a_zone_is_swedish(given: str, utc: str):
    [answer], _, _ = run({"text": "Klotter", "occurred_at": given})
    assert answer["occurred_at"].endswith(f"T{utc}:00+00:00")


def test_a_byte_order_mark_before_the_first_row_is_no_fault():
    answers, complaints, _ = run("\ufeff" + json.dumps({"text": "Klotter"}), {"text": "Lös hund"})
    assert (len(answers), complaints) == (2, "")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{not json", "not JSON"),
        ("[1]", "a JSON object was expected"),
        ({"place_text": "Köping"}, "text: Field required"),
        ({"text": "  "}, "the text is empty"),
        ({"text": "x", "lat": 59.0}, "lat and lon belong together"),
        ({"text": "x", "lat": 159.0, "lon": 16}, "lat: "),
        ({"text": "x", "municipality": {"code": 1983}}, "municipality: "),
        ({"text": "x", "place_text": 5}, "place_text: "),
        ({"text": 5}, "text: "),
        ({"text": "x", "id": {"email": "a@b.se"}}, "id"),
        ({"text": "x", "occurred_at": "0001-01-01T00:00:00"}, "occurred_at: "),
        ({"text": "x", "source": "somebody"}, "source: "),
        ('{"text": "\\ud800"}', "text: "),
        ('{"text": "x", "note": ' + "[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_row_is_named_with_its_number_and_the_others_are_answered(bad: object, why: str):
    answers, complaints, code = run({"text": "Klotter"}, bad, "", {"text": "Lös hund"})
    assert [answer["text"] for answer in answers] == ["Klotter", "Lös hund"]
    assert complaints.startswith("row 2: ")
    assert why in complaints
    assert complaints.count("\n") == code == 1


def test_a_rerun_gives_the_same_output():
    rows = [{"text": f"Det brinner i hus {n} i Kolsva"} for n in range(300)]
    assert run(*rows) == run(*rows)


def test_a_gazetteer_of_ones_own_places_a_report_at_its_house(tmp_path: Path):
    build(Wanted(osm=[MAP]), tmp_path, lambda _: None)
    row = {"text": "Inbrott på Nygatan 12", "municipality": "1983"}
    [without], _, _ = run(row)
    [within], _, _ = run(row, gazetteer=tmp_path)
    assert without["location"]["precision"] != "address"
    assert (within["location"]["precision"], within["location"]["name"]) == ("address", "Nygatan 12, Köping")


def test_a_folder_that_is_no_gazetteer_is_told_before_any_row_is_read(tmp_path: Path):
    with pytest.raises(BadGazetteer, match="is no gazetteer"):
        run({"text": "Klotter"}, gazetteer=tmp_path)
