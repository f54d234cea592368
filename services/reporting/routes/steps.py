"""Saying what was done about an incident, closing it, and taking either back."""

from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.reporting.domain.published import Published
from services.reporting.domain.ready_sentence import ReadySentence
from services.reporting.domain.steps import (
    READY,
    STEP_LENGTH,
    StepWords,
    is_fitting,
    step_words,
)
from services.reporting.metrics import STEPS_TAKEN, STEPS_TAKEN_BACK
from services.reporting.routes.access import Reader, Writer
from services.reporting.routes.problems import OF_CHANGES
from services.reporting.routes.shown_steps import shown_steps
from services.reporting.running import RunningService
from services.reporting.store import Connection
from services.reporting.store import steps as store
from services.reporting.store.projections import lock_municipalities
from services.reporting.telling import tell_steps
from shared.events import ClosingReason, FollowStatus
from shared.identity import new_id
from shared.outbox import store_outgoing
from shared.plain_text import PLAIN
from shared.problem import Problem

router = APIRouter(prefix="/api/v1", tags=["steps"])
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=STEP_LENGTH, pattern=PLAIN)
]
_EXAMPLES: Final[list[Any]] = [
    {"status": "measure_taken", "text": "Platsen är städad.", "text_en": "The place has been cleaned up."},
    {"status": "closed", "reason": "nothing_found", "revision": 3},
]


class SentenceToReporters(BaseModel):
    """All who reported the incident read it as it stands. Nothing about anybody belongs there."""

    model_config = ConfigDict(extra="forbid")

    text: Words | None = None
    text_en: Words | None = None

    @model_validator(mode="after")
    def _is_in_swedish(self) -> Self:
        if self.text is None and self.text_en is not None:
            raise ValueError("say it in Swedish too: `text`")
        return self


class NewStep(SentenceToReporters):
    """`reason` is needed for `closed`, and for nothing else. `revision`: the incident's, as you saw it; if it has changed since,
    nothing is done.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _EXAMPLES})

    status: Literal["measure_taken", "closed"]
    reason: ClosingReason | None = None
    revision: Annotated[int, Field(ge=1, strict=True)] | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not is_fitting(self.step_status, self.reason):
            raise ValueError(
                f"`closed` needs a `reason` ({', '.join(ClosingReason)}), `measure_taken` has none"
            )
        return self

    @property
    def step_status(self) -> FollowStatus:
        return FollowStatus(self.status)


class AcceptedStep(Published):
    """`told`: to how many reports it goes now. Reporters see it when intake has heard of it: within seconds while it runs."""

    step_id: UUID
    told: int


class PreviewedSentence(Published):
    """`personal_details`: the kinds that must go first, as `phone_number`; each is marked in `text` or `text_en`."""

    text: str | None
    text_en: str | None
    personal_details: tuple[str, ...]


@router.get("/steps/ready")
async def ready_sentences(_: Reader) -> tuple[ReadySentence, ...]:
    """What is often said of a measure."""
    return READY


@router.post("/steps/preview", responses={**OF_CHANGES})
async def preview_sentence(_: Writer, new: SentenceToReporters) -> PreviewedSentence:
    """What reporters would read. Nothing is kept."""
    wording = step_words(new.text, new.text_en)
    return PreviewedSentence(
        text=wording.text, text_en=wording.text_en, personal_details=wording.personal_details
    )


@router.post(
    "/incidents/{incident_id}/steps",
    status_code=202,
    responses={
        **OF_CHANGES,
        404: {"description": "There is no such incident (`unknown-incident`)."},
        409: {
            "description": "Nobody is left to be told (`incident-withdrawn`), it has changed since you saw it "
            "(`changed-meanwhile`), or it is closed for all who reported it (`already-closed`)."
        },
        422: {"description": "It holds personal details (`personal-details`), or does not fit."},
    },
)
async def take_step(service: RunningService, staff: Writer, incident_id: UUID, new: NewStep) -> AcceptedStep:
    """Every report of the incident is told, also one that joins it later of what happened before the measure. What is seen after
    it waits for a measure of its own. A closing is told to those that were there; what comes after it waits for a closing of its
    own, because nobody has looked at it.
    """
    wording = step_words(new.text, new.text_en)
    _require_nothing_personal(wording)
    async with service.pool.acquire() as connection, connection.transaction():
        municipality = await _incident_to_act_on(connection, incident_id, new)
        step = store.NewStep(
            step_id=new_id(),
            municipality=municipality,
            incident_id=incident_id,
            status=new.step_status,
            reason=new.reason,
            text=wording.text,
            text_en=wording.text_en,
            recorded_by=staff.name,
            at=service.clock(),
        )
        await store.save_step(connection, step)
        reports = await store.reports_of_incident(connection, incident_id)
        events = await tell_steps(connection, reports, service.clock())
        await store_outgoing(connection, events)
    service.relay.wake()
    STEPS_TAKEN.labels(new.status).inc()
    return AcceptedStep(step_id=step.step_id, told=len(events))


@router.post(
    "/steps/{step_id}/take-back",
    status_code=202,
    responses={
        **OF_CHANGES,
        404: {"description": "There is no such step (`unknown-step`)."},
        409: {"description": "It was taken back before (`already-taken-back`)."},
    },
)
async def take_step_back(service: RunningService, staff: Writer, step_id: UUID) -> AcceptedStep:
    """A measure was not taken after all; a closing taken back opens the incident again for all who were told that it is closed.
    Everybody who was told of it is told that, and what was written goes from their page.
    """
    async with service.pool.acquire() as connection, connection.transaction():
        step = await store.one_step(connection, step_id)
        if step is None:
            raise Problem(404, "unknown-step", "No such step", f"No step has the id {step_id}.")
        await lock_municipalities(connection, [step["municipality"]])
        told = await store.reports_told(connection, step["incident_id"])
        if not await store.take_back(connection, step_id, staff.name, service.clock()):
            raise Problem(
                409, "already-taken-back", "It is taken back already", f"{step_id} was taken back before."
            )
        events = await tell_steps(connection, told, service.clock())
        await store_outgoing(connection, events)
    service.relay.wake()
    STEPS_TAKEN_BACK.labels(step["status"]).inc()
    return AcceptedStep(step_id=step_id, told=len(events))


async def _incident_to_act_on(connection: Connection, incident_id: UUID, new: NewStep) -> str:
    """Its municipality, held until the transaction ends, so that no report joins meanwhile."""
    found = await store.incident_of_step(connection, incident_id)
    if found is None:
        raise Problem(404, "unknown-incident", "No such incident", f"No incident has the id {incident_id}.")
    await lock_municipalities(connection, [found["municipality"]])
    found = await store.incident_of_step(connection, incident_id)
    assert found is not None
    if found["withdrawn"]:
        raise Problem(
            409, "incident-withdrawn", "Nobody is left to be told", "All who told of it have taken that back."
        )
    if new.revision is not None and new.revision != found["revision"]:
        raise Problem(
            409, "changed-meanwhile", "The incident has changed", "Look at it again before you decide."
        )
    standing = await shown_steps(connection, incident_id)
    if new.step_status is FollowStatus.CLOSED and standing.is_closed and not standing.reports_since_closed:
        raise Problem(409, "already-closed", "It is closed already", "All who reported it are told so.")
    return str(found["municipality"])


def _require_nothing_personal(wording: StepWords) -> None:
    if wording.personal_details:
        marked = " / ".join(each for each in (wording.text, wording.text_en) if each)
        raise Problem(
            422,
            "personal-details",
            "The sentence holds personal details",
            f"Take out what is marked: {marked}",
            personal_details=list(wording.personal_details),
        )
