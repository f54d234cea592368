"""`vardkase model`: train the classifier anew, see whether that made it better, and put it in place."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    from rich.table import Table

    from services.enrichment.classifier.promotion import Compared, Verdict

CANDIDATE = Path(".vardkase/model")
TEST_SETS = Path(__file__).parents[2] / "tests" / "data"

model_app = typer.Typer(
    no_args_is_help=True, help="Train the classifier anew, and judge it before it is used."
)
Folder = Annotated[Path, typer.Argument(file_okay=False, help="Folder of the newly trained model.")]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--on", exists=True, dir_okay=False, help="Labelled texts to compare on, as for eval. Repeatable."
    ),
]


@model_app.callback()
def _model() -> None:
    """Train the classifier anew, and judge it before it is used."""


@model_app.command("train", short_help="Train a candidate; minutes.")
def model_train(
    to: Annotated[Path, typer.Option("--to", file_okay=False, help="Where to write it.")] = CANDIDATE,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--corrections",
            exists=True,
            dir_okay=False,
            help="What `vardkase corrections export` wrote. Without it, those in the source tree if there are any.",
        ),
    ] = None,
) -> None:
    """Train on the texts of the source tree and on what persons corrected. Nothing that runs is touched.

    Example: vardkase corrections export --to corrections.jsonl && vardkase model train --corrections corrections.jsonl
    """
    from rich.console import Console

    from services.enrichment.classifier.train import train_to

    train_to(to, Console(), corrections)


@model_app.command("evaluate", short_help="Before and after, on texts that nobody trained on.")
def model_evaluate(candidate: Folder = CANDIDATE, on: Files = None) -> None:
    """Compare a candidate with the model in use; the last line says better, worse or no difference.

    Worse: on some set of texts by more than chance explains. Better: nowhere worse, and right more often in all.
    """
    _judge(candidate, on)


@model_app.command("promote", short_help="Put a candidate in place if it is better.")
def model_promote(candidate: Folder = CANDIDATE, on: Files = None) -> None:
    """Compare as `evaluate` does, and use the candidate from the next start on if it is better."""
    from services.enrichment.classifier.promotion import Verdict, promote

    found = _judge(candidate, on)
    if found is not Verdict.BETTER:
        raise CannotGoOn(f"The candidate is not promoted: {found}.")
    promote(candidate)
    print("Promoted: services use it from their next start.")


def _judge(candidate: Path, on: list[Path] | None) -> "Verdict":
    from rich.console import Console

    from services.enrichment.classifier.corpus import DEVELOPMENT
    from services.enrichment.classifier.evaluate import BadRowError
    from services.enrichment.classifier.promotion import NotComparableError, compare, verdict

    files = on or [*sorted(TEST_SETS.glob("citizen_*.jsonl")), DEVELOPMENT]
    try:
        sets = compare(candidate, files)
    except FileNotFoundError as error:
        raise CannotGoOn(f"No model there: {error.filename} is missing. Run vardkase model train.") from error
    except (BadRowError, NotComparableError) as error:
        raise CannotGoOn(str(error)) from error
    found = verdict(sets)
    Console().print(_table(sets))
    print(f"The candidate, against the model in use: {found}")
    return found


def _table(sets: "list[Compared]") -> "Table":
    from rich.table import Table

    table = Table("texts", title="Model in use → candidate")
    for heading in ("n", "accuracy", "macro-F1", "gained", "lost", "verdict"):
        table.add_column(heading, justify="right")
    for each in sets:
        (accuracy, then), (macro_f1, then_f1) = each.accuracy, each.macro_f1
        figures = (f"{accuracy:.3f} → {then:.3f}", f"{macro_f1:.3f} → {then_f1:.3f}")
        table.add_row(each.name, str(each.n), *figures, str(each.gained), str(each.lost), each.verdict)
    return table
