"""Putting the picture together from what is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.reporting.domain.claims import Claim
from services.reporting.domain.expectation import MIN_BASELINE_PERIODS
from services.reporting.domain.periods import Period
from services.reporting.domain.picture import (
    Material,
    category_counts,
    day_counts,
    span,
    summary,
    totals,
)
from services.reporting.domain.published import (
    ClaimState,
    EditionLink,
    MunicipalityName,
    Picture,
    RhythmState,
)
from services.reporting.store import Connection
from services.reporting.store.claims import claims_of_period
from services.reporting.store.counts import incidents_a_period, reports_a_day
from services.reporting.store.incidents import incidents_between
from services.reporting.store.rhythms import current_rhythm
from services.reporting.store.situation_reports import editions
from shared.geodata import municipality_name

BASELINE_PERIODS: Final = 12
INCIDENTS_SHOWN: Final = 200
EDITIONS_SHOWN: Final = 20


async def gather_material(
    connection: Connection, municipality: str, period: Period, now: datetime
) -> Material:
    start, end = period.before().starts_at, period.ends_at
    baseline_periods = [period.before(step) for step in range(BASELINE_PERIODS, 0, -1)]
    counts = await incidents_a_period(connection, municipality, baseline_periods)
    known = known_periods([sum(column) for column in zip(*counts.values(), strict=True)])
    return Material(
        period=period,
        now=now,
        incidents=await incidents_between(connection, municipality, start, end),
        reports=await reports_a_day(connection, municipality, start, end),
        baseline={code: row[len(row) - known :] for code, row in counts.items()} if known else {},
        baseline_periods=known,
    )


def known_periods(totals_by_period: Sequence[int]) -> int:
    """How many of the latest periods make a baseline: all since the first with anything in it, none when fewer than
    three of them have something, for an empty store says nothing about the town.
    """
    if sum(count > 0 for count in totals_by_period) < MIN_BASELINE_PERIODS:
        return 0
    first = next(place for place, count in enumerate(totals_by_period) if count)
    return len(totals_by_period) - first


async def draw_picture(connection: Connection, municipality: str, material: Material) -> Picture:
    period = material.period
    incidents = material.in_period
    claims = await claims_of_period(
        connection,
        municipality,
        period.starts_at,
        period.ends_at,
        [incident.incident_id for incident in incidents],
    )
    return Picture(
        municipality=MunicipalityName(code=municipality, name=municipality_name(municipality)),
        generated_at=material.now,
        period=span(period),
        previous=span(material.previous),
        totals=totals(material),
        categories=category_counts(material),
        days=day_counts(material),
        rhythm=RhythmState.model_validate(await current_rhythm(connection, municipality)),
        claims=tuple(claim_state(claim) for claim in claims),
        incidents=tuple(summary(incident) for incident in incidents[:INCIDENTS_SHOWN]),
        situation_reports=await edition_links(connection, municipality, EDITIONS_SHOWN),
    )


def claim_state(claim: Claim) -> ClaimState:
    return ClaimState.model_validate(claim)


async def edition_links(
    connection: Connection, municipality: str, limit: int, before: int | None = None
) -> tuple[EditionLink, ...]:
    return tuple(
        edition_link(municipality, row["number"], row["frozen_at"])
        for row in await editions(connection, municipality, limit, before)
    )


def edition_link(municipality: str, number: int, frozen_at: datetime) -> EditionLink:
    address = f"/api/v1/situation-reports/{municipality}/{number}"
    return EditionLink(number=number, frozen_at=frozen_at, pdf=f"{address}.pdf", json_=f"{address}.json")
