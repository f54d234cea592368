"""Rebuild ordinary_words.txt: `python -m services.enrichment.geocoder.build_words POLICE_EVENTS.jsonl.gz`.

Words that running Swedish text writes in lower case. A misspelt place name is never guessed from one of them, and a place
whose name is one of them counts only when it is written as a name.
"""

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

ORDINARY_WORDS = Path(__file__).parent / "ordinary_words.txt"
FEWEST = 3
LOWER_SHARE = 0.2
_WORD = re.compile(r"(?<![^\W_])(?<![.:-])[^\W\d_]{2,}(?![^\W_]|-)")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n-])\s*\w+")


def main(events: Path) -> None:
    lower, capital = Counter[str](), Counter[str]()
    with gzip.open(events, "rt", encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            text = f"{event['summary'] or ''}\n{event['body'] or ''}"
            lower.update(word for word in _WORD.findall(text) if word.islower())
            inside = _SENTENCE_START.sub(" ", text)
            capital.update(word.casefold() for word in _WORD.findall(inside) if word[0].isupper())
    words = [
        word
        for word, times in lower.items()
        if times >= FEWEST and times >= LOWER_SHARE * (times + capital[word])
    ]
    ORDINARY_WORDS.write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
