"""Claims, and the verdicts that only a person gives."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from services.reporting.deciding import decide_rhythm
from services.reporting.domain.claims import Claim, judged
from services.reporting.domain.published import ClaimState
from services.reporting.drawing import claim_state
from services.reporting.publishing import claim_event
from services.reporting.routes.access import Municipality, Reader, Writer
from services.reporting.routes.answers import LINK, conditional, json_bytes
from services.reporting.routes.problems import (
    OF_CHANGES,
    UNCHANGED,
    UNKNOWN_CLAIM,
    UNKNOWN_INCIDENT,
    UNKNOWN_MUNICIPALITY,
)
from services.reporting.running import Running, RunningService
from services.reporting.store import Connection
from services.reporting.store import claims as store
from services.reporting.store.projections import lock_municipalities
from shared.events import Verdict
from shared.identity import new_id
from shared.outbox import store_outgoing
from shared.paging import Cursor, cursor_at, place_of
from shared.plain_text import PLAIN_AND_SAYS_SOMETHING
from shared.problem import Problem

router = APIRouter(prefix="/api/v1/claims", tags=["claims"])
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=PLAIN_AND_SAYS_SOMETHING),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=PLAIN_AND_SAYS_SOMETHING),
]


class NewClaim(BaseModel):
    model_config = ConfigDict(extra="forbid")

    statement: Words
    incident_ids: list[UUID] = Field(default_factory=list, max_length=50)


class NewVerdict(BaseModel):
    """`decided_by`: who judges, when it is another than who signed in."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    explanation: Words | None = None
    decided_by: Name | None = None


@router.get(
    "",
    response_model=list[ClaimState],
    responses={200: {"headers": LINK}, **UNCHANGED, **UNKNOWN_MUNICIPALITY},
)
async def all_claims(
    request: Request,
    service: RunningService,
    _: Reader,
    municipality: Municipality,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
    cursor: Cursor = None,
) -> Response:
    """Those opened last come first. The header `Link` leads to the next page; no claim is on two, or left out between them."""
    after = None if cursor is None else place_of(cursor)
    async with service.pool.acquire() as connection:
        claims = await store.page_of_claims(connection, municipality, after, limit + 1)
    page = claims[:limit]
    following = cursor_at(page[-1].opened_at, page[-1].claim_id) if len(claims) > limit else None
    return conditional(request, json_bytes([claim_state(claim) for claim in page]), following=following)


@router.post("", status_code=201, responses={**OF_CHANGES, **UNKNOWN_INCIDENT})
async def open_claim(service: RunningService, _: Writer, asked: Municipality, new: NewClaim) -> ClaimState:
    now = service.clock()
    async with service.pool.acquire() as connection, connection.transaction():
        municipality = await _municipality_of(connection, new.incident_ids, asked)
        claim = Claim(
            claim_id=new_id(),
            municipality=municipality,
            statement=new.statement,
            verdict=Verdict.UNVERIFIED,
            explanation=None,
            decided_by=None,
            at=now,
            opened_at=now,
            incident_ids=tuple(new.incident_ids),
        )
        await store.open_claims(connection, [claim])
        await store_outgoing(connection, [claim_event(claim)])
    service.relay.wake()
    return claim_state(claim)


@router.post("/{claim_id}/verdict", responses={**OF_CHANGES, **UNKNOWN_CLAIM})
async def give_verdict(
    service: RunningService, staff: Writer, claim_id: UUID, given: NewVerdict
) -> ClaimState:
    """A confirmed or refuted claim says why. The rhythm is decided anew in the same moment."""
    if given.verdict in (Verdict.CONFIRMED, Verdict.REFUTED) and given.explanation is None:
        raise Problem(
            422, "explanation-missing", "Say why", "A claim is confirmed or refuted with an `explanation`."
        )
    async with service.pool.acquire() as connection, connection.transaction():
        claim = await _locked_claim(connection, claim_id)
        found = judged(
            claim, given.verdict, given.explanation, given.decided_by or staff.name, service.clock()
        )
        await _save(connection, service, found)
    service.relay.wake()
    return claim_state(found)


async def _save(connection: Connection, service: Running, claim: Claim) -> None:
    await store.save_verdict(connection, claim)
    changes = await decide_rhythm(connection, claim.municipality, claim.at, service.settings.rhythm_rule)
    await store_outgoing(connection, [claim_event(claim), *changes])


async def _locked_claim(connection: Connection, claim_id: UUID) -> Claim:
    """Read again under its municipality's lock, so that two verdicts come one after the other."""
    await lock_municipalities(connection, [(await _claim(connection, claim_id)).municipality])
    return await _claim(connection, claim_id)


async def _claim(connection: Connection, claim_id: UUID) -> Claim:
    claim = await store.one_claim(connection, claim_id)
    if claim is None:
        raise Problem(404, "unknown-claim", "No such claim", f"No claim has the id {claim_id}.")
    return claim


async def _municipality_of(connection: Connection, incident_ids: list[UUID], asked: str) -> str:
    known = await store.municipalities_of(connection, incident_ids)
    if missing := [str(each) for each in incident_ids if each not in known]:
        raise Problem(404, "unknown-incident", "No such incident", f"No incident has the id {missing[0]}.")
    places = set(known.values())
    if len(places) > 1:
        raise Problem(
            422, "several-municipalities", "One municipality at a time", "The incidents lie in several."
        )
    return places.pop() if places else asked
