"""Does the geocoder read the right municipality from police texts, given the text alone?

`python -m bench.geocode_police POLICE_EVENTS.jsonl.gz [--county "Västmanlands län"] [--sample FILE --rows N]`

Counted are single events (no summaries of a day) of the county whose text names, in capitals, a municipality or a locality of
the county. The police's own coordinates are the centre of the municipality, so the municipality is all they can check.
`--sample` writes a seeded sample of the counted events, which the tests carry.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from services.enrichment.geocoder import Geocoder
from shared.geodata import localities, municipality_name
from shared.redaction import redact


def events(path: Path, county: str) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            is_single = not event["type"].startswith("Sammanfattning")
            if event["county"] == county and event["municipality_code"] and is_single:
                text = redact(f"{event['summary'] or ''}\n{event['body'] or ''}").text
                yield {"id": event["id"], "text": text, "municipality": event["municipality_code"]}


def naming_a_place(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    codes = {each["municipality"] for each in found}
    towns = {each.name for each in localities() if each.municipality in codes and len(each.name) > 3}
    names = sorted(towns | {municipality_name(code) for code in codes}, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})s?\b")
    return [each for each in found if pattern.search(each["text"])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("events", type=Path)
    parser.add_argument("--county", default="Västmanlands län")
    parser.add_argument("--sample", type=Path)
    parser.add_argument("--rows", type=int, default=150)
    asked = parser.parse_args()
    found = list(events(asked.events, asked.county))
    naming = naming_a_place(found)
    if asked.sample:
        rows = random.Random(1983).sample(naming, asked.rows)
        asked.sample.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
    geocoder = Geocoder.load()
    started = perf_counter()
    answers = [geocoder.locate(each["text"]).municipality for each in naming]
    seconds = perf_counter() - started
    right = sum(answer == each["municipality"] for answer, each in zip(answers, naming, strict=True))
    print(
        json.dumps(
            {
                "events": len(found),
                "naming_a_place": len(naming),
                "right": right,
                "share": round(right / len(naming), 4),
                "no_answer": answers.count(None),
                "texts_per_s": round(len(naming) / seconds),
            }
        )
    )


if __name__ == "__main__":
    main()
