"""Editions of the situation report: freeze one, list them, read one as JSON or as pages."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from services.reporting.domain.edition import Edition
from services.reporting.domain.periods import period_ending
from services.reporting.domain.published import EditionLink
from services.reporting.drawing import edition_link, edition_links
from services.reporting.routes.access import (
    MAX_DAYS,
    Municipality,
    Reader,
    Writer,
    known_municipality,
    within_our_time,
    written,
)
from services.reporting.routes.answers import LINK, conditional, json_bytes
from services.reporting.routes.problems import (
    OF_CHANGES,
    UNCHANGED,
    UNKNOWN_EDITION,
    UNKNOWN_MUNICIPALITY,
)
from services.reporting.running import RunningService
from services.reporting.situation_report.erasing import edition_pages as pages_of_edition
from services.reporting.situation_report.freezing import freeze
from services.reporting.store.situation_reports import edition_content
from shared.paging import Cursor, cursor_of_number, number_of
from shared.plain_text import PLAIN
from shared.problem import Problem

router = APIRouter(prefix="/api/v1/situation-reports", tags=["situation reports"])
_PDF: Final = "application/pdf"
_PDF_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_PDF: {"schema": {"type": "string", "format": "binary"}}}},
    **UNCHANGED,
    **UNKNOWN_EDITION,
}
# Any short word is looked for, and not found.
Code = Annotated[str, Path(min_length=1, max_length=20, pattern=PLAIN)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class NewEdition(BaseModel):
    """`to`: the period ends with the day this moment lies in; today unless given."""

    model_config = ConfigDict(extra="forbid")

    municipality: str | None = None
    days: int = Field(default=14, ge=1, le=MAX_DAYS, strict=True)
    to: Annotated[AwareDatetime, BeforeValidator(written)] | None = None


class FrozenEdition(EditionLink):
    municipality: str


@router.post("", status_code=201, responses={**OF_CHANGES, **UNKNOWN_MUNICIPALITY})
async def freeze_edition(
    service: RunningService, staff: Writer, response: Response, asked: NewEdition | None = None
) -> FrozenEdition:
    """Number and freeze what the picture says now. It is never changed afterwards, but that words are taken out when the report
    they quote is disposed of; the numbers stay, and the edition says that something was erased (`erased_at`).
    """
    asked = asked or NewEdition()
    municipality = known_municipality(asked.municipality or service.settings.municipality)
    now = service.clock()
    period = period_ending(now if asked.to is None else within_our_time(asked.to), asked.days)
    number = await freeze(
        service.pool,
        municipality,
        period,
        now,
        frozen_by=staff.name,
        sharing_level=service.settings.sharing_level,
    )
    link = edition_link(municipality, number, now)
    response.headers["Location"] = link.json_
    return FrozenEdition(municipality=municipality, **dict(link))


@router.get(
    "",
    response_model=list[EditionLink],
    responses={200: {"headers": LINK}, **UNCHANGED, **UNKNOWN_MUNICIPALITY},
)
async def all_editions(
    request: Request,
    service: RunningService,
    _: Reader,
    municipality: Municipality,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> Response:
    """The latest first. The header `Link` leads to the next page."""
    before = None if cursor is None else number_of(cursor)
    async with service.pool.acquire() as connection:
        links = await edition_links(connection, municipality, limit + 1, before)
    page = links[:limit]
    following = cursor_of_number(page[-1].number) if len(links) > limit else None
    return conditional(request, json_bytes(page), following=following)


@router.get(
    "/{municipality}/{number}.json", response_model=Edition, responses={**UNCHANGED, **UNKNOWN_EDITION}
)
async def edition_json(
    request: Request, service: RunningService, _: Reader, municipality: Code, number: Number
) -> Response:
    async with service.pool.acquire() as connection:
        content = await edition_content(connection, municipality, number)
    if content is None:
        raise _unknown(municipality, number)
    return conditional(request, json_bytes(content))


@router.get("/{municipality}/{number}.pdf", responses=_PDF_ANSWER, response_class=Response)
async def edition_pages(
    request: Request, service: RunningService, _: Reader, municipality: Code, number: Number
) -> Response:
    pdf = await pages_of_edition(service.pool, municipality, number)
    if pdf is None:
        raise _unknown(municipality, number)
    answer = conditional(request, pdf, media_type=_PDF)
    answer.headers["Content-Disposition"] = f'inline; filename="lagesrapport-{municipality}-{number}.pdf"'
    return answer


def _unknown(municipality: str, number: int) -> Problem:
    return Problem(
        404, "unknown-edition", "No such edition", f"{municipality[:20]!r} has no situation report {number}."
    )
