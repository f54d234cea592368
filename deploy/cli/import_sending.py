"""Sending an import with its progress in view, and saying what is in when it does not come to its end."""

from collections.abc import Sequence

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from deploy.batch_sending import Delivery, Part, divided, run_delivery
from deploy.bulk_sending import Door, Letter, Sent
from deploy.cli.console import console
from deploy.errors import CannotGoOn
from services.intake.domain.batch import MAX_BYTES, MAX_REPORTS


def deliver_whole(door: Door, letters: Sequence[Letter], *, in_parts: bool, skip_bad: bool) -> Delivery:
    """Raises `CannotGoOn`, having said what is in."""
    parts = divided(letters)
    if len(parts) > 1 and not in_parts:
        raise CannotGoOn(
            f"The {len(letters):,} rows do not go in at once: {MAX_REPORTS:,} rows of together {MAX_BYTES // 2**20} MB do. Nothing "
            f"was sent. Divide the file, or say --in-parts: then {len(parts)} parts go in one after the other, each of them whole."
        )
    delivery, refused = Delivery(parts), list[Sent]()
    while True:
        _send(door, delivery, len(letters))
        refused += delivery.refused
        if not delivery.refused or not skip_bad:
            delivery.refused = refused
            return delivery
        left_out = {each.letter.number for each in delivery.refused}
        waiting = [letter for part in delivery.parts[delivery.parts_in :] for letter in part.letters]
        rest = divided([letter for letter in waiting if letter.number not in left_out])
        delivery = Delivery(rest, delivery.sent)


def _send(door: Door, delivery: Delivery, rows: int) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console) as progress:
            whole = "all in one" if len(delivery.parts) <= 1 else f"{len(delivery.parts)} parts"
            task = progress.add_task(f"Sending ({whole})", total=rows, completed=len(delivery.sent), rate="")

            def note(part: Part) -> None:
                progress.advance(task, len(part.letters))
                speed = len(delivery.sent) / max(progress.tasks[task].elapsed or 0, 0.001)
                progress.update(task, rate=f"{speed:,.0f}/s")

            run_delivery(door, delivery, note)
    except (CannotGoOn, KeyboardInterrupt) as stopped:
        console.print(what_is_in(delivery, rows))
        if isinstance(stopped, KeyboardInterrupt):
            raise
        raise CannotGoOn(f"{stopped}.".replace("..", ".")) from stopped


def what_is_in(delivery: Delivery, rows: int) -> str:
    """When it was broken off."""
    again = "Run the same command again: it completes, and what is in is not doubled."
    sure = f"{len(delivery.sent):,} of {rows:,} rows are in" if delivery.sent else "Nothing is known to be in"
    if not delivery.is_unsure:
        return f"Broken off: {sure}. {again}"
    part = delivery.parts[delivery.parts_in].letters
    span = f"row {part[0].number} to {part[-1].number}, {len(part):,} rows"
    return f"Broken off: {sure}. Of the part that was under way ({span}) either all is in or nothing. {again}"
