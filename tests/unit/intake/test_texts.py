"""What people read is whole in both languages."""

import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.following import CORRECTED, OPENED_AGAIN
from services.intake.texts import LANGUAGES, chosen_language, municipality_title, texts, told_moment
from shared.events import ClosingReason, FollowStatus


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, child in node.items():
            assert isinstance(key, str), f"{path}.{key}: YAML takes this word for something else"
            yield from leaves(child, f"{path}.{key}")
    else:
        assert isinstance(node, str), path
        yield path, node


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_with_the_same_placeholders() -> None:
    swedish, english = (dict(leaves(texts(language))) for language in ("sv", "en"))
    assert swedish.keys() == english.keys()
    for key, text in swedish.items():
        assert placeholders(text) == placeholders(english[key]), key
        assert text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_is_said_in_plain_words(language: str) -> None:
    assert texts(language)["status"].keys() == {*FollowStatus, OPENED_AGAIN, CORRECTED}
    assert texts(language)["follow"]["closing"].keys() == set(ClosingReason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_is_never_said_to_be_mended(language: str) -> None:
    wording = texts(language)
    told = " ".join([*wording["status"]["closed"].values(), *wording["follow"]["closing"].values()])
    honest = {"sv": "betyder inte alltid löst", "en": "does not always mean solved"}[language]
    assert honest in told
    assert not re.search("löst|lagad|åtgärdad|solved|fixed|mended|repaired", told.replace(honest, ""))


@pytest.mark.parametrize(
    ("asked", "header", "chosen"),
    [
        (None, "", "sv"),
        (None, "sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        (None, "en-GB,en;q=0.9,sv;q=0.8", "en"),
        (None, "ar,en;q=0.5", "en"),
        (None, "sv;q=0.1,en;q=0.7", "en"),
        (None, "en;q=0,*", "sv"),
        (None, "fi", "sv"),
        ("en", "sv", "en"),
        ("de", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_preferred(asked: str | None, header: str, chosen: str) -> None:
    assert chosen_language(asked, header) == chosen


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert chosen_language(None, header) in LANGUAGES


@pytest.mark.parametrize(
    ("language", "code", "title"),
    [
        ("sv", "1983", "Köpings kommun"),
        ("sv", "1980", "Västerås kommun"),
        ("sv", "1984", "Arboga kommun"),
        ("en", "1983", "Municipality of Köping"),
        ("en", "1984", "Municipality of Arboga"),
    ],
)
def test_the_municipality_is_named_as_people_say(language: str, code: str, title: str) -> None:
    assert municipality_title(language, code) == title


def test_times_are_told_in_swedish_time_as_one_says_them() -> None:
    now = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # 23:30 in Sweden
    assert told_moment("sv", datetime(2026, 11, 23, 13, 5, tzinfo=UTC), now) == "i dag 14:05"
    assert told_moment("en", datetime(2026, 11, 22, 13, 5, tzinfo=UTC), now) == "yesterday 14:05"
    assert told_moment("sv", datetime(2026, 11, 21, 23, 5, tzinfo=UTC), now) == "i går 00:05"
    assert told_moment("sv", datetime(2026, 6, 1, 13, 5, tzinfo=UTC), now) == "2026-06-01 15:05"
