import numpy as np
import pytest
from scipy.sparse import csr_matrix

from services.enrichment.classifier import heads
from services.enrichment.classifier.heads import Learned, bulletin_head, calibrated_slope, report_head
from shared.categories import CategoryCode

CATEGORIES = len(CategoryCode)


def _texts_of(features: int, each: int, seed: int = 1983) -> Learned:
    """Feature n belongs to category n; the others are noise."""
    chance = np.random.default_rng(seed)
    targets = np.repeat(np.arange(CATEGORIES), each)
    matrix = chance.random((len(targets), features)) * (chance.random((len(targets), features)) < 0.2)
    matrix[np.arange(len(targets)), targets] += 0.5
    authors = np.array([f"author {number % 3}" for number in range(len(targets))])
    bulletin = np.zeros(len(targets), dtype=np.bool_)
    return Learned(csr_matrix(matrix.astype(np.float32)), targets, np.ones(len(targets)), bulletin, authors)


@pytest.mark.parametrize("at_once", [1, 3])
def test_how_many_categories_are_learned_at_once_changes_no_bit(
    monkeypatch: pytest.MonkeyPatch, at_once: int
):
    learned = _texts_of(60, 6)
    before = bulletin_head(learned)
    monkeypatch.setattr(heads, "AT_ONCE", at_once)
    after = bulletin_head(learned)
    assert before.weights.tobytes() == after.weights.tobytes()
    assert before.intercepts.tobytes() == after.intercepts.tobytes()


def test_bulletins_weigh_a_category_by_what_tells_of_it():
    learned = _texts_of(60, 12)
    head = bulletin_head(learned)
    own = np.arange(CATEGORIES)
    assert (head.weights[own, own] > 0).all()
    assert np.mean(head.scores(learned.matrix).argmax(axis=1) == learned.targets) > 0.85


def test_texts_that_are_mostly_right_are_trusted_more_than_texts_that_are_often_wrong():
    scores = np.array([[1.0, 0.0]] * 10, np.float32)
    mostly, often = np.array([0] * 9 + [1]), np.array([0] * 6 + [1] * 4)
    assert calibrated_slope((scores, mostly)) > calibrated_slope((scores, often))


def test_two_sets_of_texts_set_the_slope_alike_whatever_their_size():
    scores = np.array([[1.0, 0.0]] * 10, np.float32)
    few, many = np.array([0] * 9 + [1]), np.array([0] * 60 + [1] * 40)
    even = np.array([0] * 30 + [1] * 10)
    found = calibrated_slope((scores, few), (np.repeat(scores, 10, axis=0), many))
    assert found == calibrated_slope((np.repeat(scores, 4, axis=0), even))


def test_reports_are_learned_from_citizens_alone():
    learned, unseen = _texts_of(60, 12), _texts_of(60, 3, seed=4)
    misleading = Learned(
        learned.matrix,
        np.roll(learned.targets, 12),
        learned.weights,
        np.ones_like(learned.bulletin),
        learned.authors,
    )
    both = Learned(
        csr_matrix(np.vstack([learned.matrix.toarray(), misleading.matrix.toarray()])),
        np.concatenate([learned.targets, misleading.targets]),
        np.concatenate([learned.weights, misleading.weights]),
        np.concatenate([learned.bulletin, misleading.bulletin]),
        np.concatenate([learned.authors, misleading.authors]),
    )
    np.testing.assert_array_equal(report_head(both, unseen).weights, report_head(learned, unseen).weights)
