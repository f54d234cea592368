"""Swedish or English."""

from functools import cache
from typing import Any, Final, Literal

Language = Literal["sv", "en", "und"]

_MIN_LETTERS: Final = 3
_SURE: Final = 0.75
_SWEDISH_LETTERS: Final = frozenset("åäö")
# Words that stand in almost any sentence of one language and in none of the other: they settle short texts.
# fmt: off
_SWEDISH: Final = frozenset({
    "och", "att", "det", "är", "en", "ett", "på", "som", "för", "av", "med", "till", "inte", "har",
    "om", "den", "vi", "jag", "de", "han", "hon", "dom", "var", "vid", "från", "kan", "när", "nu",
    "här", "där", "någon", "nån", "några", "igen", "ut", "in", "upp", "ner", "min", "mitt", "vår",
    "sin", "sitt", "utanför", "e", "ej", "o", "å", "ska", "blev", "blir", "finns", "över", "under",
    "efter", "man", "mig", "oss", "dig", "dem", "hos", "bara", "mycket", "bakom",
})
_ENGLISH: Final = frozenset({
    "the", "and", "is", "are", "was", "were", "a", "an", "of", "to", "on", "at", "by", "my", "our",
    "his", "her", "their", "they", "we", "you", "he", "she", "it", "this", "that", "there", "with",
    "from", "someone", "somebody", "again", "outside", "behind", "near", "who", "what", "been", "has",
    "have", "had", "not", "for", "just", "into", "out", "up",
})
# fmt: on


def detect_language(text: str) -> Language:
    """`und` when there is too little to tell."""
    lowered = text.lower()
    letters = set(lowered)
    words = _words(lowered, letters)
    if sum(map(len, words)) < _MIN_LETTERS:
        return "und"
    swedish = sum(map(_SWEDISH.__contains__, words)) + 2 * bool(_SWEDISH_LETTERS & letters)
    english = sum(map(_ENGLISH.__contains__, words))
    if swedish != english and abs(swedish - english) >= min(2, len(words) // 3):
        return "sv" if swedish > english else "en"
    return _by_letters(lowered)


def _words(lowered: str, letters: set[str]) -> list[str]:
    for other in letters:
        if not other.isalpha():
            lowered = lowered.replace(other, " ")
    return lowered.split()


def _by_letters(lowered: str) -> Language:
    language, confidence = _identifier().classify(lowered)
    if confidence < _SURE:
        return "und"
    return "sv" if language == "sv" else "en"


def load_language_models() -> None:
    """Half a second, so that the first text need not wait for it."""
    _identifier()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["sv", "en"])
    return identifier
