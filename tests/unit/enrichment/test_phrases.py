import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.text import going_on, hearsay
from services.enrichment.text.lowering import LOWERING
from services.enrichment.text.minors import MINOR
from services.enrichment.text.phrases import Openings, Phrasebook
from services.enrichment.text.raising import RAISING

_SIGNS = (*going_on.SIGNS, MINOR, *RAISING, *LOWERING)
_BOOK = Phrasebook({"hearsay": hearsay.PHRASES, **{sign.means: sign.phrases for sign in _SIGNS}})
_KNOWN = sorted(
    {
        word
        for phrases in _BOOK.phrases.values()
        for word in re.findall(r"[^\W_]+", phrases.pattern.pattern.replace(r"\w", " ").replace(r"\b", " "))
    }
)
texts = st.lists(
    st.one_of(st.sampled_from(_KNOWN), st.text("abdeiknorsåäö", max_size=3), st.integers(0, 120).map(str)),
    max_size=14,
).flatmap(lambda words: st.sampled_from([" ", "-", ". ", ""]).map(lambda between: between.join(words)))


@given(texts)
def test_what_is_found_where_first_words_stand_is_all_that_can_be_found(text: str):
    starts = _BOOK.starts_in(text)
    for name, phrases in _BOOK.phrases.items():
        found = [match.span() for match in phrases.found_in(text, starts.get(name, ()))]
        assert found == [match.span() for match in phrases.pattern.finditer(text)]


@pytest.mark.parametrize("alternative", [r"(?:jag )?hörde", r"x?y", r"\w+ sa", r"((?:a|b) c)", ""])
def test_an_alternative_without_a_certain_beginning_is_refused(alternative: str):
    with pytest.raises(ValueError, match="certain letter or digit"):
        Openings.of([alternative])
