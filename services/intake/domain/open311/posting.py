"""Reading what a client posts: a new request, or word about an earlier one. Every fault is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from services.intake.domain.open311.faults import UNKNOWN, Faults
from services.intake.domain.open311.fields import Reading
from services.intake.domain.open311.parameters import Parameters
from services.intake.domain.open311.services import (
    OCCURRED_AT,
    ONGOING,
    asked_about,
    service_name,
    service_of,
)
from services.intake.domain.questions import answered
from services.intake.domain.submission import MAX_TEXT, Submission
from services.intake.domain.sweden import may_be_in_sweden
from services.intake.domain.telling import Told
from shared.categories import Category
from shared.events import Relation

_ROOM_FOR_ANSWERS: Final = 200
_PICTURE_SAID: Final = "Rapportören hänvisar till en bild."
# What a client calls its own report: FixMyStreet sends the first where a service asks about it.
_OWN_IDENTIFIERS: Final = ("fixmystreet_id", "external_id")
_LONGEST_IDENTIFIER: Final = 200
_STATUS_SAID: Final = {
    "closed": "Rapportören uppger att det är över eller åtgärdat.",
    "fixed": "Rapportören uppger att det är över eller åtgärdat.",
    "reopen": "Rapportören uppger att det pågår igen.",
    "reopened": "Rapportören uppger att det pågår igen.",
}


@dataclass(frozen=True, slots=True)
class Posted:
    """`submission` goes the way of every report; the rest is what only Open311 asks for."""

    submission: Submission
    service_code: str
    address_id: str | None = None
    account_id: str | None = None
    media_urls: tuple[str, ...] = ()
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The request that an update is about. `description`: redacted, and None where it is never told."""

    report_id: UUID
    service_code: str
    description: str | None
    address: str | None
    lat: float | None
    lon: float | None


def read_request(parameters: Parameters) -> Posted:
    """Raises `Faults`."""
    reading = Reading(parameters)
    service = _service(reading)
    answers = _answers(reading, service)
    description = reading.limited("description", MAX_TEXT - _ROOM_FOR_ANSWERS)
    address_id, account_id = reading.limited("address_id", 200), reading.limited("account_id", 200)
    media_urls = reading.media_urls()
    occurred_at = reading.time(answers.get(OCCURRED_AT), f"attribute[{OCCURRED_AT}]")
    submission = reading.submission(
        {
            "text": _text(description, service, answers),
            **_place(reading),
            "occurred_at": occurred_at,
            "category": service and service.code,
            "contact": reading.contact(),
        }
    )
    if reading.faults or submission is None or service is None:
        raise Faults(reading.faults)
    told = Told(category=service.code, answers=answered(service.code, answers))
    return Posted(submission, service.code.value, address_id, account_id, media_urls, told)


def same_request(parameters: Parameters) -> str | None:
    """What a report has in common with the same one sent again, after an answer that was lost; None when its client gives it no name."""
    attributes = parameters.attributes()
    for name in _OWN_IDENTIFIERS:
        if name in attributes and len(attributes[name][0]) <= _LONGEST_IDENTIFIER:
            return f"{name}:{attributes[name][0]}:{parameters.first('service_code')}"
    return None


def read_update(parameters: Parameters, earlier: Earlier, *, has_files: bool = False) -> Posted:
    """Word about an earlier request: a report of its own, from the same place. Raises `Faults`."""
    reading = Reading(parameters)
    description = reading.limited("description", MAX_TEXT - _ROOM_FOR_ANSWERS)
    said = _STATUS_SAID.get((parameters.first("status") or "").lower())
    media_urls = reading.media_urls()
    if not (parameters.first("description") or said or media_urls or has_files):
        reading.note(
            "description was not provided, and neither a file, a media_url nor a status that says something new."
        )
    service = service_of(earlier.service_code)
    submission = reading.submission(
        {
            "text": "\n\n".join(part for part in (description, said) if part) or _PICTURE_SAID,
            "place_text": earlier.address,
            "lat": earlier.lat,
            "lon": earlier.lon,
            "occurred_at": reading.time(parameters.first("updated_datetime"), "updated_datetime"),
            "category": service and service.code,
            "contact": reading.contact(),
        }
    )
    if reading.faults or submission is None:
        raise Faults(reading.faults)
    told = Told(follows=earlier.report_id, relation=Relation.ADDITION, earlier_words=earlier.description)
    return Posted(submission, earlier.service_code, media_urls=media_urls, told=told)


def _service(reading: Reading) -> Category | None:
    code = reading.parameters.first("service_code")
    if code is None:
        reading.note("service_code was not provided.")
        return None
    service = service_of(code)
    if service is None:
        reading.note("service_code was not found.", UNKNOWN)
    return service


def _place(reading: Reading) -> dict[str, object]:
    """Any of a point, an address, or an identifier of one."""
    parameters = reading.parameters
    lat, lon = reading.number("lat"), reading.number("long")
    if not any(parameters.first(name) for name in ("lat", "long", "address_string", "address_id")):
        reading.note("No location was provided: send lat and long, or address_string, or address_id.")
    if (parameters.first("lat") is None) != (parameters.first("long") is None):
        reading.note("lat and long belong together.")
        lat = lon = None
    if lat is None or lon is None:
        lat = lon = None
    elif not may_be_in_sweden(lat, lon):  # a client without a position sends zeros; some confuse the two
        reading.note("lat and long are not in Sweden: send degrees in WGS 84.")
    return {"lat": lat, "lon": lon, "place_text": parameters.first("address_string")}


def _answers(reading: Reading, service: Category | None) -> dict[str, str]:
    """To what we ask about the service. What nobody asked for is left alone: it may hold anything about anybody."""
    sent = reading.parameters.attributes()
    answers = {OCCURRED_AT: sent[OCCURRED_AT][0]} if OCCURRED_AT in sent else {}
    for question in asked_about(service) if service else ():
        choices = [choice.code for choice in question.choices]
        if question.code in sent and sent[question.code][0] not in choices:
            reading.note(f"attribute[{question.code}] must be one of {', '.join(choices)}.")
        elif question.code in sent:
            answers[question.code] = sent[question.code][0]
    return answers


def _text(description: str | None, service: Category | None, answers: Mapping[str, str]) -> str:
    """Without a description the service says what it is about."""
    told = description or (f"{service_name(service, 'sv')}." if service else "-")
    said = next((each.tells for each in ONGOING.choices if each.code == answers.get(ONGOING.code)), None)
    return f"{told}\n\n{said}" if said else told
