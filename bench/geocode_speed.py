"""How many reports a second does the geocoder read on one core? `python -m bench.geocode_speed`

Citizens' sentences (those of the tests, each once with a made-up house number or a slip of the pen so that nothing is only
remembered) with the gazetteer of the product, and with one of 20,000 made-up streets and 50,000 addresses in the reporter's
own municipality. The peer of the same run asks rapidfuzz for the likest of all names, word by word: what a plain search does.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import psutil
from rapidfuzz import fuzz, process

from services.enrichment.geocoder import Geocoder
from services.enrichment.geocoder.building.build import Wanted, build

SENTENCES = Path(__file__).parents[1] / "tests" / "data"
FILES = ("geocode_koping.jsonl", "geocode_koping_second.jsonl", "geocode_koping_third.jsonl")
STREETS, ADDRESSES, REPORTS = 20_000, 50_000, 6_000
_SYLLABLES = [
    "al",
    "berg",
    "björ",
    "bruk",
    "dal",
    "ek",
    "fors",
    "gran",
    "hag",
    "hammar",
    "kvarn",
    "lund",
    "mal",
    "näs",
    "oden",
    "rön",
    "sjö",
    "stor",
    "tall",
    "ull",
    "vik",
    "ås",
]
_ENDINGS = ("gatan", "vägen", "gränd", "stigen", "backen")
_LETTERS = "abdefgiklmnoprstuvåäö"


def street_names(chance: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < STREETS:
        stem = "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3))))
        names[f"{stem}{chance.choice(_ENDINGS)}".capitalize()] = None
    return list(names)


def write_addresses(path: Path, names: Sequence[str], chance: random.Random) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("street,number,municipality,lat,lon\n")
        for at in range(ADDRESSES):
            name = names[at % STREETS]
            middle = random.Random(name)
            lat, lon = middle.uniform(59.48, 59.65), middle.uniform(15.75, 16.15)
            spread = chance.uniform(-0.002, 0.002), chance.uniform(-0.004, 0.004)
            file.write(f"{name},{1 + at // STREETS * 2},1983,{lat + spread[0]:.6f},{lon + spread[1]:.6f}\n")


def reports(names: Sequence[str], chance: random.Random) -> Iterator[str]:
    texts = [
        json.loads(line)["text"]
        for name in FILES
        for line in (SENTENCES / name).read_text(encoding="utf-8").splitlines()
    ]
    for number in range(REPORTS):
        text = texts[number % len(texts)]
        match number % 4:
            case 0:
                yield f"{text} på {chance.choice(names)} {chance.randrange(1, 40)}"
            case 1:
                yield with_a_slip(text, chance)
            case _:
                yield f"{text} {number}"


def with_a_slip(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_LETTERS) + text[at + 1 :]


def rate(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts a second of the core's own time, whatever else the machine does; the first tenth warms up."""
    warm = len(texts) // 10
    for text in texts[:warm]:
        read(text)
    started = process_time()
    for text in texts[warm:]:
        read(text)
    return (len(texts) - warm) / (process_time() - started)


def main() -> None:
    chance = random.Random(1983)
    names = street_names(chance)
    texts = list(reports(names, chance))
    figures: dict[str, float] = {}
    own = Geocoder.load()
    figures["own_gazetteer_per_s"] = rate(lambda text: own.locate(text, municipality="1983"), texts)
    with TemporaryDirectory() as folder:
        table = Path(folder) / "addresses.csv"
        write_addresses(table, names, chance)
        started = perf_counter()
        build(Wanted(addresses=[table]), Path(folder) / "built", lambda _: None)
        figures["build_s"] = perf_counter() - started
        started, before = perf_counter(), psutil.Process().memory_info().rss
        streets = Geocoder.load(Path(folder) / "built")
        figures["load_s"] = perf_counter() - started
        figures["with_streets_per_s"] = rate(lambda text: streets.locate(text, municipality="1983"), texts)
        figures["with_streets_mb"] = (psutil.Process().memory_info().rss - before) / 1e6
    known = list(streets.gazetteer.names)
    figures["rapidfuzz_scan_per_s"] = rate(lambda text: scan(text, known), texts[:100])
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


def scan(text: str, names: Sequence[str]) -> list[object]:
    """The likest name for each word that may be one."""
    words = [word for word in text.casefold().split() if len(word) > 4]
    return [process.extractOne(word, names, scorer=fuzz.ratio, score_cutoff=85) for word in words]


if __name__ == "__main__":
    main()
