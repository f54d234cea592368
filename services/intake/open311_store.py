"""SQL of what Open311 shows. What it takes in is stored with the report, in `store`."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.intake.domain.open311.asking import Asked, Page, Span
from services.intake.domain.open311.posting import Earlier
from services.intake.domain.open311.showing import Changed, Requested
from shared.events import ClosingReason, FollowStatus
from shared.inbox import Connection

# A request is seen by the token that sent it; by others only a citizen's, of a service that is open to them, or whose
# identifier they know.
# How each stands is looked up for the page that is shown, and no more; without its LIMIT the view would be made for all reports.
_REQUESTS: Final = """
WITH asked AS MATERIALIZED (
    SELECT request.*, report.lat, report.lon
    FROM open311_request AS request JOIN report ON report.id = request.report_id
    WHERE request.jurisdiction = $1 AND request.follows IS NULL
      AND (request.token_id = $2 OR report.source = 'citizen' AND request.service_code = ANY($3 || $13::text[]))
      AND ($4::uuid[] IS NULL OR request.report_id = ANY($4))
      AND ($5::text[] IS NULL OR request.service_code = ANY($5))
      AND ($6::timestamptz IS NULL OR request.requested_at >= $6)
      AND ($7::timestamptz IS NULL OR request.requested_at <= $7)
      AND ($8::timestamptz IS NULL OR request.requested_at >= $8
          OR request.report_id IN (SELECT report_id FROM report_status WHERE heard_at >= $8))
      AND ($8 IS NULL OR $9::timestamptz IS NULL OR coalesce(
          (SELECT max(heard_at) FROM report_status AS step WHERE step.report_id = request.report_id),
          request.requested_at) BETWEEN $8 AND $9)
      AND ($10::boolean IS NULL OR $10 = EXISTS (
          SELECT FROM report_status AS step
          WHERE step.report_id = request.report_id AND step.status = 'closed' AND step.takes_back IS NULL AND NOT EXISTS (
              SELECT FROM report_status AS undo
              WHERE undo.report_id = step.report_id AND undo.takes_back = step.step_id AND undo.at >= step.at)))
    ORDER BY request.requested_at DESC, request.report_id DESC LIMIT $11 OFFSET $12
)
SELECT asked.report_id, asked.token_id IS NOT DISTINCT FROM $2::uuid AS is_own,
       asked.service_code = ANY($3::text[]) AS is_open, asked.service_code,
       asked.description, asked.address, asked.address_id, asked.lat, asked.lon, asked.media_urls,
       asked.requested_at, coalesce(holds.status, 'received') AS status,
       coalesce(heard.at, asked.requested_at) AS updated_at, holds.note, holds.note_en, holds.reason
FROM asked
LEFT JOIN LATERAL (SELECT * FROM report_now WHERE report_now.report_id = asked.report_id LIMIT 1) AS holds ON true
CROSS JOIN LATERAL (
    SELECT max(heard_at) AS at FROM report_status WHERE report_status.report_id = asked.report_id
) AS heard
ORDER BY asked.requested_at DESC, asked.report_id DESC
"""
# Steps, and what staff ask whoever reported it, or added to it: that is told to who sent the request alone. By when they were heard
# of, so that nothing comes to lie before what a client has asked for already.
_UPDATES: Final = """
WITH told AS (
    SELECT report_id, status, at, heard_at, step_id, takes_back, takes_back_status, reason, note, note_en,
           NULL::uuid AS question_id
    FROM report_status WHERE heard_at >= $4 AND heard_at <= $5
    UNION ALL
    SELECT followed.report_id, coalesce(stood.status, 'received'), asked.asked_at, asked.heard_at, NULL, NULL, NULL, NULL,
           asked.text, asked.text_en, asked.question_id
    FROM staff_question AS asked
    LEFT JOIN form_report AS added ON added.report_id = asked.report_id AND added.relation <> 'same'
    CROSS JOIN LATERAL (SELECT coalesce(added.follows, asked.report_id) AS report_id) AS followed
    LEFT JOIN LATERAL (
        SELECT status FROM report_status AS step WHERE step.report_id = followed.report_id AND step.heard_at <= asked.heard_at
        ORDER BY step.heard_at DESC, takes_back DESC NULLS LAST,
            array_position(ARRAY['received', 'assessed', 'passed_on', 'measure_taken', 'closed'], status) DESC LIMIT 1
    ) AS stood ON true
    WHERE asked.text IS NOT NULL AND asked.heard_at >= $4 AND asked.heard_at <= $5
)
SELECT told.report_id, request.token_id IS NOT DISTINCT FROM $2::uuid AS is_own, request.service_code,
       told.status, told.at, told.heard_at, told.step_id, told.takes_back, told.takes_back_status, told.reason, told.note,
       told.note_en, told.question_id
FROM told JOIN open311_request AS request USING (report_id) JOIN report ON report.id = told.report_id
WHERE request.jurisdiction = $1 AND request.follows IS NULL AND (
    request.token_id = $2
    OR told.question_id IS NULL AND report.source = 'citizen' AND request.service_code = ANY($3::text[]))
ORDER BY told.heard_at, told.report_id, told.question_id NULLS FIRST, told.takes_back NULLS FIRST,
    array_position(ARRAY['received', 'assessed', 'passed_on', 'measure_taken', 'closed'], told.status), told.at, told.step_id
LIMIT $6 OFFSET $7
"""
_EARLIER: Final = """
SELECT request.report_id, request.service_code, request.description, request.address, report.lat, report.lon
FROM open311_request AS request JOIN report ON report.id = request.report_id
WHERE request.report_id = $1 AND request.jurisdiction = $2 AND request.token_id = $3 AND request.follows IS NULL
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `token_id` None is everybody; `open_to`: services of which others' requests are listed too; `open_by_id`: of
    which those are shown whose identifier is known.
    """

    jurisdiction: str
    token_id: UUID | None
    open_to: Collection[str]
    open_by_id: Collection[str] = ()


async def requests(connection: Connection, viewer: Viewer, asked: Asked) -> list[Requested]:
    """Newest first."""
    rows = await connection.fetch(
        _REQUESTS,
        *(viewer.jurisdiction, viewer.token_id, list(viewer.open_to)),
        *(asked.ids, asked.service_codes),
        *(asked.requested.start, asked.requested.end, asked.updated.start, asked.updated.end),
        *(asked.closed, asked.page.limit, asked.page.offset),
        [] if asked.ids is None else list(viewer.open_by_id),
    )
    return [Requested(**_read(row)) for row in rows]


async def updates(connection: Connection, viewer: Viewer, span: Span, page: Page) -> list[Changed]:
    """Oldest first."""
    rows = await connection.fetch(
        _UPDATES,
        *(viewer.jurisdiction, viewer.token_id, list(viewer.open_to)),
        *(span.start, span.end, page.limit, page.offset),
    )
    return [Changed(**_read(row)) for row in rows]


async def earlier(
    connection: Connection, report_id: UUID, jurisdiction: str, token_id: UUID
) -> Earlier | None:
    """A request that this token sent."""
    row = await connection.fetchrow(_EARLIER, report_id, jurisdiction, token_id)
    return None if row is None else Earlier(**dict(row))


def _read(row: Any) -> dict[str, Any]:
    reason = row["reason"]
    return {
        **dict(row),
        "status": FollowStatus(row["status"]),
        "reason": None if reason is None else ClosingReason(reason),
    }
