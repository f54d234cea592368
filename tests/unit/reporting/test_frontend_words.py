"""Swedish and English say the same things, and every code that the service sends has a word in both."""

import json
import re
from enum import Enum
from pathlib import Path

import pytest
import yaml

from services.reporting.domain.corrections import CorrectionState
from services.reporting.domain.incident import Verification
from services.reporting.domain.questions import QuestionState
from services.reporting.pages import WEB
from shared.events import (
    Agency,
    AlertKind,
    Channel,
    ClosingReason,
    DeliveryStatus,
    DisposalReason,
    IncidentChange,
    NotAlertedReason,
    PlaceRole,
    Precision,
    Rhythm,
    Severity,
    Source,
    Verdict,
)

INTAKE_TEXTS = WEB.parents[1] / "intake" / "web" / "texts"
WORDS = {lang: json.loads((WEB / "src" / "words" / f"{lang}.json").read_text()) for lang in ("sv", "en")}
CODES: dict[str, type[Enum]] = {
    "agency": Agency,
    "change": IncidentChange,
    "channel": Channel,
    "correction": CorrectionState,
    "delivery": DeliveryStatus,
    "disposed": DisposalReason,
    "kind": AlertKind,
    "not_alerted": NotAlertedReason,
    "place.precision": Precision,
    "question.state": QuestionState,
    "rhythm": Rhythm,
    "role": PlaceRole,
    "severity": Severity,
    "source": Source,
    "step.reason": ClosingReason,
    "verdict": Verdict,
    "verification": Verification,
}

# What is said of a measure and of a closing, in each of these places.
OF_STEPS = ("status", "offer", "title", "send", "done", "undone", "back", "told", "uncertain")


def _sources() -> str:
    files: list[Path] = [*(WEB / "src").rglob("*.ts"), *(WEB / "templates").glob("*.html")]
    return "\n".join(path.read_text() for path in files)


def test_both_languages_have_the_same_words_in_the_same_order() -> None:
    assert list(WORDS["sv"]) == list(WORDS["en"])


@pytest.mark.parametrize("word", list(WORDS["sv"]))
def test_a_word_says_something_with_the_same_blanks_in_both_languages(word: str) -> None:
    swedish, english = WORDS["sv"][word], WORDS["en"][word]
    assert swedish.strip()
    assert english.strip()
    assert sorted(re.findall(r"\{\w+\}", swedish)) == sorted(re.findall(r"\{\w+\}", english))


@pytest.mark.parametrize("prefix", list(CODES))
def test_every_code_has_a_word(prefix: str) -> None:
    assert {f"{prefix}.{code.value}" for code in CODES[prefix]} <= set(WORDS["sv"])


@pytest.mark.parametrize("place", OF_STEPS)
def test_a_measure_and_a_closing_have_a_word_wherever_they_are_told(place: str) -> None:
    assert {f"step.{place}.measure_taken", f"step.{place}.closed"} <= set(WORDS["sv"])


def test_staff_see_the_sentence_that_reporters_read_of_a_closing() -> None:
    for lang, words in WORDS.items():
        read = yaml.safe_load((INTAKE_TEXTS / f"{lang}.yaml").read_text())
        assert {code: words[f"step.told.{code}"] for code in ClosingReason} == read["follow"]["closing"]
        taken = read["status"]["measure_taken"]
        assert words["step.told.measure_taken"] == f"{taken['name']}. {taken['means']}"


def test_every_word_in_a_template_exists() -> None:
    used = set(re.findall(r'words\["([a-z_.0-9]+)"\]', _sources()))
    assert used
    assert used <= set(WORDS["sv"])


def test_no_word_lies_unused() -> None:
    source = _sources()
    prefixes = (*CODES, "group", *(f"step.{place}" for place in OF_STEPS))
    unused = [
        word
        for word in WORDS["sv"]
        if f'"{word}"' not in source
        and f'"{re.sub(r"[.](one|other)$", "", word)}"' not in source
        and not word.startswith(tuple(f"{prefix}." for prefix in prefixes))
    ]
    assert unused == []


def test_an_alert_is_never_called_an_alarm() -> None:
    assert not [
        word
        for word, text in WORDS["sv"].items()
        if re.search(r"\blarm|\bVMA\b|anmälan", text, re.IGNORECASE)
    ]
