"""Reports as rows of JSON, for the dry run of enrichment. What is read is redacted at once."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from shared.categories import CategoryCode
from shared.events import Latitude, Longitude, LongText, Metres, Point, ShortText, Source
from shared.geodata import municipality_code
from shared.redaction import redact

_LOCAL: Final = ZoneInfo("Europe/Stockholm")


def _in_our_time(at: datetime) -> datetime:
    if not 1900 <= at.year <= 2200:
        raise ValueError("nothing is reported of that year")
    return (at if at.tzinfo else at.replace(tzinfo=_LOCAL)).astimezone(UTC)


_Time = Annotated[datetime, AfterValidator(_in_our_time)]


class ReportRow(BaseModel):
    """One line of input. Only its text is asked for. What is not known here is dropped: who knows what stands in it.

    A time without a zone is Swedish local time.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int | float | None = None
    external_id: str | int | float | None = None

    text: LongText
    place_text: ShortText | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    accuracy_m: Metres | None = None
    municipality: str | None = None
    names_unknown_municipality: bool = False
    occurred_at: _Time
    received_at: _Time
    source: Source = Source.CITIZEN
    category_hint: CategoryCode | None = None

    @model_validator(mode="before")
    @classmethod
    def _looks_up_municipality(cls, given: dict[str, Any]) -> dict[str, Any]:
        named = given.get("municipality") or None
        code = municipality_code(str(named)) if isinstance(named, str | int) else named
        is_unknown = named is not None and code is None
        return {**given, "municipality": code, "names_unknown_municipality": is_unknown}

    @model_validator(mode="after")
    def _is_whole(self) -> "ReportRow":
        if not self.text.strip():
            raise ValueError("the text is empty")
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon belong together")
        return self

    @property
    def point(self) -> Point | None:
        if self.lat is None or self.lon is None:
            return None
        return Point(lat=self.lat, lon=self.lon, accuracy_m=self.accuracy_m)


def read_row(line: str, now: datetime) -> ReportRow:
    """One line as a row, its text and place redacted. Raises `ValueError` (pydantic's among them) saying what is wrong.

    A row without a time is taken as of `now`.
    """
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(given, dict):
        raise ValueError(f"a JSON object was expected, not {type(given).__name__}")  # noqa: TRY004 - a fault of the row, as any other
    return row_of(given, now)


def row_of(given: dict[str, Any], now: datetime) -> ReportRow:
    """Raises `ValueError`."""
    occurred_at = now if given.get("occurred_at") is None else given["occurred_at"]
    received_at = occurred_at if given.get("received_at") is None else given["received_at"]
    row = ReportRow.model_validate({**given, "occurred_at": occurred_at, "received_at": received_at})
    place = row.place_text and redact(row.place_text).text
    return row.model_copy(update={"text": redact(row.text).text, "place_text": place})


def sentence_of(error: ValueError) -> str:
    """What is wrong with a row."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return str(error)
