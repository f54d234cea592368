"""Does every locality of Sweden come out right in ten ways to write it? `python -m bench.geocode_names`

The sentences are made from the gazetteer's own names, so this measures how text is read, not what the gazetteer knows.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator

from services.enrichment.geocoder import Geocoder
from shared.events import Precision
from shared.geodata import Locality, localities
from shared.geodata.plane import distance_m

FORMS = (
    "Det brinner i {name}",
    "brinner i {lower}",
    "Inbrott i {name} i natt",
    "Bråk i {genitive} centrum",
    "någon har klottrat i {lower}",
    "A fire in {name}",
    "{name}: stulen cykel",
    "Olycka utanför {name}",
    "Vi bor i Stockholm men såg rök i {name}",
    "{slipped} brinner, brand i {slipped}",
)


def with_a_slip(name: str, chance: random.Random) -> str:
    """One letter doubled or left out; names under six letters are left as they are."""
    if len(name) < 6:
        return name
    at = chance.randrange(1, len(name) - 1)
    return name[:at] + (name[at] + name[at:] if chance.random() < 0.5 else name[at + 1 :])


def sentences(locality: Locality, chance: random.Random) -> Iterator[str]:
    name = locality.name
    for form in FORMS:
        yield form.format(
            name=name,
            lower=name.lower(),
            genitive=name if name.endswith(("s", "x", "z")) else f"{name}s",
            slipped=with_a_slip(name, chance),
        )


def main() -> None:
    geocoder, chance = Geocoder.load(), random.Random(4)
    found: Counter[str] = Counter()
    for locality in localities():
        for text in sentences(locality, chance):
            located = geocoder.locate(text, municipality=locality.municipality)
            found["sentences"] += 1
            if located.precision is Precision.MUNICIPALITY or located.lat is None or located.lon is None:
                found["municipality_only"] += 1
                continue
            away_m = distance_m(located.lat, located.lon, locality.lat, locality.lon)
            found["within_5km" if away_m <= 5_000 else "farther"] += 1
            found["beyond_25km"] += away_m > 25_000
    print(json.dumps(found))


if __name__ == "__main__":
    main()
