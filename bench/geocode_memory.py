"""What does a large gazetteer cost? `python -m bench.geocode_memory [--streets N] [--addresses N]`

Writes a made-up OpenStreetMap extract of a county's size (streets of six nodes, a third of the names met more than once,
addresses along them), builds a gazetteer of it and loads it, building and loading each in a process of its own, whose highest
and whose lasting memory is told beside the time and the size on disk. The texts are those of `bench.geocode_speed`.
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import osmium
import psutil
from osmium.osm.mutable import Node, Way

from bench.geocode_speed import street_names

_SOUTH, _NORTH, _WEST, _EAST = 59.35, 60.15, 15.45, 16.95
_NODES, _STEP = 6, 0.0006
_MEGABYTE = 1e6
_WARM = 500


def write_extract(path: Path, streets: int, addresses: int) -> None:
    """Nodes first, then ways, as extracts have them."""
    chance = random.Random(1983)
    names = street_names(chance)
    ways: list[Way] = []
    with osmium.SimpleWriter(str(path)) as writer:
        number = 0
        for street in range(streets):
            name = names[chance.randrange(len(names))]
            lat, lon = chance.uniform(_SOUTH, _NORTH), chance.uniform(_WEST, _EAST)
            up, right = chance.uniform(-_STEP, _STEP), chance.uniform(-2 * _STEP, 2 * _STEP)
            course = [(lon + at * right, lat + at * up) for at in range(_NODES)]
            refs = []
            for spot in course:
                number += 1
                refs.append(number)
                writer.add_node(Node(id=number, location=spot))
            for house in range(addresses // streets):
                number += 1
                east, north = course[house % _NODES]
                spot = (east + 0.0001 * (house % 2), north + 0.0001 * (house // _NODES))
                tags = {"addr:street": name, "addr:housenumber": str(house + 1)}
                writer.add_node(Node(id=number, location=spot, tags=tags))
            ways.append(Way(id=street + 1, nodes=refs, tags={"highway": "residential", "name": name}))
        for way in ways:
            writer.add_way(way)


def build(extract: Path, folder: Path) -> dict[str, float]:
    from services.enrichment.geocoder.building.build import Wanted, build

    started = perf_counter()
    build(Wanted(osm=[extract]), folder, lambda _: None)
    return {"build_s": perf_counter() - started, "build_peak_mb": _peak_mb()}


def load(folder: Path) -> dict[str, float]:
    from services.enrichment.geocoder import Geocoder

    process, started = psutil.Process(), perf_counter()
    before = process.memory_info().rss
    geocoder = Geocoder.load(folder)
    loaded = perf_counter() - started
    added = process.memory_info().rss - before
    names, texts = list(geocoder.gazetteer.names), list(_texts())
    for text in texts[:_WARM]:
        geocoder.locate(text, municipality="1983")
    started = process_time()
    for text in texts[_WARM:]:
        geocoder.locate(text, municipality="1983")
    return {
        "load_s": loaded,
        "load_peak_mb": _peak_mb(),
        "loaded_mb": added / _MEGABYTE,
        "after_texts_mb": (process.memory_info().rss - before) / _MEGABYTE,
        "texts_per_s": (len(texts) - _WARM) / (process_time() - started),
        "names": len(names),
    }


def _texts() -> Iterator[str]:
    from bench.geocode_speed import reports

    chance = random.Random(1983)
    yield from reports(street_names(chance), chance)


def _peak_mb() -> float:
    """The highest this process has been."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MEGABYTE


def _in_a_process(part: str, *paths: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.geocode_memory", "--part", part, *map(str, paths)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--streets", type=int, default=20_000)
    parser.add_argument("--addresses", type=int, default=200_000)
    parser.add_argument("--part", choices=("build", "load"), help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        print(json.dumps(build(*asked.paths) if asked.part == "build" else load(*asked.paths)))
        return
    with TemporaryDirectory() as scratch:
        extract, folder = Path(scratch) / "county.osm.pbf", Path(scratch) / "built"
        write_extract(extract, asked.streets, asked.addresses)
        figures: dict[str, float] = {"streets": asked.streets, "addresses": asked.addresses}
        figures["extract_mb"] = extract.stat().st_size / _MEGABYTE
        figures |= _in_a_process("build", extract, folder)
        figures["on_disk_mb"] = sum(file.stat().st_size for file in folder.iterdir()) / _MEGABYTE
        figures |= _in_a_process("load", folder)
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
