"""What redaction finds and what it wrongly takes, and how fast: `python -m bench.redaction [--wrong SET] [--police]`.

`tests/data/redaction.jsonl` was labelled before the code was asked. What went wrong in its blind rows was looked at only when the
code was done, in the third set never before its first figure was told. A span counts when kind and extent are both right. The last line is JSON.
"""

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from services.enrichment.classifier.corpus import citizen_examples, police_events
from shared.redaction import MARKS, redact

_ROWS: Final = Path(__file__).parents[1] / "tests" / "data" / "redaction.jsonl"
_KIND_OF: Final = {mark: kind for kind, mark in MARKS.items()}
_MARK: Final = re.compile("|".join(map(re.escape, _KIND_OF)))
_SETS: Final = ("open", "blind", "third", "fourth", "fourth_blind")
_SPEED_TEXTS: Final = 20_000
_ROUNDS: Final = 5

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    spans: frozenset[Span]
    of_set: str


@dataclass(slots=True)
class Score:
    """`clear`: spans of which a letter or digit is still readable; `untouched`: texts with nothing to take that stayed whole."""

    right: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clear: int = 0
    plain: int = 0
    untouched: int = 0

    def add(self, row: Row) -> None:
        found = spans_of(row.text)
        self.wanted.update(kind for *_, kind in row.spans)
        self.found.update(kind for *_, kind in found)
        self.right.update(kind for *_, kind in row.spans & found)
        self.clear += sum(_is_readable(row.text, span, found) for span in row.spans)
        self.plain += not row.spans
        self.untouched += not row.spans and not found

    def table(self) -> dict[str, dict[str, float]]:
        return {kind: self._line([kind]) for kind in self.wanted} | {"all": self._line(list(MARKS))}

    def _line(self, kinds: Sequence[str]) -> dict[str, float]:
        right, wanted, found = (
            sum(count[kind] for kind in kinds) for count in (self.right, self.wanted, self.found)
        )
        return {"n": wanted, "precision": _share(right, found), "recall": _share(right, wanted)}


def main() -> None:
    arguments = _arguments()
    rows = list(labelled())
    result: dict[str, Any] = {}
    for of_set in _SETS:
        score = Score()
        for row in (row for row in rows if row.of_set == of_set):
            score.add(row)
        result[of_set] = _told(of_set, score)
    if arguments.wrong:
        _print_wrong([row for row in rows if row.of_set == arguments.wrong])
    result["police_events"] = _police_events(is_listed=arguments.police)
    result["texts_per_second"] = _speed(rows)
    print(json.dumps(result))


def spans_of(text: str) -> frozenset[Span]:
    """Where marks were put, told from the outcome alone: what lies between them stands in the text as it was."""
    redacted = redact(text).text
    kinds = [_KIND_OF[mark] for mark in _MARK.findall(redacted)]
    pieces = map(re.escape, _MARK.split(redacted))
    match = re.fullmatch("(.+?)".join(pieces), text, re.DOTALL)
    if match is None:
        raise ValueError("redaction changed more than it marked")
    return frozenset((*match.span(place), kind) for place, kind in enumerate(kinds, start=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", choices=_SETS, help="list what went wrong in one of the sets")
    parser.add_argument("--police", action="store_true", help="list what is taken out of the police events")
    return parser.parse_args()


def labelled() -> Iterator[Row]:
    for line in _ROWS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Row(row["text"], frozenset((start, end, kind) for start, end, kind in row["spans"]), row["set"])


def _is_readable(text: str, span: Span, found: frozenset[Span]) -> bool:
    hidden = {place for start, end, _ in found for place in range(start, end)}
    return any(text[place].isalnum() and place not in hidden for place in range(span[0], span[1]))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


def _told(of_set: str, score: Score) -> dict[str, Any]:
    told = {
        "kinds": score.table(),
        "readable": score.clear,
        "plain_texts": score.plain,
        "untouched": score.untouched,
    }
    print(f"{of_set}: {score.untouched} of {score.plain} plain texts untouched, {score.clear} spans readable")
    for kind, line in score.table().items():
        print(f"  {kind:16} n {line['n']:3}  precision {line['precision']:.3f}  recall {line['recall']:.3f}")
    return told


def _print_wrong(rows: Sequence[Row]) -> None:
    for row in rows:
        found = spans_of(row.text)
        for name, spans in (("missed", row.spans - found), ("wrong", found - row.spans)):
            for start, end, kind in sorted(spans):
                print(f"  {name:6} {kind:16} {row.text[start:end]!r} in {row.text!r}")


def _police_events(*, is_listed: bool) -> dict[str, Any]:
    texts = [event.text for event in police_events()]
    kinds: Counter[str] = Counter()
    for text in texts:
        redaction = redact(text)
        kinds.update(redaction.kinds)
        if is_listed and redaction.kinds:
            for start, end, kind in sorted(spans_of(text)):
                print(f"  {kind:16} {text[max(0, start - 50) : start]!r} «{text[start:end]}»")
    print(f"police events: {len(texts)} texts, {dict(kinds)}")
    return {"n": len(texts), **kinds}


def _speed(rows: Sequence[Row]) -> dict[str, int]:
    """Processor time on one core, best of some rounds. `numbers`: the labelled rows, nearly all of which hold some."""
    sets = {
        "citizens": [example.text for example in citizen_examples()],
        "numbers": [row.text for row in rows],
    }
    speeds = {
        name: _texts_per_second(list(islice(cycle(texts), _SPEED_TEXTS))) for name, texts in sets.items()
    }
    print(f"texts a second: {speeds}")
    return speeds


def _texts_per_second(texts: Sequence[str]) -> int:
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.process_time()
        for text in texts:
            redact(text)
        best = min(best, time.process_time() - start)
    return round(len(texts) / best)


if __name__ == "__main__":
    main()
