"""`vardkase gazetteer`: the names and positions that reports are located by."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.enrichment.geocoder.building.build import Built

gazetteer_app = typer.Typer(
    no_args_is_help=True, help="The names and positions of places that reports are located by."
)

_COUNTED = {
    "localities": "localities",
    "places": "named places",
    "streets": "streets",
    "road_pieces": "pieces of numbered roads, one for each municipality",
    "addresses": "addresses",
    "crossings": "crossings",
    "names": "names in all",
}


@gazetteer_app.callback()
def _gazetteer() -> None:
    """The names and positions of places that reports are located by."""


@gazetteer_app.command("build", short_help="Make a gazetteer folder from maps and registers.")
def build(
    folder: Annotated[
        Path, typer.Argument(file_okay=False, help="Where to write; an older one is replaced.")
    ],
    osm: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help="OpenStreetMap extract, .osm or .osm.pbf. Repeatable."
        ),
    ] = None,
    addresses: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV of addresses: street, number and lat, lon or n, e (SWEREF 99 TM). Repeatable.",
        ),
    ] = None,
    places: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A municipality's own list, named by its code (1983.csv). Replaces those that come with the product.",
        ),
    ] = None,
    municipality: Annotated[
        list[str] | None,
        typer.Option(
            help="Keep streets, addresses and map places of this one alone, name or code. Repeatable."
        ),
    ] = None,
    geonames_places: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="GeoNames' SE.txt or cities500, instead of the product's."
        ),
    ] = None,
    geonames_postal: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="GeoNames' postal codes; goes with --geonames-places."
        ),
    ] = None,
    polygons: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="GeoJSON of municipalities (property code), WGS 84."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as one JSON object.")] = False,
) -> None:
    """Make a gazetteer folder from maps and registers, and tell what went in and what was passed over.

    Without streets a report is placed at its town. An OpenStreetMap extract of the county (from a mirror such as
    Geofabrik, cut with `osmium extract`) gives streets, house numbers, crossings, roads and places; a register of
    addresses adds the houses that the map lacks. The same files give the same bytes.

    Example: vardkase gazetteer build /srv/gazetteer --osm vastmanland.osm.pbf --municipality Köping

    vardkase gazetteer build /srv/gazetteer --osm koping.osm --addresses bal.csv --places 1983.csv

    ENRICHMENT_GAZETTEER=/srv/gazetteer vardkase up

    The columns, the rules of reading and the limits: docs/geocoding.md.
    """
    from deploy.cli.console import Steps
    from deploy.errors import CannotGoOn
    from services.enrichment.geocoder import builtin
    from services.enrichment.geocoder.building.build import Wanted
    from services.enrichment.geocoder.building.build import build as build_folder
    from services.enrichment.geocoder.building.sources import BadSource

    if (geonames_places is None) != (geonames_postal is None):
        raise CannotGoOn("--geonames-places and --geonames-postal belong together: give both or none.")
    wanted = Wanted(
        osm=osm or (),
        addresses=addresses or (),
        places=places or sorted(builtin.PLACES.glob("*.csv")),
        geonames=(geonames_places, geonames_postal) if geonames_places and geonames_postal else None,
        polygons=polygons,
        municipalities=frozenset(map(_code, municipality or ())),
    )
    steps = Steps()
    try:
        built = build_folder(wanted, folder, steps.report)
    except (BadSource, OSError) as error:
        steps.close(done=False)
        raise CannotGoOn(str(error)) from error
    steps.close()
    print(_as_json(built) if as_json else _summary(folder, built))


@gazetteer_app.command("check", short_help="Whether a folder is whole, and what is in it.")
def check(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Read a gazetteer folder as the service would, and print its manifest.

    Example: vardkase gazetteer check /srv/gazetteer | jq .counts
    """
    from deploy.errors import CannotGoOn
    from services.enrichment.geocoder.folder import MANIFEST, BadGazetteer, load

    try:
        load(folder)
    except BadGazetteer as error:
        raise CannotGoOn(str(error)) from error
    print((folder / MANIFEST).read_text(encoding="utf-8"), end="")


def _code(named: str) -> str:
    from deploy.errors import CannotGoOn
    from shared.geodata import municipality_code

    code = municipality_code(named)
    if code is None:
        raise CannotGoOn(f"There is no municipality {named}: give its name or its four-digit code.")
    return code


def _summary(folder: Path, built: "Built") -> str:
    counted = (f"{built.counts[name]:>9,}  {shown}" for name, shown in _COUNTED.items())
    passed_over = (f"{count:>9,}  {reason}" for reason, count in built.skipped.items())
    lines = [f"Gazetteer {built.version} in {folder}", *counted]
    if built.skipped:
        lines += ["Passed over:", *passed_over]
    if not built.counts["streets"]:
        lines.append(
            "No streets: give an extract or a table of addresses to place reports closer than their town."
        )
    return "\n".join([*lines, f"Use it: ENRICHMENT_GAZETTEER={folder} vardkase up"])


def _as_json(built: "Built") -> str:
    return json.dumps(
        {"version": built.version, "counts": dict(built.counts), "skipped": dict(built.skipped)},
        ensure_ascii=False,
    )
