"""Where Sweden's municipalities and localities lie. Names and points load without shapely; polygons only when asked for."""

from shared.geodata.localities import Locality, localities
from shared.geodata.municipalities import (
    MUNICIPALITIES_GEOJSON,
    Municipality,
    municipalities,
    municipality_code,
    municipality_genitive,
    municipality_name,
)
from shared.geodata.polygons import in_sweden, municipality_at

__all__ = [
    "MUNICIPALITIES_GEOJSON",
    "Locality",
    "Municipality",
    "in_sweden",
    "localities",
    "municipalities",
    "municipality_at",
    "municipality_code",
    "municipality_genitive",
    "municipality_name",
]
