"""`vardkase quarantine`: what is held since something speaks for a machine. Looked at, released, rejected."""

import getpass
import json
from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from deploy.cli.intake_database import with_intake_database
from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from services.intake.abuse.quarantine import Doubted

quarantine_app = typer.Typer(no_args_is_help=True)
_SHORT = 60


class Shown(StrEnum):
    HELD = "held"
    PASSED = "passed"
    RELEASED = "released"
    REJECTED = "rejected"
    ALL = "all"


class Reasons(StrEnum):
    NO_WORK = "no_work"
    TOO_FAST = "too_fast"
    TRAP = "trap"
    BURST = "burst"
    FOLLOWS_HELD = "follows_held"
    FOLLOWS_DOUBTED = "follows_doubted"


Reports = Annotated[
    list[UUID] | None, typer.Argument(help="Ids of reports, as `quarantine list` shows them.")
]
ForReason = Annotated[Reasons | None, typer.Option("--for", help="All that are held for this reason.")]
AlikeTo = Annotated[
    UUID | None,
    typer.Option("--alike", help="All held ones whose text is nearly this report's, of that day."),
]
Everything = Annotated[bool, typer.Option("--all", help="All that are held.")]


@quarantine_app.callback()
def _quarantine() -> None:
    """Reports that are held: looked at, released, rejected.

    They were accepted and answered, but something speaks for a machine:

    \b
    no_work   the form came without the small work that its script does (as without script)
    too_fast  sent within seconds of being shown; alone no reason to hold anything
    trap      a field was filled that no person sees
    burst     nearly the same text many times within minutes
    follows_held, follows_doubted
              added to a report that is held for a while; that waits for a decision or was rejected

    What tells of danger to life, by words, answers or category, goes on at once; `list --state passed` shows it. docs/abuse.md says the rest.
    """  # noqa: D301 - Typer wants the character itself


@quarantine_app.command("list", short_help="What is held, the oldest first.")
def quarantine_list(
    state: Annotated[Shown, typer.Option(help="held, passed, released, rejected or all.")] = Shown.HELD,
    reason: Annotated[Reasons | None, typer.Option("--for", help="Only for this reason.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,  # noqa: FBT002
) -> None:
    """The oldest first, at most 500. `alike` counts those of nearly the same text.

    Example: vardkase quarantine list --for burst --json | jq -r .report_id
    """
    from services.intake.abuse.judging import State
    from services.intake.abuse.quarantine import doubted

    wanted = None if state is Shown.ALL else State(state.value)
    listed = with_intake_database(
        lambda connection: doubted(connection, state=wanted, reason=None if reason is None else reason.value)
    )
    if as_json:
        for each in listed:
            typer.echo(json.dumps(_row(each), ensure_ascii=False))
    elif listed:
        _print_table(listed)
    else:
        typer.echo("Nothing is held." if state is Shown.HELD else f"None is {state.value}.")


@quarantine_app.command("show", short_help="One, with its redacted text and what was decided.")
def quarantine_show(report: Annotated[UUID, typer.Argument(help="Its id.")]) -> None:
    """One report as JSON. Its text is redacted, as other services would read it.

    Example: vardkase quarantine show 01a20727-5fc5-737d-beab-671a358acf84
    """
    from services.intake.abuse.quarantine import doubted

    found = with_intake_database(lambda connection: doubted(connection, report_id=report))
    if not found:
        raise CannotGoOn(f"Nothing is known against {report}: see `vardkase quarantine list --state all`.")
    typer.echo(json.dumps(_row(found[0]), ensure_ascii=False, indent=2))


@quarantine_app.command("release", short_help="Let them go on, as they came.")
def quarantine_release(
    reports: Reports = None,
    reason: ForReason = None,
    alike: AlikeTo = None,
    everything: Everything = False,  # noqa: FBT002
) -> None:
    """Let reports go on with their own times, each once. A rejected one is released by its id.

    \b
    Examples:
      vardkase quarantine release 01a20727-5fc5-737d-beab-671a358acf84
      vardkase quarantine release --for burst
    """  # noqa: D301 - the same
    from services.intake.abuse import quarantine

    async def release(connection: Any) -> list[UUID]:
        chosen = await _chosen(connection, reports, reason, alike, everything=everything)
        return await quarantine.release(connection, chosen, getpass.getuser())

    _tell("Released", with_intake_database(release), reports)


@quarantine_app.command("reject", short_help="Keep them from going on, with why.")
def quarantine_reject(
    why: Annotated[str, typer.Option("--reason", help="Why, for those who ask later. No names.")],
    reports: Reports = None,
    held_for: ForReason = None,
    alike: AlikeTo = None,
) -> None:
    """Keep held reports from going on. They stay where they are with the reason, and can still be released.

    Example: vardkase quarantine reject --alike 01a20727-5fc5-737d-beab-671a358acf84 --reason "Reklam, 40 av samma"
    """
    from services.intake.abuse import quarantine

    note = " ".join(why.split())
    if not 1 <= len(note) <= 500:
        raise CannotGoOn("The reason must have 1 to 500 characters.")

    async def reject(connection: Any) -> list[UUID]:
        chosen = await _chosen(connection, reports, held_for, alike, everything=False)
        return await quarantine.reject(connection, chosen, getpass.getuser(), note)

    _tell("Rejected", with_intake_database(reject), reports)


async def _chosen(
    connection: Any,
    reports: list[UUID] | None,
    reason: Reasons | None,
    alike: UUID | None,
    *,
    everything: bool,
) -> list[UUID]:
    from services.intake.abuse import quarantine

    if reports:
        if reason or alike or everything:
            raise CannotGoOn("Give ids, or say which ones by --for, --alike or --all, not both.")
        return reports
    if not (reason or alike or everything):
        raise CannotGoOn("Say which ones: ids, --for REASON, --alike ID or --all.")
    return await quarantine.chosen(connection, reason=None if reason is None else reason.value, alike=alike)


def _tell(done: str, ids: list[UUID], asked: list[UUID] | None) -> None:
    missing = set(asked or []) - set(ids)
    typer.echo(f"{done} {len(ids)}.", err=True)
    if missing:
        listed = ", ".join(map(str, sorted(missing)))
        raise CannotGoOn(f"Not held (any more): {listed}. See `vardkase quarantine list --state all`.")


def _row(each: "Doubted") -> dict[str, object]:
    times = {
        name: None if (at := getattr(each, name)) is None else at.isoformat(timespec="seconds")
        for name in ("received_at", "release_at", "decided_at")
    }
    return {
        "report_id": str(each.report_id),
        "municipality": each.municipality,
        "state": each.state.value,
        "reasons": list(each.reasons),
        "alike": each.alike_reports,
        "text": each.text,
        "place_text": each.place_text,
        **times,
        "decided_by": each.decided_by,
        "note": each.note,
    }


def _print_table(listed: list["Doubted"]) -> None:
    from deploy.cli.tables import PlainTable

    table = PlainTable("report", "received", "state", "reasons", "alike", "goes on", "text")
    for each in listed:
        text = " ".join((each.text or "").split())
        table.add(
            str(each.report_id),
            _moment(each.received_at),
            each.state.value,
            " ".join(each.reasons),
            str(each.alike_reports),
            _moment(each.release_at) if each.release_at else "by a person" if each.state == "held" else "",
            text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…",
        )
    table.show()
    counted = Counter(reason for each in listed for reason in each.reasons)
    typer.echo(
        f"{len(listed)} in all: " + ", ".join(f"{number} {reason}" for reason, number in counted.items())
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
