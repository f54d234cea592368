"""`vardkase disposal`: what is kept long enough, and what somebody with a right to it asks to have erased."""

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer

from deploy.cli.intake_database import with_intake_database
from deploy.errors import CannotGoOn

disposal_app = typer.Typer(
    no_args_is_help=True, help="Erase what is kept long enough, or one report on request."
)
_VARIABLE = "INTAKE_RETENTION_DAYS"


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
    """Erase the reports that came longer ago than that. The running service does the same every hour when INTAKE_RETENTION_DAYS is set.

    Example: vardkase disposal run --days 730 --dry-run
    """
    from services.intake import disposal_store
    from services.intake.disposal import dispose_of_oldest

    kept = timedelta(days=_days(days))
    now = datetime.now(UTC)

    async def work(connection: Any) -> None:
        due = await disposal_store.count_due(connection, now - kept)
        for each in due:
            typer.echo(f"{each.municipality}: {each.reports} reports, the oldest of {each.oldest:%Y-%m-%d}")
        if dry_run or not due:
            typer.echo("Nothing was erased." if dry_run else f"Nothing came before {now - kept:%Y-%m-%d}.")
            return
        done = 0
        while step := await dispose_of_oldest(connection, kept, now):
            done += step
        typer.echo(f"Erased {done}.")

    with_intake_database(work)


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


def _days(given: int | None) -> int:
    text = str(given) if given else os.environ.get(_VARIABLE, "")
    if not text.isdecimal() or int(text) < 1:
        raise CannotGoOn(
            f"How long are reports kept? Give --days, or set {_VARIABLE}, to what the municipality has decided."
        )
    return int(text)
