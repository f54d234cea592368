"""Which n-grams the model knows, and what each weighs in a text (TF-IDF)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from services.enrichment.classifier.features import BLOCKS, Indices, Keys, Occurrences, Prepared, occurrences

BATCH: Final = 2_000
BLOCK_WEIGHTS: Final = np.array([1.0, 1.0, 0.7, 0.7])
_BLOCK_AT: Final = np.uint64(32)
_KEY: Final = np.uint64(0xFFFFFFFF)
_TEXT_AT: Final = np.uint64(34)
_TAGGED_KEY: Final = np.uint64(0x3FFFFFFFF)
_BUCKET_BITS: Final = 20
_BUCKET: Final = np.uint32(32 - _BUCKET_BITS)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A batch as the model sees it. `matrix`: texts × features; the other arrays: each known n-gram where it stands."""

    matrix: csr_matrix
    features: Indices
    words: Indices
    word_texts: Indices
    shares: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`keys` ascending; `blocks`: word or character n-gram; `idf`: ln((1 + texts) / (1 + texts with it)) + 1.

    `_firsts`: for each beginning a key can have, where in `keys` those with it start; a search would take five times as long.
    """

    keys: Keys
    blocks: NDArray[np.uint8]
    idf: NDArray[np.float32]
    _firsts: NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        beginnings = np.arange(2**_BUCKET_BITS, dtype=np.uint32) << _BUCKET
        object.__setattr__(self, "_firsts", np.searchsorted(self.keys, beginnings).astype(np.int32))

    @classmethod
    def learn(cls, prepared: Sequence[Prepared], *, min_texts: tuple[int, ...]) -> Self:
        """Keep n-grams standing in at least `min_texts[block]` texts."""
        seen: list[NDArray[np.uint64]] = []
        for batch in _batches(prepared):
            found = occurrences(batch)
            texts = found.word_texts[found.words].astype(np.uint64)
            pairs = texts << _TEXT_AT | found.blocks.astype(np.uint64) << _BLOCK_AT | found.keys
            seen.append(np.unique(pairs) & _TAGGED_KEY)
        tagged, counts = np.unique(np.concatenate(seen), return_counts=True)
        blocks = (tagged >> _BLOCK_AT).astype(np.uint8)
        kept = counts >= np.array(min_texts)[blocks]
        keys, first = np.unique((tagged[kept] & _KEY).astype(np.uint32), return_index=True)
        idf = np.log((1 + len(prepared)) / (1 + counts[kept][first])) + 1
        return cls(keys, blocks[kept][first], idf.astype(np.float32))

    def matrix(self, prepared: Sequence[Prepared]) -> csr_matrix:
        """Texts × features, `weigh` in batches."""
        return vstack(
            [self.weigh(occurrences(batch), len(batch)).matrix for batch in _batches(prepared)]
        ).tocsr()

    def weigh(self, found: Occurrences, texts: int) -> Weighed:
        """(1 + ln count) · idf, each block of a text scaled to the length `BLOCK_WEIGHTS` gives it."""
        at = self.find(found.keys)
        known = at >= 0
        features, words = at[known], found.words[known]
        pairs, back, counts = distinct(found.word_texts[words] * len(self.keys) + features)
        rows, columns = np.divmod(pairs, len(self.keys))
        values: NDArray[np.float64] = (1 + np.log(counts)) * self.idf[columns]
        parts = rows * BLOCKS + self.blocks[columns]
        lengths = np.sqrt(np.bincount(parts, values * values, minlength=texts * BLOCKS))
        values *= BLOCK_WEIGHTS[self.blocks[columns]] / lengths[parts]
        indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=texts))])
        matrix = csr_matrix((values.astype(np.float32), columns, indptr), shape=(texts, len(self.keys)))
        return Weighed(matrix, features, words, found.word_texts, (values / counts)[back])

    def find(self, wanted: Keys) -> NDArray[np.int64]:
        """Where in `keys` each stands; -1 where it does not."""
        last = len(self.keys) - 1
        at = np.minimum(self._firsts[wanted >> _BUCKET], last)
        short = np.flatnonzero((self.keys[at] < wanted) & (at < last))
        while len(short):
            at[short] += 1
            short = short[(self.keys[at[short]] < wanted[short]) & (at[short] < last)]
        return np.where(self.keys[at] == wanted, at, -1)

    def only(self, kept: NDArray[np.bool_]) -> "Vocabulary":
        return Vocabulary(self.keys[kept], self.blocks[kept], self.idf[kept])


def distinct(numbers: Indices) -> tuple[Indices, Indices, Indices]:
    """`np.unique` with inverse and counts, in a third of the time: these numbers are small enough to sort digit by digit."""
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    for shift in range(16, int(numbers.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((numbers[order] >> shift).astype(np.uint16), kind="stable")]
    ascending = numbers[order]
    is_new = np.diff(ascending, prepend=-1) != 0
    back = np.empty_like(numbers)
    back[order] = np.cumsum(is_new) - 1
    firsts = np.flatnonzero(is_new)
    return ascending[firsts], back, np.diff(firsts, append=len(numbers))


def _batches(prepared: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    remaining = iter(prepared)
    while batch := list(islice(remaining, BATCH)):
        yield batch
