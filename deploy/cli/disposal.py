"""`vardkase disposal`: what is kept long enough, and what somebody with a right to it asks to have erased."""

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.intake_database import with_intake_database
from deploy.cli.tables import plain
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.domain.retention import Retention

disposal_app = typer.Typer(
    no_args_is_help=True, help="Erase what is kept long enough, or one report on request."
)
_VARIABLE = "INTAKE_RETENTION_DAYS"
_BY_CATEGORY = "INTAKE_RETENTION_DAYS_BY_CATEGORY"


@disposal_app.callback()
def _disposal() -> None:
    """Erase what is kept long enough, or one report on request. Nothing that is erased can be brought back.

    The services are told by report.disposed.v1 and erase it too, within a minute while they run; docs/privacy.md says what is left.
    """


@disposal_app.command("run", short_help="Erase what is older than the municipality has decided.")
def disposal_run(
    days: Annotated[
        int | None, typer.Option("--days", min=1, help=f"Kept so many days; {_VARIABLE} if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count; erase nothing.")] = False,  # noqa: FBT002
) -> None:
    """Erase the reports that came longer ago than their kind is kept. The running service does the same every hour when
    INTAKE_RETENTION_DAYS or INTAKE_RETENTION_DAYS_BY_CATEGORY is set.

    Example: vardkase disposal run --days 730 --dry-run
    """
    from services.intake import retention_store
    from services.intake.disposal import Step, dispose_of_oldest

    retention = _retention(days)
    now = datetime.now(UTC)

    async def work(connection: Any) -> None:
        due = [
            each for each in await retention_store.kept(connection, retention, now, timedelta(0)) if each.due
        ]
        for each in due:
            typer.echo(
                f"{each.municipality}: {each.due} reports of {_named(each.category)}, "
                f"kept {retention.days_of(each.category)} days, the oldest of {each.oldest:%Y-%m-%d}"
            )
        if dry_run or not due:
            typer.echo("Nothing was erased." if dry_run else "Nothing is kept long enough yet.")
            return
        done, step = 0, Step(0, UUID(int=0))
        while step.last is not None:
            step = await dispose_of_oldest(connection, retention, now, step.last)
            done += step.reports
        typer.echo(f"Erased {done}.")

    with_intake_database(work)


@disposal_app.command("plan", short_help="What is kept, for how long, and what goes when.")
def disposal_plan(
    days: Annotated[
        int | None, typer.Option("--days", min=1, help=f"Kept so many days; {_VARIABLE} if left out.")
    ] = None,
    within: Annotated[int, typer.Option("--within", min=1, help="Look so many days ahead.")] = 30,
) -> None:
    """Show for each kind how long it is kept, how many there are, when the oldest goes, and how many go by then. Erases nothing.

    Example: vardkase disposal plan --within 90
    """
    from services.intake import retention_store

    retention = _retention(days)
    now = datetime.now(UTC)

    async def work(connection: Any) -> None:
        table = Table(
            "municipality", "kind", "kept", "reports", "oldest", "oldest goes", "due", f"in {within} days"
        )
        for each in await retention_store.kept(connection, retention, now, timedelta(days=within)):
            own = retention.days_of(each.category)
            goes = "never" if own is None else f"{each.oldest + timedelta(days=own):%Y-%m-%d}"
            length = "for ever" if own is None else f"{own} days"
            counted = (str(each.reports), f"{each.oldest:%Y-%m-%d}", goes, str(each.due), str(each.soon))
            table.add_row(plain(each.municipality), plain(_named(each.category)), length, *counted)
        Console(width=120).print(table)

    with_intake_database(work)


def _named(category: str | None) -> str:
    return category or "no known kind"


@disposal_app.command("report", short_help="Erase one, on request.")
def disposal_report(
    which: Annotated[str, typer.Argument(help="Its id, or its tracking code.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look it up; erase nothing.")] = False,  # noqa: FBT002
) -> None:
    """Erase one report because somebody with a right to it asked. Whether they have it is yours to decide first.

    Example: vardkase disposal report WGS5-X26S-5KKA
    """
    from services.intake import disposal_store
    from services.intake.disposal import dispose
    from services.intake.domain.following import spelled_out
    from shared.events import DisposalReason

    async def work(connection: Any) -> None:
        code = spelled_out(which)
        report_id = await disposal_store.report_of_code(connection, code) if code else _id(which)
        if report_id is None:
            raise CannotGoOn(
                f"There is no report {which}: see that it is a whole id or code, or it is erased already."
            )
        if dry_run:
            typer.echo(f"{report_id} would be erased. Nothing was.")
            return
        async with connection.transaction():
            gone = await dispose(connection, [report_id], DisposalReason.REQUEST, datetime.now(UTC))
        if not gone:
            raise CannotGoOn(f"There is no report {which}: it is erased already, or never was.")
        typer.echo(f"Erased {report_id}.")

    with_intake_database(work)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _retention(given: int | None) -> "Retention":
    """`given`: instead of the general setting; what is set for single kinds holds all the same."""
    from services.intake.domain.retention import Retention

    text = str(given) if given else os.environ.get(_VARIABLE, "")
    try:
        retention = Retention.read(text, os.environ.get(_BY_CATEGORY, ""))
    except ValueError as error:
        raise CannotGoOn(f"{_VARIABLE} or {_BY_CATEGORY} can't be understood: {error}.") from None
    if not retention.is_decided:
        raise CannotGoOn(
            f"How long are reports kept? Give --days, or set {_VARIABLE}, to what the municipality has decided."
        )
    return retention
