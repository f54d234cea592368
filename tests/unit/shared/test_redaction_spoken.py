"""What is skipped because nothing said before a number promises what it is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.redaction.spans import holds_any
from shared.redaction.folding import fold
from shared.redaction.spoken import _FARTHEST, _JOINT, _LAST_FOUR, _SPOKEN, _WORDS, _may_be_said

words = st.one_of([st.from_regex(pattern, fullmatch=True) for pattern in _WORDS.values()])
joints = st.from_regex(_JOINT, fullmatch=True)


@settings(max_examples=500)
@given(words, joints, st.sampled_from(["5", "0701740605", "9806"]))
def test_no_number_is_skipped_that_some_words_promise(said: str, joint: str, number: str) -> None:
    lower = fold(f"han sa {said}{joint}{number}").text.lower()
    for promise in _SPOKEN.finditer(lower):
        if len(promise.group()) < _FARTHEST:
            assert holds_any(lower, _LAST_FOUR) or _may_be_said(lower, promise.end())
