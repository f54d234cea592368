"""One file more is one language more."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.intake import texts as wording
from services.intake.routes.html import Page
from services.intake.texts import TEXTS_FOLDER, category_name, chosen_language, label, page_languages
from shared.categories import CategoryCode


def _capitals(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _capitals(child) for key, child in node.items()}
    return node if "{" in node else node.upper()


@pytest.fixture
def with_finnish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for file in TEXTS_FOLDER.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    told = _capitals(yaml.safe_load((TEXTS_FOLDER / "en.yaml").read_text(encoding="utf-8")))
    told |= {
        "language_name": "Suomi",
        "categories": {"fire": "Tulipalo"},
        "questions": {"hurt": "Onko joku loukkaantunut?", "hurt.yes": "Kyllä"},
    }
    (tmp_path / "fi.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(wording, "TEXTS_FOLDER", tmp_path)
    page_languages.cache_clear()
    wording.texts.cache_clear()
    yield
    page_languages.cache_clear()
    wording.texts.cache_clear()


def test_a_third_language_is_one_file_and_nothing_else(with_finnish: None) -> None:
    assert page_languages() == ("sv", "en", "fi")
    assert chosen_language(None, "fi-FI,sv;q=0.5") == "fi"
    page = drawn("fi")
    assert '<html lang="fi">' in page
    assert "FOLLOW A REPORT" in page
    assert category_name("fi", CategoryCode.FIRE) == "Tulipalo"
    assert category_name("fi", CategoryCode.ANIMAL) == "Animals"  # what the file does not name is in English
    assert 'hreflang="fi">Suomi</a>' in drawn("sv")


def drawn(language: str) -> str:
    return bytes(Page("/follow", language, "1983").draw("lookup.html", code="", error=None).body).decode()


def test_a_question_is_put_in_english_where_a_language_has_none(with_finnish: None) -> None:
    assert label("fi", {"sv": "Ja", "en": "Yes"}, "hurt", "yes") == "Kyllä"
    assert label("fi", {"sv": "Nej", "en": "No"}, "hurt", "no") == "No"
