"""Reports to press with: the story's and the region's real texts, the same ones in the same order for the same seed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Final

from deploy.intake_client import ToSend
from deploy.police_events import read_police_events
from deploy.story import POLICE_REGION, story

# Municipalities of Västmanland and around: enough to spread over every partition.
MUNICIPALITIES: Final = (
    "1983",
    "1984",
    "1960",
    "1961",
    "1980",
    "1981",
    "1982",
    "1904",
    "1907",
    "0484",
    "1880",
    "1885",
)


def texts(now: datetime) -> list[str]:
    """Citizens' texts and police bulletins, about half of each."""
    citizens = list(dict.fromkeys(report.body["text"] for report in story(now)))
    police = [str(row.body["text"]) for row in read_police_events(POLICE_REGION) if isinstance(row, ToSend)]
    return citizens * (len(police) // len(citizens)) + police


def report_bodies(seed: int) -> Iterator[dict[str, Any]]:
    """Without end. Each text carries a number of its own, so that none is the exact repeat of another."""
    random, now = Random(seed), datetime.now(UTC)
    choices = texts(now)
    for number in count():
        yield {
            "text": f"{random.choice(choices)} (ärende {number})",
            "municipality": random.choice(MUNICIPALITIES),
            "occurred_at": (now - timedelta(minutes=random.randrange(14 * 24 * 60))).isoformat(),
        }


def encoded_bodies(seed: int, amount: int) -> list[bytes]:
    bodies = report_bodies(seed)
    return [json.dumps(next(bodies), ensure_ascii=False).encode() for _ in range(amount)]
