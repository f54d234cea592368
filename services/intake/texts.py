"""What people read, in the language they read: one file for each language, and times as one says them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

import structlog
import yaml

from services.intake.domain.submission import LOCAL_ZONE
from shared.categories import CategoryCode, load_categories
from shared.errors import CannotStart
from shared.geodata import municipality_genitive, municipality_name

log = structlog.get_logger()

TEXTS_FOLDER: Final = Path(__file__).parent / "web" / "texts"
LANGUAGES: Final = ("sv", "en")
"""Those in which everything is told, Open311 too; the pages know every language that has a file."""
DEFAULT_LANGUAGE: Final = "sv"


_OPEN: Final = ("categories", "questions")
"""What a further language may name, and need not."""
_added: list[Path] = []


def use_languages(folder: Path | None) -> None:
    """Also those that have a file in this folder. What one of them lacks is told in English, and logged. Raises `CannotStart`."""
    if folder is not None and not folder.is_dir():
        raise CannotStart(f"The setting INTAKE_LANGUAGES_FOLDER is {folder}, which is no folder.")
    _added[:] = [] if folder is None else [folder]
    texts.cache_clear()
    page_languages.cache_clear()
    for language in page_languages():
        if language not in LANGUAGES:
            texts(language)
            if lacking := lacks(language):
                log.warning("texts_incomplete", language=language, lacking=len(lacking), keys=lacking[:20])


@cache
def texts(language: str) -> dict[str, Any]:
    """All of them; those that a further language lacks in English. Raises `CannotStart`."""
    if language in LANGUAGES:
        return _read(TEXTS_FOLDER / f"{language}.yaml")
    file = _files()[language]
    own, english = _read(file), texts("en")
    return {**_over(english, own, file.name, ""), **{name: own.get(name, {}) for name in _OPEN}}


def lacks(language: str) -> list[str]:
    """Which keys its file has not."""
    own = _leaves(_read(_files()[language]))
    return [key for key in _leaves(texts("en")) if key not in own]


@cache
def page_languages() -> tuple[str, ...]:
    """Swedish, English, then every other language that has a file, by its code."""
    return (*LANGUAGES, *sorted(language for language in _files() if language not in LANGUAGES))


def _files() -> dict[str, Path]:
    return {file.stem: file for folder in (TEXTS_FOLDER, *_added) for file in sorted(folder.glob("*.yaml"))}


def _read(file: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeError) as error:
        raise CannotStart(f"The language file {file.name} can't be read: {error}") from error
    if not isinstance(loaded, dict):
        raise CannotStart(f"The language file {file.name} holds no texts: begin with a copy of en.yaml.")
    return loaded


def _over(english: dict[str, Any], own: dict[str, Any], file: str, path: str) -> dict[str, Any]:
    """English, with what is said of its own laid over. What would fail in a page later is refused now."""
    if unknown := [str(key) for key in own if key not in english and (path or key not in _OPEN)]:
        raise CannotStart(
            f"The language file {file} has {path}{unknown[0]}, which en.yaml does not: remove it."
        )
    told = dict(english)
    for key, said in own.items():
        if path or key not in _OPEN:
            told[key] = _fitting(english[key], said, file, f"{path}{key}")
    return told


def _fitting(english: Any, said: Any, file: str, path: str) -> Any:
    if isinstance(english, dict) and isinstance(said, dict):
        return _over(english, said, file, f"{path}.")
    if not isinstance(said, type(english)):
        raise CannotStart(
            f"The language file {file} has something else than en.yaml at {path}: put it in quotes."
        )
    if isinstance(said, str) and _placeholders(said) != _placeholders(english):
        wanted = ", ".join(f"{{{name}}}" for name in sorted(_placeholders(english))) or "none"
        raise CannotStart(
            f"The language file {file} must have the same placeholders at {path} as en.yaml: {wanted}."
        )
    return said


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}


def _leaves(node: Mapping[str, Any], path: str = "") -> list[str]:
    found = []
    for key, child in node.items():
        found += _leaves(child, f"{path}{key}.") if isinstance(child, dict) else [f"{path}{key}"]
    return found


def category_name(language: str, code: CategoryCode) -> str:
    """A language without names of its own for the categories has the English ones."""
    category = load_categories()[code]
    own = texts(language).get("categories", {}).get(code)
    return str(own or (category.sv if language == "sv" else category.en))


def label(language: str, labels: Mapping[str, str], *code: str) -> str:
    """A question's or an answer's label: from the questions' own file, else the language's, else in English."""
    own = labels.get(language) or texts(language).get("questions", {}).get(".".join(code))
    return str(own or labels["en"])


def chosen_language(asked: str | None, accept_language: str) -> str:
    """The language asked for, else the first we have among those the browser prefers, else Swedish."""
    languages = page_languages()
    if asked in languages:
        return asked
    preferred = sorted(map(_preference, accept_language[:500].split(",")), key=lambda pair: -pair[1])
    return next((tag for tag, weight in preferred if tag in languages and weight > 0), DEFAULT_LANGUAGE)


def _preference(item: str) -> tuple[str, float]:
    tag, _, parameter = item.partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip().lower().partition("-")[0], weight


def municipality_title(language: str, code: str) -> str:
    """`Köpings kommun`, `Arboga kommun`, `Municipality of Köping`."""
    name = municipality_genitive(code) if language == "sv" else municipality_name(code)
    return str(texts(language)["municipality"].format(name=name))


def told_moment(language: str, at: datetime, now: datetime) -> str:
    """`i dag 14:05`, `i går 09:30`, `2026-11-23 14:05`, in Swedish time."""
    here, today = at.astimezone(LOCAL_ZONE), now.astimezone(LOCAL_ZONE).date()
    clock, wording = here.strftime("%H:%M"), texts(language)["when"]
    if here.date() == today:
        return str(wording["today"].format(clock=clock))
    if here.date() == today - timedelta(days=1):
        return str(wording["yesterday"].format(clock=clock))
    return str(wording["dated"].format(date=here.date().isoformat(), clock=clock))


def exact_moment(at: datetime) -> str:
    return at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M:%S")
