"""The trained classifier: which category a text speaks of, how sure, and which words said so."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.enrichment.classifier.features import Prepared, occurrences, prepare
from services.enrichment.classifier.vocabulary import Vocabulary, Weighed
from shared.categories import CategoryCode

FOLDER: Final = Path(__file__).with_name("trained")
WEIGHTS_FILE: Final = "weights.npz"
CARD_FILE: Final = "card.json"
HELD_OUT_FILE: Final = "held_out.json"
_BATCH: Final = 512
_ALTERNATIVES: Final = 3
_REASON_WORDS: Final = 3
_SHORTEST_REASON: Final = 2

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Classification:
    """`confidence`: calibrated probability; `alternatives`: the three most probable, the category itself first."""

    category: CategoryCode
    confidence: float
    alternatives: tuple[tuple[CategoryCode, float], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """One linear model. `weights`: features × categories; `slope` turns scores into log-odds (softmax)."""

    weights: Floats
    intercepts: Floats
    slope: float

    def scores(self, matrix: csr_matrix) -> Floats:
        found: Floats = matrix @ self.weights + self.intercepts
        return found

    def probabilities(self, matrix: csr_matrix) -> Floats:
        scores = self.scores(matrix) * np.float32(self.slope)
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: Floats = raised / raised.sum(axis=1, keepdims=True)
        return result


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """Police officers and citizens write so differently that each have a head of their own over the same features.

    `style`: features × 1, above 0 for a bulletin of the police; `bulletins` answers those and `reports` all others.
    """

    version: str
    categories: tuple[CategoryCode, ...]
    vocabulary: Vocabulary
    bulletins: Head
    reports: Head
    style: Head

    @staticmethod
    def load(folder: Path = FOLDER) -> "CategoryModel":
        """Read once and shared. Raises FileNotFoundError when no model has been trained: run `make model`."""
        return _load(folder)

    def save(self, folder: Path, card: dict[str, Any]) -> None:
        """The same model gives the same bytes. Weights are stored as 8-bit steps, each category with its own."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {
            "keys": np.diff(self.vocabulary.keys, prepend=np.uint32(0)),
            "blocks": self.vocabulary.blocks,
            "idf": self.vocabulary.idf.astype(np.float16),
            **_packed(bulletins=self.bulletins, reports=self.reports, style=self.style),
        }
        np.savez_compressed(folder / WEIGHTS_FILE, **arrays)
        card = {
            "version": content_version(folder / WEIGHTS_FILE),
            "categories": [category.value for category in self.categories],
            "slopes": {"bulletins": self.bulletins.slope, "reports": self.reports.slope},
            **card,
        }
        (folder / CARD_FILE).write_text(
            json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )

    def predict(self, texts: Sequence[str]) -> list[Classification]:
        return [
            found
            for start in range(0, len(texts), _BATCH)
            for found in self._predict(texts[start : start + _BATCH])
        ]

    def _predict(self, texts: Sequence[str]) -> Iterator[Classification]:
        prepared = [prepare(text) for text in texts]
        weighed = self.vocabulary.weigh(occurrences(prepared), len(prepared))
        bulletin = self.is_bulletin(weighed.matrix)
        probabilities = self.probabilities(weighed.matrix, bulletin)
        ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :_ALTERNATIVES]
        reasons = self._reasons(prepared, weighed, ranked[:, 0], bulletin)
        understood = np.diff(weighed.matrix.indptr) > 0
        for row, best in enumerate(ranked):
            if not understood[row]:
                yield _not_understood(len(self.categories))
                continue
            alternatives = tuple(
                (self.categories[at], round(float(probabilities[row, at]), 4)) for at in best
            )
            yield Classification(*alternatives[0], alternatives, reasons[row])

    def is_bulletin(self, matrix: csr_matrix) -> NDArray[np.bool_]:
        above: NDArray[np.bool_] = self.style.scores(matrix)[:, 0] > 0
        return above

    def probabilities(self, matrix: csr_matrix, bulletin: NDArray[np.bool_]) -> Floats:
        found = np.empty((len(bulletin), len(self.categories)), np.float32)
        for head, rows in ((self.bulletins, bulletin), (self.reports, ~bulletin)):
            if rows.any():
                found[rows] = head.probabilities(matrix[rows])
        return found

    def _reasons(
        self,
        prepared: Sequence[Prepared],
        weighed: Weighed,
        chosen: NDArray[np.intp],
        bulletin: NDArray[np.bool_],
    ) -> list[str]:
        """What each word, with its parts and pairs, added to the score of the chosen category."""
        texts = weighed.word_texts[weighed.words]
        at = (weighed.features, chosen[texts])
        weights = np.where(bulletin[texts], self.bulletins.weights[at], self.reports.weights[at])
        pulls = weighed.shares * weights
        by_word = np.bincount(weighed.words, pulls, minlength=len(weighed.word_texts)).astype(np.float64)
        firsts = np.searchsorted(weighed.word_texts, np.arange(len(prepared) + 1))
        return [
            _reason(text.words.split(), by_word[first:last])
            for text, first, last in zip(prepared, firsts[:-1], firsts[1:], strict=True)
        ]


def _packed(**heads: Head) -> dict[str, NDArray[Any]]:
    packed: dict[str, NDArray[Any]] = {}
    for name, head in heads.items():
        steps = step_sizes(head.weights)
        packed[f"{name}_weights"] = np.rint(head.weights / steps).astype(np.int8)
        packed[f"{name}_steps"] = steps
        packed[f"{name}_intercepts"] = head.intercepts
    return packed


def step_sizes(weights: Floats) -> Floats:
    steps: Floats = (np.abs(weights).max(axis=0) / 127).astype(np.float32)
    return steps


def content_version(weights_file: Path) -> str:
    """Twelve hexadecimal digits that name these weights."""
    return hashlib.sha256(weights_file.read_bytes()).hexdigest()[:12]


@cache
def _load(folder: Path) -> CategoryModel:
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as stored:
        vocabulary = Vocabulary(
            np.cumsum(stored["keys"], dtype=np.uint32), stored["blocks"], stored["idf"].astype(np.float32)
        )
        heads = {
            name: Head(_unpacked(stored, name), stored[f"{name}_intercepts"], card["slopes"].get(name, 1.0))
            for name in ("bulletins", "reports", "style")
        }
    categories = tuple(CategoryCode(code) for code in card["categories"])
    return CategoryModel(card["version"], categories, vocabulary, **heads)


def _unpacked(stored: Any, name: str) -> Floats:
    weights: Floats = stored[f"{name}_weights"].astype(np.float32)
    weights *= stored[f"{name}_steps"]
    return weights


def _reason(words: list[str], pulls: NDArray[np.float64]) -> str:
    strongest: dict[str, float] = {}
    for at in np.argsort(-pulls, kind="stable"):
        if pulls[at] <= 0 or len(strongest) == _REASON_WORDS:
            break
        if len(words[at]) >= _SHORTEST_REASON and words[at] not in strongest:
            strongest[words[at]] = pulls[at]
    if not strongest:
        return "inget enskilt ord avgör"
    named = ", ".join(f'"{word}"' for word in strongest)
    return f"{'ordet' if len(strongest) == 1 else 'orden'} {named}"


def _not_understood(categories: int) -> Classification:
    even = round(1 / categories, 4)
    return Classification(
        CategoryCode.OTHER, even, ((CategoryCode.OTHER, even),), "texten säger för lite för att förstås"
    )
