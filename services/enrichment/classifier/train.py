"""Train the classifier: `python -m services.enrichment.classifier.train` (`make model`). The same inputs give the same bytes.

Two fits. The first learns from police events before `HELD_OUT_FROM` only; it gives the calibration and the figures that
are quoted (they are kept in the model's card). The second, which is shipped, learns from every event, because the
language of bulletins moves: on events it has itself seen it looks better than it is, so never quote those.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags

from services.enrichment.classifier.corpus import (
    CITIZEN_EXAMPLES,
    CORRECTIONS,
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
from services.enrichment.classifier.model import FOLDER, HELD_OUT_FILE, CategoryModel, Floats, Head
from services.enrichment.classifier.promotion import as_hexadecimal
from services.enrichment.classifier.vocabulary import Vocabulary
from shared.categories import CategoryCode

POLICE_WEIGHTS: Final = (1.0, 0.25, 0.0)
CITIZEN_WEIGHT: Final = 2.0
"""Beside one police event, where bulletins are learned: citizens' words help there too, but should not rule."""
MIN_TEXTS: Final = (2, 3, 2, 3)
BULLETIN_PENALTY: Final = 0.1
REPORT_PENALTY: Final = 0.5
STYLE_PENALTY: Final = 0.3
TOLERANCE: Final = 1e-2
BALANCE: Final = 0.5
MOST_BALANCE: Final = 6.0
SMOOTHING: Final = 0.5
KEPT_FEATURES: Final = 200_000
"""For each of the two heads; many are the same."""
SLOPES: Final = (0.5, 20.0)


@dataclass(frozen=True, slots=True)
class Learned:
    """Texts as the model sees them, beside what is known of each. `weights`: how many texts each counts for."""

    matrix: csr_matrix
    targets: NDArray[np.intp]
    weights: NDArray[np.float64]
    bulletin: NDArray[np.bool_]
    authors: NDArray[np.str_]


def train(console: Console, corrections: Path | None = None) -> tuple[CategoryModel, dict[str, Any]]:
    """The model, learned from everything, and its figures: those of its twin that never saw the held-out events."""
    events, examples = list(police_events()), all_examples(corrections)
    later = [event for event in events if event.date >= HELD_OUT_FROM]
    earlier = [event for event in events if event.date < HELD_OUT_FROM]
    console.print(
        f"Learning from {len(earlier):,} police events before {HELD_OUT_FROM} and {len(examples):,} examples"
    )
    twin = twin_of(earlier, examples)
    slope = _calibrated_slope(*_held_out_scores(twin, later))
    twin = replace(twin, bulletins=replace(twin.bulletins, slope=slope))
    figures = _held_out_figures(twin, later)
    console.print(f"Learning from all {len(events):,} police events and {len(examples):,} examples")
    model = twin_of(events, examples)
    return replace(model, bulletins=replace(model.bulletins, slope=slope)), figures


def all_examples(corrections: Path | None = None) -> list[CitizenExample]:
    """The project's examples, and what persons corrected: those given, else those in the source tree if there are any."""
    found = corrections or (CORRECTIONS if CORRECTIONS.exists() else None)
    return [*citizen_examples(), *(citizen_examples(found) if found else ())]


def twin_of(events: Sequence[PoliceEvent], examples: Sequence[CitizenExample]) -> CategoryModel:
    """A model of these texts alone. Bulletins' slope is left at 1: only later bulletins can tell it."""
    documents = [
        *police_documents(events, POLICE_WEIGHTS),
        *citizen_documents(examples, CITIZEN_WEIGHT),
    ]
    prepared = [prepare(document.text) for document in documents]
    vocabulary = Vocabulary.learn(prepared, min_texts=MIN_TEXTS)
    learned = _learned(documents, vocabulary.matrix(prepared))
    bulletins = _bulletin_head(learned)
    reports, style = _report_head(learned), _style_head(learned)
    kept = _most_telling(bulletins.weights, learned.matrix) | _most_telling(
        reports.weights, learned.matrix[~learned.bulletin]
    )
    heads = (replace(head, weights=head.weights[kept]) for head in (bulletins, reports, style))
    return CategoryModel("", tuple(CategoryCode), vocabulary.only(kept), *heads)


def _learned(documents: Sequence[Document], matrix: csr_matrix) -> Learned:
    order = list(CategoryCode)
    return Learned(
        matrix,
        np.array([order.index(document.category) for document in documents]),
        np.array([document.weight for document in documents]),
        np.array([document.bulletin for document in documents]),
        np.array([document.author for document in documents]),
    )


def _bulletin_head(learned: Learned) -> Head:
    """From all texts. Features that tell categories apart are stretched first (naive Bayes log-count ratios, as in NB-SVM)."""
    weights = _balanced(learned.weights, learned.targets)
    stretch = _log_count_ratios(learned.matrix, learned.targets, weights)
    head = _svm(learned.matrix @ diags(stretch), learned.targets, weights, BULLETIN_PENALTY)
    return replace(head, weights=head.weights * stretch[:, None].astype(np.float32))


def _report_head(learned: Learned) -> Head:
    """From citizens' texts alone; its slope from authors whose texts the rest of them had not taught it."""
    own = ~learned.bulletin
    matrix, targets = learned.matrix[own], learned.targets[own]
    weights, authors = learned.weights[own], learned.authors[own]
    unseen = [
        (
            _svm(
                matrix[authors != author],
                targets[authors != author],
                weights[authors != author],
                REPORT_PENALTY,
            ),
            author,
        )
        for author in sorted(set(authors.tolist()))
    ]
    scores = np.vstack([head.scores(matrix[authors == author]) for head, author in unseen])
    truth = np.concatenate([targets[authors == author] for _, author in unseen])
    head = _svm(matrix, targets, weights, REPORT_PENALTY)
    return replace(head, slope=_calibrated_slope(scores, truth))


def _style_head(learned: Learned) -> Head:
    return _svm(learned.matrix, learned.bulletin.astype(np.intp), None, STYLE_PENALTY)


def _svm(
    matrix: csr_matrix, targets: NDArray[np.intp], weights: NDArray[np.float64] | None, penalty: float
) -> Head:
    """Squared hinge, one against the rest."""
    from sklearn.svm import LinearSVC

    svm = LinearSVC(C=penalty, tol=TOLERANCE, random_state=0).fit(matrix, targets, sample_weight=weights)
    return Head(svm.coef_.T.astype(np.float32), svm.intercept_.astype(np.float32), 1.0)


def _balanced(weights: NDArray[np.float64], targets: NDArray[np.intp]) -> NDArray[np.float64]:
    """Rare categories count for more, though not for as much as common ones."""
    totals = np.bincount(targets, weights, len(CategoryCode))
    lift = np.minimum((totals.sum() / len(totals) / totals) ** BALANCE, MOST_BALANCE)
    balanced: NDArray[np.float64] = weights * lift[targets]
    return balanced


def _log_count_ratios(
    matrix: csr_matrix, targets: NDArray[np.intp], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For each feature the largest |ln (share in a category / share in the others)| of any category, their mean square 1."""
    chosen = csr_matrix(
        (weights, (targets, np.arange(len(targets)))), shape=(len(CategoryCode), len(targets))
    )
    within = (chosen @ matrix).toarray().astype(np.float64) + SMOOTHING
    outside = within.sum(axis=0) - within
    within /= within.sum(axis=1, keepdims=True)
    outside /= outside.sum(axis=1, keepdims=True)
    ratios = np.abs(np.log(within / outside)).max(axis=0)
    stretched: NDArray[np.float64] = ratios / np.sqrt(np.mean(ratios * ratios))
    return stretched


def _most_telling(weights: Floats, matrix: csr_matrix) -> NDArray[np.bool_]:
    """The features that move scores most: largest weight times how much of it the texts hold (root mean square)."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel()
    effect = np.abs(weights).max(axis=1) * np.sqrt(squares)
    kept = np.zeros(len(effect), dtype=np.bool_)
    kept[np.argsort(-effect, kind="stable")[:KEPT_FEATURES]] = True
    return kept


def _held_out_scores(twin: CategoryModel, later: Sequence[PoliceEvent]) -> tuple[Floats, NDArray[np.intp]]:
    documents = list(police_documents(later, (1.0, 1.0, 0.0)))
    learned = _learned(documents, twin.vocabulary.matrix([prepare(document.text) for document in documents]))
    return twin.bulletins.scores(learned.matrix), learned.targets


def _calibrated_slope(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The softmax slope that makes the probabilities of unseen texts most truthful (least log loss)."""
    loss = minimize_scalar(lambda slope: _log_loss(scores * slope, truth), bounds=SLOPES, method="bounded")
    return round(float(loss.x), 2)


def _log_loss(log_odds: Floats, truth: NDArray[np.intp]) -> float:
    shifted = log_odds - log_odds.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))


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
    files = [POLICE_EVENTS, CITIZEN_EXAMPLES]
    if found := corrections or (CORRECTIONS if CORRECTIONS.exists() else None):
        files.append(found)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in files}


def train_to(folder: Path, console: Console, corrections: Path | None = None) -> None:
    model, held_out = train(console, corrections)
    figures = {
        name: {key: value for key, value in held_out[name].items() if key != "right"}
        for name in ("whole", "summary")
    }
    counted = {"events_from": held_out["events_from"], "n": held_out["n"]}
    model.save(folder, {"made_of": made_of(corrections), "held_out": {**counted, **figures}})
    (folder / HELD_OUT_FILE).write_text(json.dumps(held_out, indent=2) + "\n", encoding="utf-8")
    console.print_json(data=figures)
    console.print(f"Saved to {folder}")


def main() -> None:
    options = argparse.ArgumentParser(description="Train the classifier from the texts in the repository.")
    options.add_argument("--to", type=Path, default=FOLDER, help="folder that gets the model")
    train_to(options.parse_args().to, Console())


if __name__ == "__main__":
    main()
