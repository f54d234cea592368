"""The story that `vardkase demo` plays: two weeks in Köping and the fortnight before, and real police bulletins of the region."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import yaml

KOPING: Final = Path(__file__).parent / "koping.yaml"
POLICE_REGION: Final = Path(__file__).parent / "police_region.jsonl.gz"
STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
MUNICIPALITY: Final = "1983"
LAST_DAY: Final = 14


@dataclass(frozen=True, slots=True)
class Told:
    """What the safety coordinator later finds of a rumour."""

    verdict: Literal["confirmed", "refuted"]
    explanation: str


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One report as intake's API takes it. `key` is unique within the story."""

    key: str
    source: str
    body: dict[str, Any]
    told: Told | None = None


def story(now: datetime) -> list[StoryReport]:
    """The whole story in the order of its own time, its last day being yesterday."""
    rows = yaml.safe_load(KOPING.read_text(encoding="utf-8"))["reports"]
    reports = [
        report for number, row in enumerate(rows, 1) for report in _told_once_or_more(number, row, now)
    ]
    return sorted(reports, key=lambda report: str(report.body["occurred_at"]))


def _told_once_or_more(number: int, row: dict[str, Any], now: datetime) -> Iterator[StoryReport]:
    first = _moment(row["day"], row["at"], now)
    told = Told(row["verdict"], row["explanation"]) if "verdict" in row else None
    for repeat in range(row.get("repeat", 1)):
        at = first + timedelta(seconds=repeat * row.get("every_s", 0))
        body = {"text": row["text"], "municipality": MUNICIPALITY, "occurred_at": at.isoformat()}
        body |= {field: row[name] for name, field in _FIELDS.items() if name in row}
        yield StoryReport(f"{number}-{repeat}", row["source"], body, told)


_FIELDS: Final = {"place": "place_text", "lat": "lat", "lon": "lon", "contact": "contact"}


def _moment(day: int, at: str, now: datetime) -> datetime:
    date = now.astimezone(STOCKHOLM).date() - timedelta(days=LAST_DAY + 1 - day)
    return datetime.combine(date, time.fromisoformat(at), STOCKHOLM)
