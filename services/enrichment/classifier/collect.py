"""Cut the police archive down to what training needs: `python -m services.enrichment.classifier.collect ARCHIVE.jsonl.gz`.

The archive is `dnouri/polisen-se-events-history` as JSON lines (docs/data.md).
"""

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from services.enrichment.classifier.corpus import POLICE_EVENTS
from shared.categories import category_of_police_type

_PRESS: Final = re.compile(
    r"presstalesperson|mediaansvarig|media(?:frågor|telefon)|för media|från media", re.IGNORECASE
)
_CONTACT: Final = re.compile(r"\d{2,4}[\s–-]+\d{2}|media|nås|finnas på plats", re.IGNORECASE)


def slim(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Events of a category, without the lines that tell journalists whom to ring."""
    for event in events:
        if category := category_of_police_type(event["type"]):
            yield {
                "id": event["id"],
                "date": event["datetime"][:10],
                "type": event["type"].strip(),
                "category": category.value,
                "summary": (event["summary"] or "").strip(),
                "body": _without_press_contacts(event["body"] or "") or None,
                "municipality": event["municipality_code"],
            }


def _without_press_contacts(body: str) -> str:
    return "\n".join(line for line in body.split("\n") if not _is_press_contact(line)).strip()


def _is_press_contact(line: str) -> bool:
    return len(line) < 250 and bool(_PRESS.search(line) and _CONTACT.search(line))


def main(archive: Path, target: Path = POLICE_EVENTS) -> None:
    with gzip.open(archive, "rt", encoding="utf-8") as lines:
        events = sorted(slim(map(json.loads, lines)), key=lambda event: (event["date"], event["id"]))
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        for event in events:
            packed.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
