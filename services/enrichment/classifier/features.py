"""Text to hashed word and character n-grams, a whole batch at a time.

All n-grams of a batch are hashed with a polynomial rolling hash over one array of code points, so that no Python code
runs per n-gram. A feature's key is 32 bits; keys that the model does not keep are dropped.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CHAR_NGRAMS: Final = (3, 4, 5)
MAX_CHARACTERS: Final = 4_000
WORD_BLOCK: Final = 0
CHAR_BLOCK: Final = 1
TITLE_BLOCKS: Final = 2  # added to a block: the same n-gram seen in the first line, which says most
BLOCKS: Final = 4

Keys = NDArray[np.uint32]
Indices = NDArray[np.int64]

_PLACEHOLDERS: Final = re.compile(
    r"\[[^\[\]\n]{1,30}\]"
)  # what redaction leaves behind says nothing of the matter
_DIGITS: Final = re.compile(r"\d+")
_NOT_WORD: Final = re.compile(r"[^\w\u2600-\u27bf\U0001f300-\U0001faff]+|_+")
# Words that say nothing of the matter. In bulletins they are rare, so that without this list they would weigh much.
# fmt: off
_FUNCTION_WORDS: Final = frozenset({
    "the", "a", "an", "and", "or", "but", "of", "to", "in", "on", "at", "by", "for", "from", "with", "into", "next",
    "is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "it", "its", "this", "that",
    "there", "they", "them", "their", "he", "him", "his", "she", "her", "we", "us", "our", "you", "your", "i", "my", "me",
    "so", "as", "just", "now", "then", "who", "what", "when", "where", "which", "some", "someone", "somebody", "something",
    "jag", "mig", "min", "mitt", "mina", "vi", "oss", "vår", "vårt", "våra", "du", "ni", "er", "nån", "någon", "nåt", "något",
    "nåra", "några", "är", "e", "va", "de", "dom", "det", "den", "o", "å", "och", "som", "att", "så", "hej", "mvh",
})
# fmt: on
_SPACE: Final = ord(" ")
_BREAK: Final = ord("\n")
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_BASE_INVERSE: Final = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)
_PAIR: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF: Final = np.uint64(32)
_TITLE: Final = np.uint32(0x85EBCA6B)


@dataclass(frozen=True, slots=True)
class Prepared:
    """`words`: lower-case, one space apart; `title_words`: how many of them stand in the first line."""

    words: str
    title_words: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every n-gram of a batch where it stands: parallel arrays of its key, block and first word.

    `words` numbers the words of the whole batch in order; `word_texts` says which text each of them belongs to.
    """

    keys: Keys
    blocks: NDArray[np.uint8]
    words: Indices
    word_texts: Indices


def prepare(text: str) -> Prepared:
    """A text of one line is all title."""
    title, _, rest = text.strip().partition("\n")
    words = words_of(title)
    body = words_of(rest)
    return Prepared(f"{words} {body}".strip(), len(words.split()))


def words_of(text: str) -> str:
    """Lower-case words one space apart, function words left out; a run of digits is `0`, so that dates look alike."""
    bare = text[:MAX_CHARACTERS]
    if "[" in bare:
        bare = _PLACEHOLDERS.sub(" ", bare)
    folded = unicodedata.normalize("NFC", bare).lower()
    words = _NOT_WORD.sub(" ", _DIGITS.sub("0", folded)).split()
    return " ".join(word for word in words if word not in _FUNCTION_WORDS)


def occurrences(texts: Sequence[Prepared]) -> Occurrences:
    """All word 1-2-grams and, inside words, character 3-5-grams; those of the first line a second time, as its own."""
    joined = "".join(f" {text.words} \n" for text in texts)
    code_points = np.frombuffer(joined.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    gap = (code_points == _SPACE) | (code_points == _BREAK)
    starts = np.flatnonzero(gap[:-1] & ~gap[1:]) + 1
    ends = np.flatnonzero(~gap[:-1] & gap[1:]) + 1
    word_texts = np.cumsum(code_points == _BREAK)[starts]
    word_words, word_keys = _word_ngrams(_segment_hashes(code_points, starts, ends), word_texts)
    char_words, char_keys = _char_ngrams(code_points, gap, starts)
    keys = np.concatenate([word_keys, char_keys])
    words = np.concatenate([word_words, char_words])
    blocks = np.repeat(np.array([WORD_BLOCK, CHAR_BLOCK], np.uint8), [len(word_keys), len(char_keys)])
    title = np.flatnonzero(_in_title(texts, word_texts)[words])
    return Occurrences(
        np.concatenate([keys, keys[title] ^ _TITLE]),
        np.concatenate([blocks, blocks[title] + np.uint8(TITLE_BLOCKS)]),
        np.concatenate([words, words[title]]),
        word_texts,
    )


def _in_title(texts: Sequence[Prepared], word_texts: Indices) -> NDArray[np.bool_]:
    first_words = np.searchsorted(word_texts, np.arange(len(texts)))
    title_words = np.array([text.title_words for text in texts], dtype=np.int64)
    return np.arange(len(word_texts)) - first_words[word_texts] < title_words[word_texts]


def _word_ngrams(hashes: NDArray[np.uint64], word_texts: Indices) -> tuple[Indices, Keys]:
    neighbours = np.flatnonzero(word_texts[:-1] == word_texts[1:])
    following = hashes[neighbours + 1]
    pairs = hashes[neighbours] * _PAIR + (following ^ (following >> _HALF)) * _MIX
    positions = np.concatenate([np.arange(len(hashes)), neighbours])
    return positions, _keys(np.concatenate([hashes, pairs]), salt=1)


def _segment_hashes(code_points: NDArray[np.uint64], starts: Indices, ends: Indices) -> NDArray[np.uint64]:
    """Sum of c_i · B^(i - start), modulo 2^64, of each segment: differences of one running sum, shifted back."""
    powers = _powers(_BASE, len(code_points))
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(code_points * powers, dtype=np.uint64)])
    hashes: NDArray[np.uint64] = (running[ends] - running[starts]) * _powers(_BASE_INVERSE, len(code_points))[
        starts
    ]
    return hashes


def _powers(base: np.uint64, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _char_ngrams(
    code_points: NDArray[np.uint64], gap: NDArray[np.bool_], starts: Indices
) -> tuple[Indices, Keys]:
    """N-grams that may begin or end with the space beside a word, but never cross one."""
    gaps_before = np.concatenate([[0], np.cumsum(gap)])
    no_break = code_points != _BREAK
    hashes = np.zeros(len(code_points), np.uint64)
    at: list[Indices] = []
    keys: list[Keys] = []
    for n, power in enumerate(_powers(_BASE, max(CHAR_NGRAMS)), start=1):
        count = max(len(code_points) - n + 1, 0)
        hashes = hashes[:count] + code_points[n - 1 :] * power
        if n not in CHAR_NGRAMS:
            continue
        interior_gaps = gaps_before[n - 1 : n - 1 + count] - gaps_before[1 : 1 + count]
        kept = np.flatnonzero((interior_gaps == 0) & no_break[:count] & no_break[n - 1 :])
        at.append(kept)
        keys.append(_keys(hashes[kept], salt=n))
    # the second character of an n-gram is always inside its word
    words = np.searchsorted(starts, np.concatenate(at) + 1, side="right") - 1
    return words, np.concatenate(keys)


def _keys(hashes: NDArray[np.uint64], *, salt: int) -> Keys:
    mixed = (hashes ^ np.uint64(salt)) * _MIX
    mixed = (mixed ^ (mixed >> _HALF)) * _BASE
    return (mixed >> _HALF).astype(np.uint32)
