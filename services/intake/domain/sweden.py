"""Where a position can lie that means a place in Sweden: a generous box, so that no coast, border or lake is left out."""

from typing import Final

LAT: Final = (54.0, 70.0)
LON: Final = (9.0, 26.0)


def may_be_in_sweden(lat: float, lon: float) -> bool:
    return LAT[0] <= lat <= LAT[1] and LON[0] <= lon <= LON[1]
