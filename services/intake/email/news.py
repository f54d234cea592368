"""What there is to tell by e-mail, put in line in the transaction that it happens in.

Only a report whose address is verified has anything in line. What is in line names no address and repeats no words.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.events import FollowStatus, ReportStatusChanged
from shared.identity import derived_id
from shared.inbox import Connection

# One order for all, and shared locks: who verifies an address at this moment either sees the news or is seen here.
_VERIFIED: Final = """
SELECT report_id, asked_id, state FROM email_news WHERE report_id = ANY($1::uuid[]) ORDER BY report_id FOR SHARE
"""
_PUT_IN_LINE: Final = """
INSERT INTO email_item (id, report_id, kind, status, at, due_at)
SELECT id, report_id, kind, status, at, now() + after
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::interval[])
    AS item (id, report_id, kind, status, at, after)
ON CONFLICT (id) DO NOTHING
"""


class NewsKind(StrEnum):
    STATUS = "status"
    QUESTION = "question"


class State(StrEnum):
    """How a report stands with e-mail; one without a row was never asked for."""

    ASKED = "asked"
    VERIFIED = "verified"
    REFUSED = "refused"


async def queue_news(
    connection: Connection, report_id: UUID, kind: NewsKind, ref_id: UUID, at: datetime
) -> bool:
    """In the caller's transaction; for news other than a status. `ref_id`: what it is about, told of once. Whether its
    reporter will be told by e-mail, now or by an earlier call.
    """
    asked = (await _verified(connection, [report_id])).get(report_id)
    if asked is None:
        return False
    item_id = derived_id("email", asked, kind, ref_id)
    await connection.execute(_PUT_IN_LINE, [item_id], [report_id], [kind.value], [None], [at], [timedelta(0)])
    return True


async def queue_statuses(
    connection: Connection, news: Sequence[ReportStatusChanged], gathered_for: timedelta
) -> int:
    """In the caller's transaction. `gathered_for`: how long other news may join it in one message. How many are in line."""
    verified = await _verified(connection, [each.report_id for each in news])
    told = [each for each in news if each.report_id in verified and each.status is not FollowStatus.RECEIVED]
    if told:
        ids = [derived_id("email", verified[each.report_id], each.status, each.at) for each in told]
        await connection.execute(
            _PUT_IN_LINE,
            ids,
            [each.report_id for each in told],
            [NewsKind.STATUS.value] * len(told),
            [each.status.value for each in told],
            [each.at for each in told],
            [gathered_for] * len(told),
        )
    return len(told)


async def _verified(connection: Connection, report_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The asking that holds, by report."""
    rows = await connection.fetch(_VERIFIED, list(report_ids))
    return {row["report_id"]: row["asked_id"] for row in rows if row["state"] == State.VERIFIED}
