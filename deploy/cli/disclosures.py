"""`vardkase disclosures`: who opened reporters' contact details, when and why."""

import csv
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.intake_database import with_intake_database
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.domain.disclosure import Disclosure

disclosures_app = typer.Typer(
    no_args_is_help=True, help="Who opened reporters' contact details, when and why."
)
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t")


@disclosures_app.callback()
def _disclosures() -> None:
    """Who opened reporters' contact details, when and why. Each opening is on record before the details are shown."""


@disclosures_app.command("list", short_help="Each opening, the latest first.")
def disclosures_list(
    report: Annotated[
        str | None, typer.Option("--report", help="Of this report: its id, or its tracking code.")
    ] = None,
    token: Annotated[
        str | None, typer.Option("--token", help="By this token: its name or id, or a user of the server.")
    ] = None,
    since: Annotated[datetime | None, typer.Option("--since", help="From then on.")] = None,
    before: Annotated[datetime | None, typer.Option("--before", help="Until then.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, all columns.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,  # noqa: FBT002
) -> None:
    """Each opening, the latest first; times are this machine's. Of a report that is disposed of the reason is empty.

    \b
    Examples:
      vardkase disclosures list --report WGS5-X26S-5KKA
      vardkase disclosures list --since 2026-11-01 --csv > november.csv
    """  # noqa: D301 - Typer wants the character itself
    from services.intake import disclosure_store, disposal_store
    from services.intake.domain.following import spelled_out
    from shared.identity import read_id

    async def work(connection: Any) -> "list[Disclosure]":
        report_id = None
        if report is not None:
            code = spelled_out(report)
            report_id = await disposal_store.report_of_code(connection, code) if code else read_id(report)
            if report_id is None:
                raise CannotGoOn(f"There is no report {report}: give its whole id if it is disposed of.")
        async with connection.transaction():
            found = disclosure_store.listed(
                connection, report_id=report_id, token=token, since=_aware(since), before=_aware(before)
            )
            return [each async for each in found]

    listed = with_intake_database(work)
    if as_csv:
        _print_csv(listed)
    elif as_json:
        for each in listed:
            typer.echo(json.dumps(_row(each), ensure_ascii=False))
    elif listed:
        _print_table(listed)
    else:
        typer.echo("Nothing was opened.")


def _aware(given: datetime | None) -> datetime | None:
    return None if given is None else given.astimezone()


def _row(each: "Disclosure") -> dict[str, str | None]:
    return {
        "at": each.at.isoformat(timespec="seconds"),
        "report_id": str(each.report_id),
        "municipality": each.municipality,
        "opened_by": each.opened_by,
        "token_id": None if each.token_id is None else str(each.token_id),
        "way": each.way.value,
        "reason": each.reason,
        "id": str(each.id),
    }


def _print_csv(listed: "list[Disclosure]") -> None:
    rows = csv.writer(sys.stdout)
    rows.writerow(["at", "report_id", "municipality", "opened_by", "token_id", "way", "reason", "id"])
    for each in listed:
        rows.writerow([_cell(value) for value in _row(each).values()])


def _cell(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _print_table(listed: "list[Disclosure]") -> None:
    from deploy.cli.tables import PlainTable

    table = PlainTable("when", "report", "by", "way", "reason")
    for each in listed:
        when = f"{each.at.astimezone():%Y-%m-%d %H:%M}"
        table.add(when, str(each.report_id), each.opened_by, each.way.value, each.reason or "(disposed of)")
    table.show()
