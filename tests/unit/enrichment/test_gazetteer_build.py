"""A gazetteer folder is made of maps and registers, the same bytes from the same files, and refused when it is not whole."""

import json
from pathlib import Path

import osmium
import pytest

from services.enrichment.geocoder import Geocoder
from services.enrichment.geocoder.building.build import Wanted, build
from services.enrichment.geocoder.building.sources import BadSource, house_numbers
from services.enrichment.geocoder.folder import BadGazetteer, load

DATA = Path(__file__).parents[2] / "data"
MAP, ADDRESSES = DATA / "koping.osm", DATA / "koping_addresses.csv"


def built(into: Path, **wanted) -> dict[str, int]:
    return dict(build(Wanted(**wanted), into, lambda _: None).counts)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_map_gives_streets_houses_crossings_roads_and_places(tmp_path: Path) -> None:
    result = build(Wanted(osm=[MAP]), tmp_path, lambda _: None)

    assert result.counts == {
        "names": result.counts["names"],
        "localities": 2000,
        "places": result.counts["places"],
        "streets": 11,
        "road_pieces": 5,
        "addresses": 19,
        "crossings": 7,
    }
    assert result.skipped["OpenStreetMap: house number without a street"] == 1
    assert result.skipped["OpenStreetMap: drawn by nodes that the extract lacks"] == 1
    assert result.skipped["places: drawn twice"] == 1


def test_the_same_files_give_the_same_bytes_and_the_version_follows_the_content(tmp_path: Path) -> None:
    for name in ("one", "two"):
        built(tmp_path / name, osm=[MAP], addresses=[ADDRESSES])
    built(tmp_path / "less", osm=[MAP])

    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert load(tmp_path / "one").version != load(tmp_path / "less").version
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_bytes())
    assert [source["name"] for source in manifest["sources"][:2]] == ["koping.osm", "koping_addresses.csv"]


def test_a_binary_map_gives_the_same_as_the_written_one(tmp_path: Path) -> None:
    binary = tmp_path / "koping.osm.pbf"
    with osmium.SimpleWriter(str(binary)) as writer:
        for thing in osmium.FileProcessor(str(MAP)):
            writer.add(thing)
    built(tmp_path / "pbf", osm=[binary])
    built(tmp_path / "osm", osm=[MAP])

    assert load(tmp_path / "pbf").version == load(tmp_path / "osm").version


def test_a_table_of_addresses_in_sweref_or_degrees_adds_houses(tmp_path: Path) -> None:
    in_degrees = tmp_path / "degrees.csv"
    in_degrees.write_text(
        "street,number,lat,lon\nGlasgatan,3A,59.5104,15.9954\nGlasgatan,fel,59.5,15.9\n", "utf-8"
    )
    sweref = build(Wanted(addresses=[ADDRESSES]), tmp_path / "sweref", lambda _: None)
    degrees = build(Wanted(addresses=[in_degrees]), tmp_path / "degrees", lambda _: None)

    assert (sweref.counts["addresses"], degrees.counts["addresses"]) == (4, 1)
    assert sweref.skipped == {
        "addresses: house number that is none": 1,
        "addresses: no such municipality": 1,
        "addresses: position that is none, or outside Sweden": 1,
    }
    located = Geocoder.load(tmp_path / "sweref").locate("Brand på Glasgatan 3", municipality="1983")
    assert (round(located.lat or 0, 3), round(located.lon or 0, 3)) == (59.51, 15.995)


def test_only_the_wanted_municipality_is_kept(tmp_path: Path) -> None:
    built(tmp_path, osm=[MAP], municipalities=frozenset({"1984"}))
    gazetteer = load(tmp_path)

    assert {place.municipality for place in gazetteer.names["nygatan"] if place.street is not None} == {
        "1984"
    }


def test_a_places_own_list_gets_the_surveyed_position_of_the_map(tmp_path: Path) -> None:
    built(tmp_path, osm=[MAP])
    located = Geocoder.load(tmp_path).locate("bråk vid innerhamnen", municipality="1983")

    assert (located.name, located.lat, located.lon) == ("Inre hamnen, Köping", 59.50905, 15.9993)
    assert (located.uncertainty_m or 0) < 200


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"osm": ["broken.osm"]}, "no OpenStreetMap file"),
        ({"osm": ["notes.txt"]}, "is none of .osm"),
        ({"addresses": ["broken.osm"]}, "needs the columns street, number"),
        ({"places": ["koping.csv"]}, "named by its municipality's code"),
        ({"places": ["1983.csv"]}, "no place list"),
        ({"polygons": "broken.osm"}, "no municipalities"),
        ({"municipalities": frozenset({"9999"})}, "no municipality 9999"),
    ],
)
def test_a_source_that_is_none_is_told_and_nothing_is_written(tmp_path: Path, wanted, said: str) -> None:
    for name in ("broken.osm", "notes.txt", "koping.csv", "1983.csv"):
        (tmp_path / name).write_text("name,lat\nhamnen,1\n", "utf-8")
    paths = {
        key: [tmp_path / name for name in value] if isinstance(value, list) else value
        for key, value in wanted.items()
    }
    if "polygons" in paths:
        paths["polygons"] = tmp_path / paths["polygons"]

    with pytest.raises(BadSource, match=said):
        built(tmp_path / "out", **paths)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("damage", ["manifest.json", "names.tsv", "addresses.npy"])
def test_a_folder_that_is_not_whole_is_refused(tmp_path: Path, damage: str) -> None:
    built(tmp_path, osm=[MAP])
    (tmp_path / damage).write_bytes((tmp_path / damage).read_bytes()[:-20])

    with pytest.raises(BadGazetteer, match="build"):
        Geocoder.load(tmp_path)


def test_a_folder_that_is_no_gazetteer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadGazetteer, match="is no gazetteer"):
        Geocoder.load(tmp_path)


@pytest.mark.parametrize(
    ("written", "houses"),
    [
        ("12", ["12"]),
        ("12b", ["12 B"]),
        ("12 B", ["12 B"]),
        ("2-6", ["2", "6"]),
        ("7;9A", ["7", "9 A"]),
        ("gården", []),
        ("", []),
    ],
)
def test_house_numbers_are_read_as_maps_write_them(written: str, houses: list[str]) -> None:
    assert [str(house) for house in house_numbers(written)] == houses
