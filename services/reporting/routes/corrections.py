"""Correcting a report or an incident, and taking a correction back."""

from typing import Annotated, Any, Final, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.reporting.domain.corrections import (
    NOTE_LENGTH,
    ChosenPlace,
    location_of,
    sign_of,
    without_personal_details,
)
from services.reporting.domain.published import Published
from services.reporting.publishing import correction_event
from services.reporting.routes.access import Writer
from services.reporting.routes.problems import (
    OF_CHANGES,
    UNKNOWN_CORRECTION,
    UNKNOWN_INCIDENT,
    UNKNOWN_REPORT,
)
from services.reporting.running import Running, RunningService
from services.reporting.session import NO_NAME, Staff
from services.reporting.store import corrections as store
from shared.categories import CategoryCode
from shared.events import CorrectionMade, Latitude, Longitude, Metres, Precision, Severity
from shared.geodata import localities
from shared.identity import new_id
from shared.outbox import store_outgoing
from shared.plain_text import PLAIN
from shared.problem import Problem

router = APIRouter(prefix="/api/v1", tags=["corrections"])
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=NOTE_LENGTH, pattern=PLAIN)]
_DOTS: Final = (Precision.ADDRESS, Precision.STREET, Precision.PLACE, Precision.LOCALITY)


class NewPlace(BaseModel):
    """`precision`: that of a place which was considered; a point picked on the map has none."""

    model_config = ConfigDict(extra="forbid")

    lat: Annotated[Latitude, Field(strict=True)]
    lon: Annotated[Longitude, Field(strict=True)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=PLAIN)] | None = (
        None
    )
    uncertainty_m: Annotated[Metres, Field(ge=1, le=100_000, strict=True)] | None = None
    precision: Precision | None = None

    @model_validator(mode="after")
    def _is_a_place(self) -> Self:
        if self.precision is not None and self.precision not in _DOTS:
            raise ValueError(f"precision must be one of {', '.join(_DOTS)}: a municipality is no dot")
        return self


class NewCorrection(BaseModel):
    """What is left out stays as it is. The same category once more confirms it. No names in `note`."""

    model_config = ConfigDict(extra="forbid")

    category: CategoryCode | None = None
    severity: Severity | None = None
    location: NewPlace | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.category is None and self.severity is None and self.location is None:
            raise ValueError("give at least one of category, severity and location")
        return self


class AcceptedCorrection(Published):
    """It shows in the picture when enrichment has answered it."""

    correction_id: UUID


@router.post("/reports/{report_id}/correction", status_code=202, responses={**OF_CHANGES, **UNKNOWN_REPORT})
async def correct_report(
    service: RunningService, staff: Writer, report_id: UUID, new: NewCorrection
) -> AcceptedCorrection:
    async with service.pool.acquire() as connection:
        subject = await store.report_to_correct(connection, report_id)
    if subject is None:
        raise Problem(404, "unknown-report", "No such report", f"No report has the id {report_id}.")
    return await _save(service, _made(subject, new, staff, service))


@router.post(
    "/incidents/{incident_id}/correction", status_code=202, responses={**OF_CHANGES, **UNKNOWN_INCIDENT}
)
async def correct_incident(
    service: RunningService, staff: Writer, incident_id: UUID, new: NewCorrection
) -> AcceptedCorrection:
    async with service.pool.acquire() as connection:
        subject = await store.incident_to_correct(connection, incident_id)
    if subject is None:
        raise Problem(404, "unknown-incident", "No such incident", f"No incident has the id {incident_id}.")
    return await _save(service, _made(subject, new, staff, service))


@router.post(
    "/corrections/{correction_id}/undo", status_code=202, responses={**OF_CHANGES, **UNKNOWN_CORRECTION}
)
async def undo_correction(service: RunningService, staff: Writer, correction_id: UUID) -> AcceptedCorrection:
    """Everything is judged as if the correction had not been made; those made before it hold again."""
    async with service.pool.acquire() as connection:
        undone = await store.one_correction(connection, correction_id)
    if undone is None:
        raise Problem(
            404, "unknown-correction", "No such correction", f"No correction has the id {correction_id}."
        )
    if undone["undoes"] is not None:
        raise Problem(409, "undoes-another", "That is an undoing itself", "Make the correction anew instead.")
    made = CorrectionMade(
        municipality=undone["municipality"],
        correction_id=new_id(),
        incident_id=undone["incident_id"],
        report_id=undone["report_id"],
        undoes=correction_id,
        corrected_by=sign_of(staff.name, NO_NAME),
        at=service.clock(),
    )
    return await _save(service, made)


def _made(subject: Any, new: NewCorrection, staff: Staff, service: Running) -> CorrectionMade:
    place = None if new.location is None else ChosenPlace.model_validate(new.location.model_dump())
    return CorrectionMade(
        municipality=subject["municipality"],
        correction_id=new_id(),
        incident_id=subject["incident_id"],
        report_id=subject["report_id"],
        category=new.category,
        severity=new.severity,
        location=None if place is None else location_of(place, localities()),
        note=without_personal_details(new.note),
        corrected_by=sign_of(staff.name, NO_NAME),
        at=service.clock(),
    )


async def _save(service: Running, made: CorrectionMade) -> AcceptedCorrection:
    """The row and its event in one transaction: none without the other."""
    async with service.pool.acquire() as connection, connection.transaction():
        if not await store.save_correction(connection, made):
            raise Problem(
                409,
                "already-undone",
                "It is undone already",
                f"{made.undoes} was undone before; nothing to do.",
            )
        await store_outgoing(connection, [correction_event(made)])
    service.relay.wake()
    return AcceptedCorrection(correction_id=made.correction_id)
