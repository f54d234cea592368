"""`vardkase import reports`: look at every row first, then send all of them or nothing."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.bulk_sending import Door, Letter, Outcome, Sent, Shown, send_all
from deploy.cli.console import console
from deploy.errors import CannotGoOn
from services.intake.imports.check import Checked, check_file, write_faults
from services.intake.imports.faults import Fault
from services.intake.imports.rows import Prepared, Rules
from services.intake.imports.table import Reading, Unreadable
from shared.categories import CategoryCode
from shared.events import Source
from shared.geodata import municipality_code

DONE: Final = 0
NOTHING_SENT: Final = 3
NOT_ALL_SENT: Final = 4
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line."""

    file: Path
    source: Source
    reading: Reading = field(default_factory=Reading)
    said: Mapping[str, str] = field(default_factory=dict)
    mapping: Path | None = None
    municipality: str | None = None
    system: str = ""
    dry_run: bool = False
    skip_bad: bool = False
    report: Path | None = None
    as_json: bool = False
    token_file: Path | None = None
    connections: int = 32


def run(order: Order) -> int:
    """The exit code. Raises `CannotGoOn`."""
    checked = _checked(order)
    told: dict[str, Any] = _figures(checked)
    if order.dry_run or not _may_send(order, checked):
        _tell_faults(order, checked.faults)
        if not order.dry_run and checked.faults:
            console.print(
                "Nothing was sent. Mend the rows and run it again, or leave them out with --skip-bad."
            )
        return _end(order, told, NOTHING_SENT if checked.faults else DONE)

    from deploy.import_door import open_door

    door, shown = open_door(order.source, order.token_file)
    good, elsewhere = _of_own_municipality(checked.good, shown)
    checked.faults += elsewhere
    told = _figures(checked)
    _tell_faults(order, checked.faults)
    if elsewhere and not order.skip_bad:
        console.print("Nothing was sent: use a token that may report from there.")
        return _end(order, told, NOTHING_SENT)
    sent = _sent(order, door, good)
    told |= {outcome.value: sum(each.outcome is outcome for each in sent) for outcome in Outcome}
    left = bool(checked.faults) or any(each.outcome in {Outcome.CHANGED, Outcome.REFUSED} for each in sent)
    return _end(order, told, NOT_ALL_SENT if left else DONE)


def _may_send(order: Order, checked: Checked) -> bool:
    return bool(checked.good) and (order.skip_bad or not checked.faults)


def _checked(order: Order) -> Checked:
    columns, categories = _mapping(order.mapping)
    municipality = _municipality(order.municipality)
    rules = Rules(order.source, datetime.now(UTC), municipality, order.system, categories)
    try:
        with console.status(f"Reading {escape(order.file.name)} …"):
            return check_file(order.file, order.reading, {**columns, **order.said}, rules)
    except Unreadable as error:
        raise CannotGoOn(f"{order.file}: {error}") from error


def _municipality(name: str | None) -> str | None:
    code = None if name is None else municipality_code(name)
    if name is not None and code is None:
        raise CannotGoOn(f"{name!r} is no municipality: give its name or its four digits.")
    return code


def _mapping(file: Path | None) -> tuple[dict[str, str], dict[str, CategoryCode]]:
    """Headings and categories of a mapping file."""
    if file is None:
        return {}, {}
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        if not isinstance(told, dict) or set(told) - {"columns", "categories"}:
            raise CannotGoOn(f"{file} may hold `columns` and `categories`, and nothing else.")
        columns = {str(heading): str(name) for heading, name in (told.get("columns") or {}).items()}
        categories = {
            " ".join(str(name).casefold().split()): CategoryCode(code)
            for name, code in (told.get("categories") or {}).items()
        }
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise CannotGoOn(f"The mapping file {file} can't be read ({error}).") from error
    return columns, categories


def _of_own_municipality(good: Sequence[Prepared], shown: Shown) -> tuple[list[Prepared], list[Fault]]:
    """Intake refuses the others; better told before the first is sent."""
    elsewhere = [
        Fault(
            each.row,
            "",
            f"it is about municipality {each.body['municipality']}, and the token may report from "
            f"{shown.municipality} alone",
            "use a token that may, or correct the row",
        )
        for each in good
        if not shown.any_municipality
        and each.body.get("municipality", shown.municipality) != shown.municipality
    ]
    rows = {fault.row for fault in elsewhere}
    own = [
        Prepared(each.row, each.key, {"municipality": shown.municipality, **each.body}, each.noon)
        for each in good
        if each.row not in rows
    ]
    return own, elsewhere


def _sent(order: Order, door: Door, good: Sequence[Prepared]) -> list[Sent]:
    letters = [Letter(each.row, each.key, each.body) for each in good]
    sent: list[Sent] = []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Sending", total=len(letters), rate="")

            def note(each: Sent) -> None:
                sent.append(each)
                if len(sent) % 100 == 0 or len(sent) == len(letters):
                    speed = progress.tasks[task].speed
                    progress.update(task, completed=len(sent), rate=f"{speed:,.0f}/s" if speed else "")

            asyncio.run(send_all(door, letters, note, connections=order.connections))
    except (CannotGoOn, KeyboardInterrupt) as stopped:
        console.print(
            f"Broken off after {len(sent):,} of {len(letters):,} rows. Run the same command again: it completes, and what was "
            "accepted is not doubled."
        )
        if isinstance(stopped, KeyboardInterrupt):
            raise
        raise CannotGoOn(f"{stopped}.".replace("..", ".")) from stopped
    _tell_unusual(sent)
    return sent


def _tell_unusual(sent: Sequence[Sent]) -> None:
    unusual = [each for each in sent if each.outcome in {Outcome.CHANGED, Outcome.REFUSED}]
    for each in sorted(unusual, key=lambda each: each.letter.number)[:_SHOWN]:
        why = (
            "its identifier was imported before with another content, which stays as it is"
            if each.outcome is Outcome.CHANGED
            else f"refused by intake: {escape(each.detail)}"
        )
        console.print(f"Row {each.letter.number}: {why}")
    if len(unusual) > _SHOWN:
        console.print(f"… and {len(unusual) - _SHOWN:,} more.")


def _figures(checked: Checked) -> dict[str, Any]:
    return {
        "rows": checked.rows,
        "good": len(checked.good),
        "bad": checked.bad_rows,
        "doubles": len(checked.doubles),
        "noon": checked.noons,
        "without_time_or_id": checked.timeless,
        "unused_columns": list(checked.unused),
    }


def _tell_faults(order: Order, faults: Sequence[Fault]) -> None:
    if order.report is not None:
        try:
            with order.report.open("w", encoding="utf-8-sig", newline="") as opened:
                write_faults(faults, opened)
        except OSError as error:
            raise CannotGoOn(f"{order.report} can't be written: {error}.") from error
    for fault in faults[:_SHOWN]:
        where = f"row {fault.row}" + (f", {escape(fault.column[:40])}" if fault.column else "")
        console.print(f"[red]{where}[/red]: {escape(fault.what)}; {escape(fault.remedy)}.")
    if len(faults) > _SHOWN:
        more = "all are in " + str(order.report) if order.report else "--report FILE writes them all"
        console.print(f"… and {len(faults) - _SHOWN:,} more; {escape(more)}.")
        common = Counter((fault.column, fault.what) for fault in faults).most_common(3)
        for (column, what), number in common:
            console.print(f"  {number:,} × {escape(column[:40])}: {escape(what)}")


def _end(order: Order, told: Mapping[str, Any], code: int) -> int:
    if order.as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for line in sentences(told, dry_run=order.dry_run):
            console.print(escape(line))
    return code


def sentences(told: Mapping[str, Any], *, dry_run: bool) -> list[str]:
    """The summary, without what did not occur."""
    lines = [f"{told['rows']:,} rows: {told['good']:,} can be sent, {told['bad']:,} are bad."]
    optional = {
        "doubles": "{:,} say the same as an earlier row and count once.",
        "noon": "{:,} have a date without a time of day: noon stands for it.",
        "without_time_or_id": "{:,} have neither a time nor an identifier: the same words count as the same report, next month too.",
        "added": "{:,} reports were added.",
        "known": "{:,} were there already; nothing was added for them.",
        "changed": "{:,} were imported before with another content and stay as they are.",
        "refused": "{:,} were refused by intake.",
    }
    lines += [sentence.format(told[name]) for name, sentence in optional.items() if told.get(name)]
    if told["unused_columns"]:
        lines.append(f'Not read: {", ".join(told["unused_columns"])} (--map "COLUMN=field" reads one).')
    if dry_run:
        lines.append("A dry run: nothing was sent.")
    return lines
