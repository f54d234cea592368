"""`vardkase eval`: how well texts are understood."""

import typer

from deploy.cli.arguments import DataFile, GazetteerFolder

eval_app = typer.Typer(
    no_args_is_help=True, help="Measure the classifier or the geocoder on a file of yours."
)


@eval_app.command("classify", short_help="Accuracy for each category.")
def eval_classify(file: DataFile) -> None:
    """Accuracy for each category; the last line is JSON.

    Rows: {"text", "categories": [accepted, …]} or {"summary", "body", "category"}.
    """
    from rich.console import Console

    from services.enrichment.classifier.evaluate import main

    main(file, Console())


@eval_app.command("geocode", short_help="Distance between place found and place true.")
def eval_geocode(file: DataFile, gazetteer: GazetteerFolder = None) -> None:
    """Distance between the place found and the true one; the last line is JSON.

    Rows: {"text", "municipality", "lat", "lon"}.
    """
    from rich.console import Console

    from services.enrichment.geocoder.evaluate import main

    main(file, Console(), gazetteer)
