"""Arguments that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

DataFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSONL, plain or .gz.")]
GazetteerFolder = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        envvar="ENRICHMENT_GAZETTEER",
        help="What `vardkase gazetteer build` made; without it the one that comes with the product.",
    ),
]
