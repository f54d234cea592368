"""What people read, in the language they read: one file for each language, and times as one says them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.intake.domain.submission import LOCAL_ZONE
from shared.categories import CategoryCode, load_categories
from shared.geodata import municipality_name

TEXTS_FOLDER: Final = Path(__file__).parent / "web" / "texts"
LANGUAGES: Final = ("sv", "en")
"""Those in which everything is told, Open311 too; the pages know every language that has a file."""
DEFAULT_LANGUAGE: Final = "sv"


@cache
def texts(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((TEXTS_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def page_languages() -> tuple[str, ...]:
    """Swedish, English, then every other language that has a file, by its code."""
    found = sorted(file.stem for file in TEXTS_FOLDER.glob("*.yaml"))
    return (*LANGUAGES, *(language for language in found if language not in LANGUAGES))


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
    """`Köpings kommun`, `Västerås kommun`, `Municipality of Köping`."""
    name, own = municipality_name(code), texts(language)
    ending = "" if name.endswith(("s", "x", "z")) else own["municipality_genitive"]
    return str(own["municipality"].format(name=name + ending))


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
