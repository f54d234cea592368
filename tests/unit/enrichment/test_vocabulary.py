"""The classifier's vocabulary: looking n-grams up and counting them is quick, and gives what NumPy's own ways give."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.classifier.vocabulary import Vocabulary, distinct

_KEY = st.one_of(st.integers(0, 2**32 - 1), st.integers(2**12 - 3, 2**12 + 3), st.just(2**32 - 1))


@given(st.sets(_KEY, min_size=1, max_size=60), st.lists(_KEY, max_size=60))
def test_a_key_is_found_where_it_stands_and_else_not_at_all(kept: set[int], wanted: list[int]) -> None:
    keys = np.array(sorted(kept), np.uint32)
    vocabulary = Vocabulary(keys, np.zeros(len(keys), np.uint8), np.ones(len(keys), np.float32))

    found = vocabulary.find(np.array(wanted, np.uint32))

    assert found.tolist() == [sorted(kept).index(key) if key in kept else -1 for key in wanted]


@given(st.lists(st.integers(0, 2**45), max_size=80))
def test_distinct_numbers_are_those_of_numpy(numbers: list[int]) -> None:
    given_numbers = np.array(numbers, np.int64)

    found, back, counts = distinct(given_numbers)

    expected = np.unique(given_numbers, return_inverse=True, return_counts=True)
    for ours, theirs in zip((found, back, counts), expected, strict=True):
        assert ours.tolist() == theirs.tolist()
