"""Train the classifier: `python -m services.enrichment.classifier.train` (`make model`). The same inputs give the same bytes.

The shipped model learns from police events before `HELD_OUT_FROM` and from all citizen examples, so that anybody can
check the quoted figures on the very bytes that run. `--final --to FOLDER` learns from every event instead, for an
installation that wants the newest language and has its own texts to check with.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
from services.enrichment.classifier.features import prepare
from services.enrichment.classifier.model import FOLDER, CategoryModel, Floats
from services.enrichment.classifier.vocabulary import Vocabulary
from shared.categories import CategoryCode

CALIBRATED_FROM: Final = "2025-01-01"
CALIBRATION_FOLD: Final = 5
POLICE_WEIGHTS: Final = (1.0, 0.5, 0.0)
CITIZEN_WEIGHT: Final = 10.0
MIN_TEXTS: Final = (2, 3, 2, 3)
PENALTY: Final = 0.2
BALANCE: Final = 0.3
MOST_BALANCE: Final = 6.0
KEPT_FEATURES: Final = 220_000


@dataclass(frozen=True, slots=True)
class Fitted:
    vocabulary: Vocabulary
    weights: Floats
    intercepts: Floats


def train(*, final: bool, console: Console) -> CategoryModel:
    events, examples = list(police_events()), citizen_examples()
    earlier = events if final else [event for event in events if event.date < HELD_OUT_FROM]
    console.print(f"Learning from {len(earlier):,} police events and {len(examples):,} citizen examples")
    slope = _calibrated_slope(earlier, examples)
    console.print(f"Calibrated: slope {slope}")
    fitted = fit(documents(earlier, examples))
    return CategoryModel("", tuple(CategoryCode), fitted.vocabulary, fitted.weights, fitted.intercepts, slope)


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
    svm = LinearSVC(C=PENALTY, random_state=0).fit(matrix, targets, sample_weight=_sample_weights(learned))
    weights = svm.coef_.T.astype(np.float32)
    kept = _most_telling(weights, matrix)
    return Fitted(vocabulary.only(kept), weights[kept], svm.intercept_.astype(np.float32))


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


def _calibrated_slope(events: Sequence[PoliceEvent], examples: Sequence[CitizenExample]) -> float:
    """The softmax slope that makes the probability of unseen texts most truthful (least log loss)."""
    seen = [event for event in events if event.date < CALIBRATED_FROM]
    unseen = [event for event in events if CALIBRATED_FROM <= event.date < HELD_OUT_FROM]
    kept_back = examples[::CALIBRATION_FOLD]
    fitted = fit(documents(seen, [example for example in examples if example not in kept_back]))
    checked = [*police_documents(unseen, (1.0, 1.0, 0.0)), *citizen_documents(kept_back, 1.0)]
    matrix = fitted.vocabulary.matrix([prepare(document.text) for document in checked])
    scores = matrix @ fitted.weights + fitted.intercepts
    order = list(CategoryCode)
    truth = np.array([order.index(document.category) for document in checked])
    loss = minimize_scalar(lambda slope: _log_loss(scores * slope, truth), bounds=(0.5, 20), method="bounded")
    return round(float(loss.x), 2)


def _log_loss(log_odds: Floats, truth: NDArray[np.intp]) -> float:
    shifted = log_odds - log_odds.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))


def main() -> None:
    options = argparse.ArgumentParser(description="Train the classifier from the texts in the repository.")
    options.add_argument(
        "--final", action="store_true", help="learn from every event, also the held-out ones"
    )
    options.add_argument("--to", type=Path, default=FOLDER, help="folder that gets the model")
    chosen = options.parse_args()
    console = Console()
    model = train(final=chosen.final, console=console)
    learned_before = None if chosen.final else HELD_OUT_FROM
    model.save(chosen.to, {"learned_from_events_before": learned_before})
    console.print(f"Saved to {chosen.to}")


if __name__ == "__main__":
    main()
