"""How well the shipped model does on labelled texts: a table per category and one line of JSON."""

import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console
from rich.table import Table

from services.enrichment.classifier.model import CategoryModel, Classification
from shared.categories import CategoryCode, category_of_police_type, load_categories

CONFIDENCES: Final = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_BINS: Final = 10
_SHAPES: Final = 'a row is {"text", "categories": […]} or {"summary", "body", "category"}'


class BadRowError(ValueError):
    """A row that cannot be scored; the message names the line and what to mend."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """`accepted`: every right answer, the first being the truth that recall is counted on."""

    text: str
    accepted: tuple[CategoryCode, ...]


@dataclass(frozen=True, slots=True)
class CategoryScore:
    category: CategoryCode
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is gained by answering only when sure: `share` of the texts answered, and `accuracy` on those (None: no text)."""

    at_least: float
    share: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """`macro_f1`: mean over the categories that are some row's truth; `docs_per_s`: prediction alone, a core's seconds.

    `top2`: share of texts whose two most probable categories hold an accepted one.
    """

    n: int
    accuracy: float
    macro_f1: float
    docs_per_s: float
    scores: tuple[CategoryScore, ...]
    top2: float
    calibration_error: float
    coverage: tuple[Coverage, ...]


def evaluate_classification(path: Path, model: CategoryModel | None = None) -> Report:
    """`model`: the shipped one unless another is given."""
    rows = list(labelled_rows(path))
    if not rows:
        raise BadRowError(f"{path} holds no rows; {_SHAPES}")
    return measured(model or CategoryModel.load(), rows)


def measured(model: CategoryModel, rows: Sequence[Labelled]) -> Report:
    started = time.process_time()
    found = model.predict([row.text for row in rows])
    return score(rows, found, time.process_time() - started)


def score(rows: Sequence[Labelled], found: Sequence[Classification], seconds: float) -> Report:
    """A prediction among the accepted categories is right and counts for itself; a wrong one misses the first accepted."""
    guesses = [each.category for each in found]
    truths = [
        guess if guess in row.accepted else row.accepted[0] for row, guess in zip(rows, guesses, strict=True)
    ]
    support, guessed = Counter(truths), Counter(guesses)
    right = Counter(truth for truth, guess in zip(truths, guesses, strict=True) if truth is guess)
    scores = tuple(
        _category_score(category, right[category], support[category], guessed[category])
        for category in CategoryCode
        if support[category]
    )
    sure = [
        (each.confidence, guess is truth) for each, guess, truth in zip(found, guesses, truths, strict=True)
    ]
    return Report(
        n=len(rows),
        accuracy=right.total() / len(rows),
        macro_f1=sum(each.f1 for each in scores) / len(scores),
        docs_per_s=len(rows) / seconds if seconds else 0.0,
        scores=scores,
        top2=sum(_in_first_two(row, each) for row, each in zip(rows, found, strict=True)) / len(rows),
        calibration_error=calibration_error(sure),
        coverage=tuple(_coverage(sure, at_least) for at_least in CONFIDENCES),
    )


def _in_first_two(row: Labelled, found: Classification) -> bool:
    return any(category in row.accepted for category, _ in found.alternatives[:2])


def calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: mean distance of confidence and share right over ten equal bins, by their texts."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in sure:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return sum(
        abs(sum(confidence for confidence, _ in each) - sum(right for _, right in each))
        for each in bins.values()
    ) / len(sure)


def _coverage(sure: Sequence[tuple[float, bool]], at_least: float) -> Coverage:
    taken = [right for confidence, right in sure if confidence >= at_least]
    return Coverage(at_least, len(taken) / len(sure), sum(taken) / len(taken) if taken else None)


def _category_score(category: CategoryCode, right: int, support: int, guessed: int) -> CategoryScore:
    precision = right / guessed if guessed else 0.0
    return CategoryScore(category, support, precision, right / support, 2 * right / (support + guessed))


def labelled_rows(path: Path) -> Iterator[Labelled]:
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _labelled(line, f"{path.name}, line {number}")


def _opened(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _labelled(line: str, where: str) -> Labelled:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadRowError(f"{where}: not JSON ({error}); {_SHAPES}") from error
    if not isinstance(row, dict):
        raise BadRowError(f"{where}: not an object; {_SHAPES}")
    return Labelled(_text(row, where), tuple(_category(code, where) for code in _accepted(row, where)))


def _text(row: dict[str, Any], where: str) -> str:
    parts = [row["text"]] if "text" in row else [row.get("summary"), row.get("body")]
    text = "\n".join(part for part in parts if isinstance(part, str)).strip()
    if not text:
        raise BadRowError(f"{where}: no text; {_SHAPES}")
    return text


def _accepted(row: dict[str, Any], where: str) -> list[Any]:
    if isinstance(row.get("categories"), list) and row["categories"]:
        return list(row["categories"])
    if row.get("category"):
        return [row["category"]]
    if found := category_of_police_type(str(row.get("type", ""))):
        return [found.value]
    raise BadRowError(f"{where}: no category, and no police type that has one; {_SHAPES}")


def _category(code: Any, where: str) -> CategoryCode:
    if code in tuple(CategoryCode):
        return CategoryCode(code)
    raise BadRowError(f"{where}: unknown category {code!r}; known are {', '.join(CategoryCode)}")


def main(path: Path, console: Console) -> None:
    """Print the table, and as last line the JSON that a machine reads. A file that cannot be scored ends the command."""
    try:
        report = evaluate_classification(path)
    except (BadRowError, OSError, EOFError, UnicodeDecodeError) as error:
        raise SystemExit(f"Cannot evaluate: {error}") from error
    table = Table("Kategori", "Kod", title=f"{path.name}: {report.n} texter")
    for heading in ("n", "precision", "recall", "F1"):
        table.add_column(heading, justify="right")
    for each in report.scores:
        figures = (each.precision, each.recall, each.f1)
        label = load_categories()[each.category].sv
        table.add_row(label, each.category.value, str(each.n), *(f"{figure:.3f}" for figure in figures))
    console.print(table)
    console.print(_coverage_table(report))
    summary = {
        "n": report.n,
        "accuracy": round(report.accuracy, 4),
        "macro_f1": round(report.macro_f1, 4),
        "docs_per_s": round(report.docs_per_s, 1),
        "top2": round(report.top2, 4),
        "ece": round(report.calibration_error, 4),
    }
    console.print(json.dumps(summary), soft_wrap=True, highlight=False, markup=False)


def _coverage_table(report: Report) -> Table:
    table = Table(
        title=f"Rätt {report.accuracy:.1%}, rätt bland de två första {report.top2:.1%}, "
        f"kalibreringsfel (ECE) {report.calibration_error:.3f}"
    )
    for heading in ("säker till minst", "andel texter", "rätt av dem"):
        table.add_column(heading, justify="right")
    for each in report.coverage:
        right = "–" if each.accuracy is None else f"{each.accuracy:.3f}"
        table.add_row(f"{each.at_least:.0%}", f"{each.share:.3f}", right)
    return table
