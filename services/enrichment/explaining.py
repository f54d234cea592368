"""`vardkase enrich --explain`: one report's reasoning, for a person at a terminal."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.enrichment.domain import Reading, Understanding
from services.enrichment.rows import ReportRow, row_of
from services.enrichment.text.happened import told_as
from shared.categories import load_categories
from shared.events import PlaceRole, Precision

_QUOTED: Final = re.compile(r'"([^"]+)"')
_ROLES: Final = {
    PlaceRole.CHOSEN: "vald",
    PlaceRole.ALSO_NAMED: "nämns också",
    PlaceRole.SET_ASIDE: "lagd åt sidan",
}
_PRECISIONS: Final = {
    Precision.ADDRESS: "adress",
    Precision.STREET: "gata",
    Precision.PLACE: "plats",
    Precision.LOCALITY: "ort",
    Precision.MUNICIPALITY: "kommun",
    Precision.UNKNOWN: "okänd",
}
_LEVELS: Final = {1: "ringa", 2: "måttlig", 3: "allvarlig", 4: "kritisk"}


def explain(
    given: str, about: dict[str, Any], console: Console, now: datetime, gazetteer: Path | None = None
) -> None:
    """`given`: one row of JSON, or plain text; `about`: the row's other fields, where it is text. Raises `ValueError`."""
    row = row_of(_fields(given) | about, now)
    show(row, Understanding.load(gazetteer=gazetteer).explain(row), console)


def _fields(given: str) -> dict[str, Any]:
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        return {"text": given.strip()}
    return found if isinstance(found, dict) else {"text": given.strip()}


def show(row: ReportRow, reading: Reading, console: Console) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, lines in _parts(row, reading):
        for at, line in enumerate(lines):
            table.add_row("" if at else name, line)
        table.add_row("", "")
    console.print(table)


def _parts(row: ReportRow, reading: Reading) -> Iterator[tuple[str, list[Text | str]]]:
    yield "Text", [_marked(row.text, reading)]
    yield "Språk", [{"sv": "svenska", "en": "engelska"}.get(reading.understood.language, "går inte att säga")]
    yield "Kategori", list(_category(reading))
    yield "Allvarlighetsgrad", list(_severity(reading))
    yield "Flaggor", list(_flags(reading)) or ["inga"]
    yield "Tid", [told_as(reading.happened) if reading.happened else "texten säger inte när"]
    yield "Plats", list(_place(reading))
    doubts = [reason for reason in reading.understood.reasons if reason.startswith("behöver granskas")]
    verdict = "går till granskning" if reading.understood.needs_review else "går vidare utan granskning"
    yield "Tvivel", [*map(Text, doubts), Text(verdict, style="bold")]


def _category(reading: Reading) -> Iterator[Text]:
    what, categories = reading.understood, load_categories()
    yield Text(what.reasons[0])
    for code, sure in reading.classification.alternatives:
        bar = "█" * round(sure * 20)
        chosen = " ← vald" if code is what.category else ""
        yield Text(f"{sure:>6.1%} {bar:<20} {categories[code].sv}{chosen}", style="dim" if not chosen else "")


def _severity(reading: Reading) -> Iterator[Text]:
    assessment = reading.assessment
    default, *steps = assessment.severity_reasons
    yield Text(default)
    for reason, step in zip(steps, assessment.steps, strict=True):
        yield Text(f"{reason}", style="red" if step.change > 0 else "green")
    yield Text(f"= {assessment.severity} {_LEVELS[assessment.severity]}", style="bold")


def _flags(reading: Reading) -> Iterator[Text]:
    assessment, what = reading.assessment, reading.understood
    if assessment.ongoing:
        yield Text(f'pågår: "{assessment.ongoing}"')
    if assessment.involves_minor:
        yield Text(f'barn eller ungdom: "{assessment.involves_minor}"')
    if what.hearsay:
        yield Text(f"hörsägen: {assessment.hearsay}")


def _place(reading: Reading) -> Iterator[Text]:
    where = reading.understood.location
    if where.lat is None:
        yield Text("ingen plats känd")
    else:
        reach = f", osäkerhet {where.uncertainty_m:.0f} m" if where.uncertainty_m is not None else ""
        near = f"{_PRECISIONS[where.precision]}{reach}, säkerhet {where.confidence:.0%}"
        yield Text(f"{where.name or 'punkt'} ({near})")
    for reason in reading.located.reasons:
        yield Text(reason)
    for place in reading.understood.places:
        yield Text(f"· {_ROLES[place.role]}: {place.location.name} ({place.why})", style="dim")


def _marked(text: str, reading: Reading) -> Text:
    """Underlined: what decided the category; red: severity; yellow: flags; cyan: time; green: place."""
    marked, assessment = Text(text), reading.assessment
    happened = reading.happened
    words: tuple[tuple[str, Iterable[str]], ...] = (
        ("underline", _QUOTED.findall(reading.classification.reason)),
        ("bold red", [step.words for step in assessment.steps]),
        ("yellow", [each for each in (assessment.ongoing, assessment.involves_minor) if each]),
        ("yellow", _QUOTED.findall(assessment.hearsay or "")),
        ("cyan", [happened.words] if happened else []),
        ("green", [place.words for place in reading.understood.places]),
    )
    for style, phrases in words:
        for phrase in phrases:
            pattern = r"\s+".join(map(re.escape, phrase.split()))
            if pattern:
                marked.highlight_regex(re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE), style)
    return marked
