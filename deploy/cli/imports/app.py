"""The group of commands, and the options that all of them take."""

from pathlib import Path
from typing import Annotated

import typer

imports_app = typer.Typer(
    no_args_is_help=True,
    help="Many reports at a time: CSV and Excel files, e-mail, the police's open events.",
)
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file", exists=True, dir_okay=False, help="Holds the token; else INTAKE_TOKEN does."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="The summary as one JSON object on stdout.")]


@imports_app.callback()
def _imports() -> None:
    """Many reports at a time, through intake's own API: the same rules, the same redaction, each report once.

    What is imported again adds nothing, whatever the file is called and in whatever order its rows stand.
    """
