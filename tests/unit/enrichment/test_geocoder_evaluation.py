"""How often the geocoder is right, on sentences with known places."""

import gzip
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from services.enrichment.geocoder import Geocoder, evaluate

SENTENCES = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder.load()


@pytest.mark.parametrize(
    "name",
    [
        "geocode_koping.jsonl",
        "geocode_koping_second.jsonl",
        "geocode_koping_third.jsonl",
        "geocode_koping_fourth.jsonl",
        "geocode_koping_fifth.jsonl",
        "geocode_koping_sixth.jsonl",
    ],
)
def test_citizens_sentences_are_placed_right_and_no_point_is_made_up(geocoder: Geocoder, name: str) -> None:
    answers = [evaluate.answer(row, geocoder) for row in evaluate.rows(SENTENCES / name)]
    with_place = [each for each in answers if each.row["lat"] is not None]
    figures = evaluate.figures(answers)

    assert figures["within_5km"] >= 0.97 * len(with_place)
    assert figures["beyond_25km"] == 0
    assert not [each.row["text"] for each in answers if each.is_false_point]


def test_texts_written_to_mislead_make_few_points_and_none_that_nobody_would_look_at(
    geocoder: Geocoder,
) -> None:
    answers = [evaluate.answer(row, geocoder) for row in evaluate.rows(SENTENCES / "geocode_no_place.jsonl")]
    false = [each for each in answers if each.is_false_point]

    assert len(false) <= 4
    assert all(each.located.outside for each in false)


def test_police_texts_of_vastmanland_name_the_right_municipality(geocoder: Geocoder) -> None:
    rows = list(evaluate.rows(SENTENCES / "geocode_police_vastmanland.jsonl"))
    right = sum(geocoder.locate(row["text"]).municipality == row["municipality"] for row in rows)

    assert len(rows) == 150
    assert right >= 0.9 * len(rows)


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_the_last_line_is_json_with_counts(tmp_path: Path, suffix: str) -> None:
    rows = [
        {"text": "Det brinner i Kolsva", "municipality": "Köping", "lat": 59.6, "lon": 15.8333},
        {"text": "Det brinner i Kolsva", "municipality": "1983", "lat": 59.64, "lon": 15.8333},
        {"text": "Det brinner i Kolsva", "municipality": None, "lat": 57.7, "lon": 11.97},
        {"text": "Det brinner", "municipality": "Köping", "lat": 59.514, "lon": 15.993},
        {"text": "Det brinner", "municipality": None, "lat": None, "lon": None},
    ]
    path = tmp_path / f"rows{suffix}"
    written = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(written) if suffix.endswith(".gz") else written)
    printed = io.StringIO()

    evaluate.main(path, Console(file=printed, width=60))

    assert json.loads(printed.getvalue().splitlines()[-1]) == {
        "n": 5, "located": 3, "median_km": pytest.approx(4.448, abs=0.01), "within_1km": 1, "within_5km": 2,
        "beyond_25km": 1,
    }  # fmt: skip


def test_a_file_without_places_has_no_median(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Det brinner", "municipality": null, "lat": null, "lon": null}\n')
    printed = io.StringIO()

    evaluate.main(path, Console(file=printed))

    assert json.loads(printed.getvalue().splitlines()[-1])["median_km"] is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('{"municipality": "Köping", "lat": 59.5, "lon": 16.0}', "line 2: no text"),
        ('{"text": 5}', "line 2: no text"),
        ('{"text": "x", "municipality": 1983}', "line 2: the municipality is neither"),
        ('{"text": "x", "lat": 59.5}', "line 2: lat and lon are no place"),
        ('{"text": "x", "lat": "59", "lon": "16"}', "line 2: lat and lon are no place"),
        ('{"text": "x", "lat": NaN, "lon": 16}', "line 2: lat and lon are no place"),
        ("{broken", "line 2: not JSON"),
        ("[]", "line 2: a JSON object was expected"),
    ],
)
def test_a_row_that_cannot_be_asked_ends_it_with_its_line_in_one_sentence(
    tmp_path: Path, row: str, says: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"text": "Det brinner"}}\n{row}\n')
    with pytest.raises(SystemExit, match=says) as ending:
        evaluate.main(path, Console(file=io.StringIO()))
    assert "\n" not in str(ending.value)


def test_an_archive_that_is_none_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_text('{"text": "Det brinner"}\n')
    with pytest.raises(SystemExit, match="cannot be read"):
        evaluate.main(path, Console(file=io.StringIO()))
