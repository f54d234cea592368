"""The municipalities' own place lists hold together."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from services.enrichment.geocoder import Geocoder
from services.enrichment.geocoder.builtin import PLACES
from services.enrichment.geocoder.place import Scope
from shared.events import Precision
from shared.geodata import municipalities, municipality_at

FILES = sorted(PLACES.glob("*.csv"))


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder.load()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_list_belongs_to_a_municipality_and_its_rows_lie_in_it(path: Path) -> None:
    assert path.stem in municipalities()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    for row in rows:
        assert municipality_at(float(row["lat"]), float(row["lon"])) == path.stem, row["name"]
        assert 100 <= float(row["uncertainty_m"]) <= 10_000
        assert row["kind"] in {"place", "area", "village", "street"}
        assert Scope(row["scope"])
    written = Counter(
        name.casefold() for row in rows for name in (row["name"], *filter(None, row["aliases"].split("|")))
    )
    assert [name for name, times in written.items() if times > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_listed_name_is_understood_by_its_own_municipality(geocoder: Geocoder, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            located = geocoder.locate("", place_text=row["name"], municipality=path.stem)

            assert (located.lat, located.lon) == (float(row["lat"]), float(row["lon"])), row["name"]
            is_fine = located.precision is Precision.PLACE
            assert is_fine == (row["kind"] in {"place", "area"}), row["name"]
