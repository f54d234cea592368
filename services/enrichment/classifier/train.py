"""Train the classifier: `python -m services.enrichment.classifier.train` (`make model`). The same inputs give the same bytes.

Two fits. The first learns from police events before `HELD_OUT_FROM` only; it gives the calibration and the figures that
are quoted (they are kept in the model's card). The second, which is shipped, learns from every event, because the
language of bulletins moves: on events it has itself seen it looks better than it is, so never quote those.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.sparse import csr_matrix

from services.enrichment.classifier.corpus import (
    CITIZEN_EXAMPLES,
    CORRECTIONS,
    DEVELOPMENT,
    HELD_OUT_FROM,
    POLICE_EVENTS,
    CitizenExample,
    Document,
    PoliceEvent,
    citizen_documents,
    citizen_examples,
    police_documents,
    police_events,
)
from services.enrichment.classifier.evaluate import Labelled, score
from services.enrichment.classifier.features import prepare
from services.enrichment.classifier.heads import (
    Learned,
    Targets,
    bulletin_head,
    calibrated_slope,
    report_head,
    style_head,
)
from services.enrichment.classifier.model import FOLDER, HELD_OUT_FILE, CategoryModel, Floats
from services.enrichment.classifier.promotion import as_hexadecimal
from services.enrichment.classifier.vocabulary import Vocabulary
from shared.categories import CategoryCode

POLICE_WEIGHTS: Final = (1.0, 0.25, 0.0)
CITIZEN_WEIGHT: Final = 2.0
"""Beside one police event, where bulletins are learned: citizens' words help there too, but should not rule."""
MIN_TEXTS: Final = (2, 3, 2, 3)
KEPT_FEATURES: Final = 200_000
"""For each of the two heads; many are the same."""


def train(console: Console, corrections: Path | None = None) -> tuple[CategoryModel, dict[str, Any]]:
    """The model, learned from everything, and its figures: those of its twin that never saw the held-out events."""
    events, examples = list(police_events()), all_examples(corrections)
    development = citizen_examples(DEVELOPMENT)
    later = [event for event in events if event.date >= HELD_OUT_FROM]
    earlier = [event for event in events if event.date < HELD_OUT_FROM]
    console.print(
        f"Learning from {len(earlier):,} police events before {HELD_OUT_FROM} and {len(examples):,} examples"
    )
    twin = twin_of(earlier, examples, development)
    slope = calibrated_slope(_held_out_scores(twin, later))
    twin = replace(twin, bulletins=replace(twin.bulletins, slope=slope))
    figures = _held_out_figures(twin, later)
    console.print_json(data=_without_answers(figures))
    console.print(f"Learning from all {len(events):,} police events and {len(examples):,} examples")
    model = twin_of(events, examples, development)
    return replace(model, bulletins=replace(model.bulletins, slope=slope)), figures


def all_examples(corrections: Path | None = None) -> list[CitizenExample]:
    """The project's examples, and what persons corrected: those given, else those in the source tree if there are any."""
    found = corrections or (CORRECTIONS if CORRECTIONS.exists() else None)
    return [*citizen_examples(), *(citizen_examples(found) if found else ())]


def twin_of(
    events: Sequence[PoliceEvent], examples: Sequence[CitizenExample], development: Sequence[CitizenExample]
) -> CategoryModel:
    """A model of these texts alone. Bulletins' slope is left at 1: only later bulletins can tell it."""
    documents = [
        *police_documents(events, POLICE_WEIGHTS),
        *citizen_documents(examples, CITIZEN_WEIGHT),
    ]
    prepared = [prepare(document.text) for document in documents]
    vocabulary = Vocabulary.learn(prepared, min_texts=MIN_TEXTS)
    learned = _seen(documents, vocabulary.matrix(prepared))
    bulletins = bulletin_head(learned)
    reports = report_head(learned, _as_learned(citizen_documents(development, 1.0), vocabulary))
    kept = _most_telling(bulletins.weights, learned.matrix) | _most_telling(
        reports.weights, learned.matrix[~learned.bulletin]
    )
    heads = (replace(head, weights=head.weights[kept]) for head in (bulletins, reports, style_head(learned)))
    return CategoryModel("", tuple(CategoryCode), vocabulary.only(kept), *heads)


def _as_learned(documents: Iterable[Document], vocabulary: Vocabulary) -> Learned:
    known = list(documents)
    return _seen(known, vocabulary.matrix([prepare(document.text) for document in known]))


def _seen(documents: Sequence[Document], matrix: csr_matrix) -> Learned:
    order = list(CategoryCode)
    return Learned(
        matrix,
        np.array([order.index(document.category) for document in documents]),
        np.array([document.weight for document in documents]),
        np.array([document.bulletin for document in documents]),
        np.array([document.author for document in documents]),
    )


def _most_telling(weights: Floats, matrix: csr_matrix) -> NDArray[np.bool_]:
    """The features that move scores most: largest weight times how much of it the texts hold (root mean square)."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel()
    effect = np.abs(weights).max(axis=1) * np.sqrt(squares)
    kept = np.zeros(len(effect), dtype=np.bool_)
    kept[np.argsort(-effect, kind="stable")[:KEPT_FEATURES]] = True
    return kept


def _held_out_scores(twin: CategoryModel, later: Sequence[PoliceEvent]) -> tuple[Floats, Targets]:
    held_out = _as_learned(police_documents(later, (1.0, 1.0, 0.0)), twin.vocabulary)
    return twin.bulletins.scores(held_out.matrix), held_out.targets


def _held_out_figures(model: CategoryModel, later: Sequence[PoliceEvent]) -> dict[str, Any]:
    """On later police events, whole and by their headline alone; `right`: which of them (`promotion.as_hexadecimal`)."""
    figures: dict[str, Any] = {"events_from": HELD_OUT_FROM, "n": len(later)}
    for name, texts in {
        "whole": [event.text for event in later],
        "summary": [event.summary for event in later],
    }.items():
        rows = [Labelled(text, (event.category,)) for text, event in zip(texts, later, strict=True)]
        found = model.predict(texts)
        report = score(rows, found, 0.0)
        figures[name] = {
            "accuracy": round(report.accuracy, 4),
            "macro_f1": round(report.macro_f1, 4),
            "top2": round(report.top2, 4),
            "ece": round(report.calibration_error, 4),
            "right": as_hexadecimal(
                [each.category is event.category for each, event in zip(found, later, strict=True)]
            ),
        }
    return figures


def made_of(corrections: Path | None = None) -> dict[str, str]:
    """The texts a model is made of, each file with its hash."""
    files = [POLICE_EVENTS, CITIZEN_EXAMPLES, DEVELOPMENT]
    if found := corrections or (CORRECTIONS if CORRECTIONS.exists() else None):
        files.append(found)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in files}


def _without_answers(held_out: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in held_out[name].items() if key != "right"}
        for name in ("whole", "summary")
    }


def train_to(folder: Path, console: Console, corrections: Path | None = None) -> None:
    model, held_out = train(console, corrections)
    counted = {"events_from": held_out["events_from"], "n": held_out["n"]}
    card = {"made_of": made_of(corrections), "held_out": {**counted, **_without_answers(held_out)}}
    model.save(folder, card)
    (folder / HELD_OUT_FILE).write_text(json.dumps(held_out, indent=2) + "\n", encoding="utf-8")
    console.print(f"Saved to {folder}")


def main() -> None:
    options = argparse.ArgumentParser(description="Train the classifier from the texts in the repository.")
    options.add_argument("--to", type=Path, default=FOLDER, help="folder that gets the model")
    train_to(options.parse_args().to, Console())


if __name__ == "__main__":
    main()
