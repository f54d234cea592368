"""`vardkase import police-events`: from a file, or fetched when asked for."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.markup import escape

from deploy.bulk_sending import Door, Letter, Outcome, Sent, send_all
from deploy.cli.console import console
from deploy.errors import CannotGoOn
from deploy.import_door import open_door
from deploy.intake_client import ToSend
from deploy.police_events import SOURCE, LeftOut, events_as_reports, read_police_events
from deploy.police_feed import PoliceFeed
from shared.geodata import municipality_code, municipality_name

NOT_ALL_SENT: Final = 4
MEMORY: Final = "police_feed.json"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class PoliceOrder:
    """What was asked for on the command line. `file` None: fetch. `every_min` None: once."""

    file: Path | None
    region: Sequence[str]
    url: str
    every_min: int | None = None
    dry_run: bool = False
    as_json: bool = False
    token_file: Path | None = None


def run_import_police_events(order: PoliceOrder) -> int:
    """The exit code. Raises `CannotGoOn`."""
    region = [_code(name) for name in order.region]
    if order.file is not None:
        return _imported(order, read_police_events(order.file), region)
    if order.every_min is None:
        return _fetched(order, region)
    while True:
        try:
            _fetched(order, region)
        except CannotGoOn as reason:
            console.print(escape(str(reason)))  # an outage, theirs or ours, is over some time
        time.sleep(order.every_min * 60)


def _code(name: str) -> str:
    code = municipality_code(name)
    if code is None:
        raise CannotGoOn(f"{name!r} is no municipality: give names or codes, such as Köping or 1983.")
    return code


def _fetched(order: PoliceOrder, region: Sequence[str]) -> int:
    from deploy.local.settings import LocalSettings

    feed = PoliceFeed(
        LocalSettings.load().state / MEMORY, [municipality_name(code) for code in region], order.url
    )
    asked = feed.ask(datetime.now(UTC))
    if asked.events is None:
        console.print("Nothing new since the last time.")
        return 0
    code = _imported(order, events_as_reports(enumerate(asked.events, 1)), region)
    if code == 0 and not order.dry_run:
        feed.accepted(asked)
    return code


def _imported(order: PoliceOrder, events: Iterable[ToSend | LeftOut], region: Sequence[str]) -> int:
    told: Counter[str] = Counter(events=0, left_out=0, **{outcome.value: 0 for outcome in Outcome})
    reasons: Counter[str] = Counter()
    letters: list[Letter] = []
    for number, event in enumerate(events, 1):
        told["events"] += 1
        if isinstance(event, LeftOut):
            reasons[event.reason] += 1
        elif region and event.body["municipality"] not in region:
            reasons["another municipality"] += 1
        else:
            letters.append(Letter(number, event.key, event.body))
    told["left_out"] = reasons.total()
    for reason, number in reasons.most_common(_SHOWN):
        console.print(f"Left out {number:,}: {escape(reason)}.")
    if order.dry_run:
        told["would_be_sent"] = len(letters)
    else:
        door, _ = open_door(SOURCE, order.token_file)
        _send(door, letters, told)
    _end(order, told)
    # One that the police have edited since keeps the words it had; that is no fault.
    return NOT_ALL_SENT if told[Outcome.REFUSED.value] else 0


def _send(door: Door, letters: Sequence[Letter], told: Counter[str]) -> None:
    def note(sent: Sent) -> None:
        told[sent.outcome.value] += 1
        if sent.outcome is Outcome.REFUSED and told[Outcome.REFUSED.value] <= _SHOWN:
            console.print(f"Event {sent.letter.number} was refused: {escape(sent.detail)}")

    with console.status(f"Sending {len(letters):,} events …"):
        asyncio.run(send_all(door, letters, note))


def _end(order: PoliceOrder, told: Counter[str]) -> None:
    if order.as_json:
        print(json.dumps(told))
        return
    optional = {
        "would_be_sent": "{:,} would be sent. A dry run: nothing was.",
        "added": "{:,} reports were added.",
        "known": "{:,} were there already; nothing was added for them.",
        "changed": "{:,} were edited by the police since they were imported, and stay as they were.",
        "refused": "{:,} were refused by intake.",
    }
    console.print(f"{told['events']:,} events.")
    for name, sentence in optional.items():
        if told[name]:
            console.print(sentence.format(told[name]))
