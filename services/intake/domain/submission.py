"""The shape of one submitted report, as it stands in the body of a request."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from services.intake.domain.refusal import FieldError, Refused
from services.intake.domain.sweden import LAT, LON, may_be_in_sweden
from services.intake.domain.wording import cleaned_line, required
from shared.categories import CategoryCode
from shared.geodata import municipalities

LOCAL_ZONE: Final = ZoneInfo("Europe/Stockholm")
MAX_TEXT: Final = 10_000
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+?(?:[\s()./–-]*\d){5,20}[\s]*")
_CODES: Final = {
    "missing": "missing",
    "string_too_short": "missing",
    "string_too_long": "too_long",
    "extra_forbidden": "unknown_field",
}


def _moment(value: Any) -> datetime:
    """A time without a zone is Swedish time."""
    if not isinstance(value, str) or len(value) > 40:
        raise PydanticCustomError(
            "unreadable", "must be a time like 2026-11-23T14:05 or 2026-11-23T14:05:00Z"
        )
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError(
            "unreadable", "must be a time like 2026-11-23T14:05 or 2026-11-23T14:05:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)


def _known_municipality(code: str) -> str:
    if code in municipalities():
        return code
    raise PydanticCustomError("unknown", "must be the four-digit code of a Swedish municipality")


def _email(value: str | None) -> str | None:
    line = cleaned_line(value)
    if line is None or _EMAIL.fullmatch(line):
        return line
    raise PydanticCustomError("unreadable", "must be an e-mail address")


def _phone(value: str | None) -> str | None:
    line = cleaned_line(value)
    if line is None or _PHONE.fullmatch(line):
        return line
    raise PydanticCustomError("unreadable", "must be a telephone number")


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Contact(_Shape):
    """How the municipality may reach the reporter. Kept apart from the report and never passed on."""

    name: Annotated[str | None, Field(max_length=200), AfterValidator(cleaned_line)] = None
    email: Annotated[str | None, Field(max_length=254), AfterValidator(_email)] = None
    phone: Annotated[str | None, Field(max_length=40), AfterValidator(_phone)] = None

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.email or self.phone)


class Submission(_Shape):
    """One report as somebody submits it. Who submits (`source`) is told by the token, never by the body."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(required)] = Field(
        description="What happened, in the reporter's own words.",
        examples=["Det brinner i en container bakom ICA i Kolsva, mycket rök."],
    )
    place_text: Annotated[str | None, Field(max_length=300), AfterValidator(cleaned_line)] = Field(
        default=None, description="Where, in the reporter's own words.", examples=["Bruksgatan, Kolsva"]
    )
    lat: Annotated[float | None, Field(ge=-90, le=90)] = Field(default=None, examples=[59.5996])
    lon: Annotated[float | None, Field(ge=-180, le=180)] = Field(default=None, examples=[15.8397])
    accuracy_m: Annotated[float | None, Field(ge=0, le=20_000_000)] = Field(
        default=None, description="Radius around the point, in metres.", examples=[25]
    )
    municipality: Annotated[str, Field(pattern=r"^\d{4}$"), AfterValidator(_known_municipality)] | None = (
        Field(default=None, description="SCB code. The installation's own when left out.", examples=["1983"])
    )
    occurred_at: (
        Annotated[
            datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
        ]
        | None
    ) = Field(
        default=None,
        description="When; now when left out. Without a zone it is Swedish time. At most ten years ago.",
        examples=["2026-11-23T14:05:00+01:00"],
    )
    category: CategoryCode | None = Field(default=None, description="The reporter's own guess.")
    contact: Contact | None = None
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")] | None = Field(
        default=None, description="BCP 47 tag of the language the reporter reads.", examples=["sv"]
    )
    external_id: Annotated[str | None, Field(max_length=200), AfterValidator(cleaned_line)] = Field(
        default=None, description="The sender's own identifier."
    )

    @model_validator(mode="after")
    def _point_is_whole(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise PydanticCustomError("half_point", "lat and lon belong together")
        if self.accuracy_m is not None and self.lat is None:
            raise PydanticCustomError("half_point", "accuracy_m says nothing without lat and lon")
        return self


def read_submission(body: bytes) -> Submission:
    """Raises `Refused`; its sentences never repeat what was sent."""
    try:
        submission = Submission.model_validate_json(body)
    except ValidationError as error:
        raise refused(error) from None
    _require_swedish_point(submission)
    return submission


def _require_swedish_point(submission: Submission) -> None:
    """Of programs, which mix up the two or send zeros. A person's pin is kept, and they are told where it lies."""
    lat, lon = submission.lat, submission.lon
    if lat is None or lon is None or may_be_in_sweden(lat, lon):
        return
    hint = (
        "they have changed places" if may_be_in_sweden(lon, lat) else "leave both out if there is no position"
    )
    where = f"must lie in Sweden: lat {LAT[0]:g} to {LAT[1]:g} and lon {LON[0]:g} to {LON[1]:g}; {hint}"
    raise Refused([FieldError("lat", "outside_sweden", where)])


def refused(error: ValidationError) -> Refused:
    faults = error.errors(include_url=False, include_input=False, include_context=False)[:20]
    if faults[0]["type"] == "json_invalid":
        return Refused([FieldError("", "unreadable", "the body is not JSON in UTF-8")], readable=False)
    return Refused(
        [
            FieldError(
                "/".join(str(part) for part in fault["loc"] if part != "function-plain"),
                _CODES.get(
                    fault["type"],
                    fault["type"] if fault["type"] in {"unknown", "half_point"} else "unreadable",
                ),
                fault["msg"],
            )
            for fault in faults
        ]
    )
