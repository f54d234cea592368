"""What an import tells: faults row by row, and a summary."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.markup import escape

from deploy.bulk_sending import Outcome, Sent
from deploy.cli.console import console
from deploy.errors import CannotGoOn
from services.intake.imports.check import Checked, write_faults
from services.intake.imports.faults import Fault

_SHOWN: Final = 20


def tell_unusual(sent: Sequence[Sent]) -> None:
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


def figures(checked: Checked) -> dict[str, Any]:
    return {
        "rows": checked.rows,
        "good": len(checked.good),
        "bad": checked.bad_rows,
        "doubles": len(checked.doubles),
        "noon": checked.noons,
        "undated": checked.undated,
        "undated_as": checked.undated_as,
        "unknown_categories": checked.unknown_categories,
        "without_time_or_id": checked.timeless,
        "notes": list(checked.notes),
        "unused_columns": list(checked.unused),
    }


def tell_faults(faults: Sequence[Fault], report: Path | None) -> None:
    """Raises `CannotGoOn` when the report of faults can't be written."""
    if report is not None:
        try:
            with report.open("w", encoding="utf-8-sig", newline="") as opened:
                write_faults(faults, opened)
        except OSError as error:
            raise CannotGoOn(f"{report} can't be written: {error}.") from error
    for fault in faults[:_SHOWN]:
        where = f"row {fault.row}" + (f", {escape(fault.column[:40])}" if fault.column else "")
        console.print(f"[red]{where}[/red]: {escape(fault.what)}; {escape(fault.remedy)}.")
    if len(faults) > _SHOWN:
        more = "all are in " + str(report) if report else "--report FILE writes them all"
        console.print(f"… and {len(faults) - _SHOWN:,} more; {escape(more)}.")
        common = Counter((fault.column, fault.what) for fault in faults).most_common(3)
        for (column, what), number in common:
            console.print(f"  {number:,} × {escape(column[:40])}: {escape(what)}")


def tell_end(told: Mapping[str, Any], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for line in sentences(told, dry_run=dry_run):
        console.print(escape(line))


def sentences(told: Mapping[str, Any], *, dry_run: bool) -> list[str]:
    """The summary, without what did not occur."""
    lines = [*told["notes"], f"{told['rows']:,} rows: {told['good']:,} can be sent, {told['bad']:,} are bad."]
    optional = {
        "doubles": "{:,} say the same as an earlier row and count once.",
        "noon": "{:,} have a date without a time of day: noon stands for it.",
        "undated": f"{{:,}} have no date and count as happening {told['undated_as']}.",
        "unknown_categories": "{:,} have a category that is not known: they are sent without one.",
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
