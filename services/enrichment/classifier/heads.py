"""Learning the model's heads: linear support vector machines, squared hinge, one against the rest."""

from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from services.enrichment.classifier.model import Floats, Head
from shared.categories import CategoryCode

BULLETIN_PENALTY: Final = 0.1
CATEGORY_PENALTY: Final = 0.3
REPORT_PENALTY: Final = 0.5
STYLE_PENALTY: Final = 0.3
TOLERANCE: Final = 1e-2
CATEGORY_TOLERANCE: Final = 0.1
"""Looser, for their features are stretched more: in other steps it would take many times as long, for the same answers."""
BALANCE: Final = 0.5
MOST_BALANCE: Final = 6.0
SMOOTHING: Final = 0.5
CATEGORY_SMOOTHING: Final = 0.3
SLOPES: Final = (0.5, 20.0)
AT_ONCE: Final = 2
"""Categories learned at the same time. Each is learned by itself, so that more processes give the same bytes."""

Targets = NDArray[np.intp]
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """Texts as the model sees them, beside what is known of each. `weights`: how many texts each counts for."""

    matrix: csr_matrix
    targets: Targets
    weights: Weights
    bulletin: NDArray[np.bool_]
    authors: NDArray[np.str_]

    def only(self, chosen: NDArray[np.bool_]) -> "Learned":
        return Learned(
            self.matrix[chosen],
            self.targets[chosen],
            self.weights[chosen],
            self.bulletin[chosen],
            self.authors[chosen],
        )


def bulletin_head(learned: Learned) -> Head:
    """From all texts. The sum of two machines that see telling features stretched, each in its own way (NB-SVM)."""
    balanced = replace(learned, weights=_balanced(learned.weights, learned.targets))
    shared = _stretched_alike(balanced, _log_count_ratios(balanced, SMOOTHING))
    own = _each_stretched(balanced, _log_count_ratios(balanced, CATEGORY_SMOOTHING))
    return Head(shared.weights + own.weights, shared.intercepts + own.intercepts, 1.0)


def _stretched_alike(learned: Learned, ratios: Weights) -> Head:
    """Every category sees a feature stretched by what it tells of the category it tells most of."""
    largest = ratios.max(axis=0)
    stretch = largest / np.sqrt(np.mean(largest * largest))
    head = _svm(_stretched(learned.matrix, stretch), learned.targets, learned.weights, BULLETIN_PENALTY)
    return replace(head, weights=head.weights * stretch[:, None].astype(np.float32))


_shared: dict[str, Any] = {}
"""What the processes of `_each_stretched` inherit: too large to be sent to each."""


def _each_stretched(learned: Learned, ratios: Weights) -> Head:
    """Each category sees features stretched by what they tell of it."""
    _shared.update(learned=learned, ratios=ratios)
    try:
        with get_context("fork").Pool(AT_ONCE) as processes:
            columns = processes.map(_against_the_rest, range(len(CategoryCode)), chunksize=1)
    finally:
        _shared.clear()
    weights, intercepts = zip(*columns, strict=True)
    return Head(np.stack(weights, axis=1), np.array(intercepts, np.float32), 1.0)


def _against_the_rest(category: int) -> tuple[Floats, float]:
    learned: Learned = _shared["learned"]
    stretch: Weights = _shared["ratios"][category]
    own = (learned.targets == category).astype(np.intp)
    head = _svm(
        _stretched(learned.matrix, stretch), own, learned.weights, CATEGORY_PENALTY, CATEGORY_TOLERANCE
    )
    return head.weights[:, 0] * stretch.astype(np.float32), float(head.intercepts[0])


def report_head(learned: Learned, development: Learned) -> Head:
    """From citizens' texts alone.

    Its slope comes in equal parts from authors whose texts the rest of them had not taught it, and from the development
    set. The first alone is too cautious: without an author there is much less to learn from than the head has.
    """
    own = learned.only(~learned.bulletin)
    head = _svm(own.matrix, own.targets, own.weights, REPORT_PENALTY)
    unseen = (head.scores(development.matrix), development.targets)
    return replace(head, slope=calibrated_slope(_scores_by_others(own), unseen))


def _scores_by_others(learned: Learned) -> tuple[Floats, Targets]:
    """Each author's texts judged by a head that learned from the other authors; beside them the truth."""
    scores, truth = [], []
    for author in sorted(set(learned.authors.tolist())):
        written, others = (
            learned.only(learned.authors == author),
            learned.only(learned.authors != author),
        )
        scores.append(
            _svm(others.matrix, others.targets, others.weights, REPORT_PENALTY).scores(written.matrix)
        )
        truth.append(written.targets)
    return np.vstack(scores), np.concatenate(truth)


def style_head(learned: Learned) -> Head:
    return _svm(learned.matrix, learned.bulletin.astype(np.intp), None, STYLE_PENALTY)


def _svm(
    matrix: csr_matrix,
    targets: Targets,
    weights: Weights | None,
    penalty: float,
    tolerance: float = TOLERANCE,
) -> Head:
    from sklearn.svm import LinearSVC

    svm = LinearSVC(C=penalty, tol=tolerance, random_state=0).fit(matrix, targets, sample_weight=weights)
    return Head(svm.coef_.T.astype(np.float32), svm.intercept_.astype(np.float32), 1.0)


def _balanced(weights: Weights, targets: Targets) -> Weights:
    """Rare categories count for more, though not for as much as common ones."""
    totals = np.bincount(targets, weights, len(CategoryCode))
    lift = np.minimum((totals.sum() / len(totals) / totals) ** BALANCE, MOST_BALANCE)
    balanced: Weights = weights * lift[targets]
    return balanced


def _log_count_ratios(learned: Learned, smoothing: float) -> Weights:
    """Categories × features: |ln (a feature's share of what the category holds / its share of what the others hold)|.

    Each category's are scaled to a mean square of 1, so that rare ones do not stand out.
    """
    texts = np.arange(len(learned.targets))
    chosen = csr_matrix((learned.weights, (learned.targets, texts)), shape=(len(CategoryCode), len(texts)))
    within = (chosen @ learned.matrix).toarray().astype(np.float64)
    outside = within.sum(axis=0) - within + smoothing
    within += smoothing
    within /= within.sum(axis=1, keepdims=True)
    outside /= outside.sum(axis=1, keepdims=True)
    ratios = np.abs(np.log(within / outside))
    scaled: Weights = ratios / np.sqrt(np.mean(ratios * ratios, axis=1, keepdims=True))
    return scaled


def _stretched(matrix: csr_matrix, stretch: Weights) -> csr_matrix:
    return csr_matrix((matrix.data * stretch[matrix.indices], matrix.indices, matrix.indptr), matrix.shape)


def calibrated_slope(*sets: tuple[Floats, Targets]) -> float:
    """The softmax slope that makes the probabilities of unseen texts most truthful (least log loss). Sets count alike."""
    loss = minimize_scalar(
        lambda slope: sum(_log_loss(scores * slope, truth) for scores, truth in sets),
        bounds=SLOPES,
        method="bounded",
    )
    return round(float(loss.x), 2)


def _log_loss(log_odds: Floats, truth: Targets) -> float:
    shifted = log_odds - log_odds.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))
