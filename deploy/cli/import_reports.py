"""`vardkase import reports`: look at every row first, then send all of them or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml
from rich.markup import escape

from deploy.batch_sending import Delivery
from deploy.bulk_sending import Letter, Outcome, Shown
from deploy.cli.console import console
from deploy.cli.import_sending import deliver_whole
from deploy.cli.import_telling import figures, tell_end, tell_faults, tell_unusual
from deploy.errors import CannotGoOn
from services.intake.imports.check import Checked, check_file
from services.intake.imports.faults import Fault
from services.intake.imports.rows import Prepared, Rules, Undated
from services.intake.imports.table import Reading, Unreadable
from shared.categories import CategoryCode
from shared.events import Source
from shared.geodata import municipality_code

DONE: Final = 0
NOTHING_SENT: Final = 3
NOT_ALL_SENT: Final = 4


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
    in_parts: bool = False
    undated: Undated = None
    ignore_unknown_categories: bool = False


def run(order: Order) -> int:
    """The exit code. Raises `CannotGoOn`."""
    checked = _checked(order)
    if order.dry_run or not _may_send(order, checked):
        tell_faults(checked.faults, order.report)
        if not order.dry_run and checked.faults:
            console.print(
                "Nothing was sent. Mend the rows and run it again, or leave them out with --skip-bad."
            )
        _end(order, figures(checked))
        return NOTHING_SENT if checked.faults else DONE

    from deploy.import_door import open_door

    door, shown = open_door(order.source, order.token_file)
    good, elsewhere = _of_own_municipality(checked.good, shown)
    checked.faults += elsewhere
    tell_faults(checked.faults, order.report)
    if elsewhere and not order.skip_bad:
        console.print("Nothing was sent: use a token that may report from there.")
        _end(order, figures(checked))
        return NOTHING_SENT
    letters = [Letter(each.row, each.key, each.body) for each in good]
    return _told(
        order, checked, deliver_whole(door, letters, in_parts=order.in_parts, skip_bad=order.skip_bad)
    )


def _told(order: Order, checked: Checked, delivery: Delivery) -> int:
    sent = delivery.sent
    tell_unusual([*sent, *delivery.refused])
    told = figures(checked) | {
        outcome.value: sum(each.outcome is outcome for each in [*sent, *delivery.refused])
        for outcome in Outcome
    }
    if delivery.refused and not sent:
        console.print(
            "Nothing was stored. Mend the rows and run it again, or leave them out with --skip-bad."
        )
    _end(order, told)
    if delivery.refused and not sent:
        return NOTHING_SENT
    left = checked.faults or delivery.refused or told[Outcome.CHANGED.value]
    return NOT_ALL_SENT if left else DONE


def _end(order: Order, told: Mapping[str, Any]) -> None:
    tell_end(told, dry_run=order.dry_run, as_json=order.as_json)


def _may_send(order: Order, checked: Checked) -> bool:
    return bool(checked.good) and (order.skip_bad or not checked.faults)


def _checked(order: Order) -> Checked:
    columns, categories = _mapping(order.mapping)
    municipality = _municipality(order.municipality)
    rules = Rules(
        order.source,
        datetime.now(UTC),
        municipality,
        order.system,
        categories,
        order.undated,
        order.ignore_unknown_categories,
    )
    name = escape(order.file.name)
    try:
        with console.status(f"Reading {name} …") as status:
            return check_file(
                order.file,
                order.reading,
                {**columns, **order.said},
                rules,
                lambda rows: status.update(f"Reading {name}: {rows:,} rows …"),
            )
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
        replace(each, body={"municipality": shown.municipality, **each.body})
        for each in good
        if each.row not in rows
    ]
    return own, elsewhere
