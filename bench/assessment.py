"""Severity, flags and language on the labelled sets, and what a text costs: `python -m bench.assessment`."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from services.enrichment.text.assessment import Assessment, assess
from services.enrichment.text.happened import when
from services.enrichment.text.language import detect_language, load_language_models
from shared.categories import CategoryCode

_SETS: Final = tuple(
    Path("tests/data") / f"assessment{name}.jsonl"
    for name in (
        "",
        "_second",
        "_third",
        "_fourth",
        "_blind",
        "_others",
        "_others_blind",
        "_others_last",
        "_others_new",
    )
)
_FLAGS: Final[Mapping[str, Callable[[Assessment], bool]]] = {
    "ongoing": lambda found: found.ongoing is not None,
    "involves_minor": lambda found: found.involves_minor is not None,
    "hearsay": lambda found: found.hearsay is not None,
}
_AT: Final = datetime(2026, 11, 16, 13, 0, tzinfo=UTC)
_ROUNDS: Final = 15


def main() -> None:
    load_language_models()
    result: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    for path in _SETS:
        of_set = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        result[path.stem] = _judged(of_set)
        rows += of_set
        print(f"{path.stem}: {result[path.stem]}")
    texts = [(row["text"], CategoryCode(row["category"])) for row in rows]
    result["microseconds_per_text"] = {
        "assess": _cost(texts, assess),
        "when": _cost(texts, lambda text, _: when(text, _AT)),
        "language": _cost(texts, lambda text, _: detect_language(text)),
    }
    print(json.dumps(result))


def _judged(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = [assess(row["text"], CategoryCode(row["category"])) for row in rows]
    within = [
        row["severity"][0] <= each.severity <= row["severity"][1]
        for row, each in zip(rows, found, strict=True)
    ]
    languages = [detect_language(row["text"]) == row["language"] for row in rows]
    flags = {
        name: _precision_recall(
            [(bool(row[name]), said(each)) for row, each in zip(rows, found, strict=True)]
        )
        for name, said in _FLAGS.items()
    }
    return {
        "n": len(rows),
        "severity_within": round(sum(within) / len(rows), 3),
        "language": round(sum(languages) / len(rows), 3),
        **flags,
    }


def _precision_recall(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    hits, said, true = sum(a and b for a, b in pairs), sum(b for _, b in pairs), sum(a for a, _ in pairs)
    return {
        "precision": round(hits / max(said, 1), 3),
        "recall": round(hits / max(true, 1), 3),
        "f1": round(2 * hits / max(said + true, 1), 3),
    }


def _cost(texts: Sequence[tuple[str, CategoryCode]], read: Callable[[str, CategoryCode], object]) -> float:
    """Microseconds of processor time, the best of several rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        for text, category in texts:
            read(text, category)
        rounds.append(time.process_time() - begun)
    return round(min(rounds) / len(texts) * 1e6, 1)


if __name__ == "__main__":
    main()
