"""What the events have in common: the base of every one, where, how serious, from whom, and how long a text may be."""

from enum import IntEnum, StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.identity import MunicipalityCode


def _without_nul(text: str) -> str:
    """PostgreSQL can't keep it, so whoever stores the event would never come past it."""
    if "\0" in text:
        raise ValueError("must not contain the character NUL")
    return text


Confidence = Annotated[float, Field(ge=0, le=1)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Metres = Annotated[float, Field(ge=0, le=20_000_000)]
ShortText = Annotated[str, Field(max_length=500), AfterValidator(_without_nul)]
LongText = Annotated[str, Field(max_length=10_000)]


class Frozen(BaseModel):
    """Base of every published value. Unknown fields are ignored, so that a producer may add one first."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")


class Event(Frozen):
    municipality: MunicipalityCode


class Source(StrEnum):
    CITIZEN = "citizen"
    STAFF = "staff"
    GUARD = "guard"
    POLICE_OPEN_DATA = "police_open_data"
    IMPORT = "import"


class Severity(IntEnum):
    MINOR = 1
    MODERATE = 2
    SERIOUS = 3
    CRITICAL = 4


class Precision(StrEnum):
    ADDRESS = "address"
    STREET = "street"
    PLACE = "place"
    LOCALITY = "locality"
    MUNICIPALITY = "municipality"
    UNKNOWN = "unknown"


class Point(Frozen):
    lat: Latitude
    lon: Longitude
    accuracy_m: Metres | None = None


class Location(Frozen):
    """Where, and how sure. `lat`/`lon` are null when nothing is known; at precision `municipality` they are a place to
    put a label, never a dot.
    """

    lat: Latitude | None = None
    lon: Longitude | None = None
    uncertainty_m: Metres | None = None
    precision: Precision = Precision.UNKNOWN
    name: ShortText | None = None
    municipality: MunicipalityCode | None = None
    confidence: Confidence = 0.0
