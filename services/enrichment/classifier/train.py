"""Train the classifier: `python -m services.enrichment.classifier.train` (`make model`). The same inputs give the same bytes.

Two fits. The first learns from police events before `HELD_OUT_FROM` only; it gives the calibration and the figures that
are quoted (they are kept in the model's card). The second, which is shipped, learns from every event, because the
language of bulletins moves: on events it has itself seen it looks better than it is, so never quote those.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from services.enrichment.classifier.corpus import (
    HELD_OUT_FROM,
    CitizenExample,
    Document,
    PoliceEvent,
    citizen_documents,
    citizen_examples,
    police_documents,
    police_events,
)
from services.enrichment.classifier.evaluate import Labelled, measured
from services.enrichment.classifier.features import prepare
from services.enrichment.classifier.model import FOLDER, CategoryModel, Floats
from services.enrichment.classifier.vocabulary import Vocabulary
from shared.categories import CategoryCode

CALIBRATION_FOLD: Final = 5
POLICE_WEIGHTS: Final = (1.0, 0.25, 0.0)
CITIZEN_WEIGHT: Final = 5.0
MIN_TEXTS: Final = (2, 3, 2, 3)
PENALTY: Final = 0.3
TOLERANCE: Final = 1e-2
BALANCE: Final = 0.5
MOST_BALANCE: Final = 6.0
KEPT_FEATURES: Final = 240_000


@dataclass(frozen=True, slots=True)
class Fitted:
    vocabulary: Vocabulary
    weights: Floats
    intercepts: Floats


def train(console: Console) -> tuple[CategoryModel, dict[str, Any]]:
    """The model, learned from everything, and its card: figures of its twin that never saw the held-out events."""
    events, examples = list(police_events()), citizen_examples()
    earlier = [event for event in events if event.date < HELD_OUT_FROM]
    later = [event for event in events if event.date >= HELD_OUT_FROM]
    kept_back = examples[::CALIBRATION_FOLD]
    learned = [example for example in examples if example not in kept_back]
    console.print(
        f"Learning from {len(earlier):,} police events before {HELD_OUT_FROM} and {len(learned):,} examples"
    )
    twin = fit(documents(earlier, learned))
    slopes = (
        _calibrated_slope(twin, list(police_documents(later, (1.0, 1.0, 0.0)))),
        _calibrated_slope(twin, list(citizen_documents(kept_back, 1.0))),
    )
    figures = _held_out_figures(_model(twin, slopes), later)
    console.print_json(data=figures)
    console.print(f"Learning from all {len(events):,} police events and {len(examples):,} examples")
    return _model(fit(documents(events, examples)), slopes), {
        "police_events": len(events),
        "citizen_examples": len(examples),
        "held_out": figures,
    }


def _model(fitted: Fitted, slopes: tuple[float, float]) -> CategoryModel:
    return CategoryModel(
        "", tuple(CategoryCode), fitted.vocabulary, fitted.weights, fitted.intercepts, slopes
    )


def _held_out_figures(model: CategoryModel, later: Sequence[PoliceEvent]) -> dict[str, Any]:
    """Accuracy and macro-F1 on later police events, whole and by their headline alone."""
    figures: dict[str, Any] = {"events_from": HELD_OUT_FROM, "n": len(later)}
    for name, texts in {
        "whole": [event.text for event in later],
        "summary": [event.summary for event in later],
    }.items():
        rows = [Labelled(text, (event.category,)) for text, event in zip(texts, later, strict=True)]
        report = measured(model, rows)
        figures[name] = {"accuracy": round(report.accuracy, 4), "macro_f1": round(report.macro_f1, 4)}
    return figures


def documents(events: Sequence[PoliceEvent], examples: Sequence[CitizenExample]) -> list[Document]:
    return [*police_documents(events, POLICE_WEIGHTS), *citizen_documents(examples, CITIZEN_WEIGHT)]


def fit(learned: Sequence[Document]) -> Fitted:
    """Squared-hinge one-against-rest; rare categories count for more (`BALANCE`), the least telling n-grams are dropped."""
    from sklearn.svm import LinearSVC

    prepared = [prepare(document.text) for document in learned]
    vocabulary = Vocabulary.learn(prepared, min_texts=MIN_TEXTS)
    matrix = vocabulary.matrix(prepared)
    order = list(CategoryCode)
    targets = np.array([order.index(document.category) for document in learned])
    svm = LinearSVC(C=PENALTY, tol=TOLERANCE, random_state=0).fit(
        matrix, targets, sample_weight=_sample_weights(learned)
    )
    bulletin = LinearSVC(C=PENALTY, tol=TOLERANCE, random_state=0).fit(
        matrix, [document.bulletin for document in learned]
    )
    weights = np.vstack([svm.coef_, bulletin.coef_]).T.astype(np.float32)
    intercepts = np.concatenate([svm.intercept_, bulletin.intercept_]).astype(np.float32)
    kept = _most_telling(weights, matrix)
    return Fitted(vocabulary.only(kept), weights[kept], intercepts)


def _sample_weights(learned: Sequence[Document]) -> NDArray[np.float64]:
    totals: Counter[CategoryCode] = Counter()
    for document in learned:
        totals[document.category] += document.weight  # type: ignore[assignment]  # a Counter of floats
    mean = sum(totals.values()) / len(CategoryCode)
    lift = {category: min((mean / total) ** BALANCE, MOST_BALANCE) for category, total in totals.items()}
    return np.array([document.weight * lift[document.category] for document in learned])


def _most_telling(weights: Floats, matrix: csr_matrix) -> NDArray[np.bool_]:
    """The features that move scores most: largest weight times how much of it the texts hold (root mean square)."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel()
    effect = np.abs(weights).max(axis=1) * np.sqrt(squares)
    kept = np.zeros(len(effect), dtype=np.bool_)
    kept[np.argsort(-effect, kind="stable")[:KEPT_FEATURES]] = True
    return kept


def _calibrated_slope(fitted: Fitted, unseen: Sequence[Document]) -> float:
    """The softmax slope that makes the probabilities of unseen texts most truthful (least log loss)."""
    matrix = fitted.vocabulary.matrix([prepare(document.text) for document in unseen])
    scores = (matrix @ fitted.weights + fitted.intercepts)[:, :-1]
    order = list(CategoryCode)
    truth = np.array([order.index(document.category) for document in unseen])
    loss = minimize_scalar(lambda slope: _log_loss(scores * slope, truth), bounds=(0.5, 20), method="bounded")
    return round(float(loss.x), 2)


def _log_loss(log_odds: Floats, truth: NDArray[np.intp]) -> float:
    shifted = log_odds - log_odds.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))


def main() -> None:
    options = argparse.ArgumentParser(description="Train the classifier from the texts in the repository.")
    options.add_argument("--to", type=Path, default=FOLDER, help="folder that gets the model")
    folder: Path = options.parse_args().to
    console = Console()
    model, card = train(console)
    model.save(folder, card)
    console.print(f"Saved to {folder}")


if __name__ == "__main__":
    main()
