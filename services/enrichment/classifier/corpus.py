"""What the classifier learns from: police events, and citizen-style examples that the project wrote (docs/data.md)."""

import gzip
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.categories import CategoryCode

FOLDER: Final = Path(__file__).with_name("data")
POLICE_EVENTS: Final = FOLDER / "police_events.jsonl.gz"
CITIZEN_EXAMPLES: Final = FOLDER / "citizen_examples.jsonl"
DEVELOPMENT: Final = FOLDER / "citizen_development.jsonl"
"""By an author of its own. Chose between recipes and helps to set the confidence; never learned."""
CORRECTIONS: Final = FOLDER / "corrections.jsonl"
"""What persons corrected (`vardkase corrections export`). There from the first correction on."""
HELD_OUT_FROM: Final = "2025-07-01"


@dataclass(frozen=True, slots=True)
class PoliceEvent:
    """`date`: ISO day of publication."""

    date: str
    category: CategoryCode
    summary: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.summary}\n{self.body}".strip()


@dataclass(frozen=True, slots=True)
class CitizenExample:
    """`categories`: every accepted answer, the best first; `author`: who wrote it, for those are alike among themselves."""

    text: str
    categories: tuple[CategoryCode, ...]
    author: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One text to learn from. `weight`: how many such texts it counts for; `bulletin`: written by the police."""

    text: str
    category: CategoryCode
    weight: float
    bulletin: bool
    author: str = ""


def police_events(path: Path = POLICE_EVENTS) -> Iterator[PoliceEvent]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield PoliceEvent(row["date"], CategoryCode(row["category"]), row["summary"], row["body"] or "")


def citizen_examples(path: Path = CITIZEN_EXAMPLES) -> list[CitizenExample]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        CitizenExample(
            row["text"],
            tuple(map(CategoryCode, row["categories"])),
            row.get("author") or row.get("source", ""),
        )
        for row in rows
    ]


def police_documents(
    events: Iterable[PoliceEvent], weights: tuple[float, float, float]
) -> Iterator[Document]:
    """Each event whole, as its headline alone and as its body alone, so that short and long reports are both known."""
    whole, summary, body = weights
    for event in events:
        yield Document(event.text, event.category, whole, bulletin=True)
        if event.body and summary:
            yield Document(event.summary, event.category, summary, bulletin=True)
        if event.body and body:
            yield Document(event.body, event.category, body, bulletin=True)


def citizen_documents(examples: Iterable[CitizenExample], weight: float) -> Iterator[Document]:
    """Each example as written, and as typed on a keyboard without å, ä and ö when that differs."""
    for example in examples:
        category = example.categories[0]
        yield Document(example.text, category, weight, bulletin=False, author=example.author)
        if (plain := _without_diacritics(example.text)) != example.text:
            yield Document(plain, category, weight / 2, bulletin=False, author=example.author)


def _without_diacritics(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
