"""What there is to tell by e-mail, put in line in the transaction that it happens in.

Only a report whose address is verified has anything in line. What is in line names no address and repeats no words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.intake.domain.following import told_as
from shared.events import FollowStatus, ReportStatusChanged
from shared.identity import derived_id
from shared.inbox import Connection

# One order for all, and shared locks: who verifies an address at this moment either sees the news or is seen here.
_VERIFIED: Final = """
SELECT report_id, asked_id, state FROM email_news WHERE report_id = ANY($1::uuid[]) ORDER BY report_id FOR SHARE
"""
_PUT_IN_LINE: Final = """
INSERT INTO email_item (id, report_id, kind, status, at, due_at)
SELECT id, report_id, kind, status, at, now() + $6::interval
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) AS item (id, report_id, kind, status, at)
ON CONFLICT (id) DO NOTHING
"""


_AT_ONCE: Final = timedelta(0)


class NewsKind(StrEnum):
    STATUS = "status"
    QUESTION = "question"


class State(StrEnum):
    """How a report stands with e-mail; one without a row was never asked for."""

    ASKED = "asked"
    VERIFIED = "verified"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class _Item:
    item_id: UUID
    report_id: UUID
    kind: NewsKind
    told_as: str | None
    at: datetime


async def queue_news(
    connection: Connection, report_id: UUID, kind: NewsKind, ref_id: UUID, at: datetime
) -> bool:
    """In the caller's transaction; for news other than a status. `ref_id`: what it is about, told of once. Whether its
    reporter is told by e-mail, by this call or an earlier one.
    """
    asked = (await _verified(connection, [report_id])).get(report_id)
    if asked is None:
        return False
    await _put(
        connection, [_Item(derived_id("email", asked, kind, ref_id), report_id, kind, None, at)], _AT_ONCE
    )
    return True


async def queue_statuses(
    connection: Connection, news: Sequence[ReportStatusChanged], gathered_for: timedelta
) -> int:
    """In the caller's transaction. `gathered_for`: how long other news may join it in one message. How many are told."""
    verified = await _verified(connection, [each.report_id for each in news]) if news else {}
    items = [
        _status_item(verified[each.report_id], each.report_id, told_as(each.status, each.takes_back), each.at)
        for each in news
        if each.report_id in verified and each.status is not FollowStatus.RECEIVED
    ]
    if items:
        await _put(connection, items, gathered_for)
    return len(items)


async def queue_first(
    connection: Connection, report_id: UUID, asked_id: UUID, status: FollowStatus, at: datetime
) -> None:
    """How it stands when an address is verified, so that whoever reads it has the links."""
    await _put(connection, [_status_item(asked_id, report_id, status, at)], _AT_ONCE)


def _status_item(asked_id: UUID, report_id: UUID, words: str, at: datetime) -> _Item:
    item_id = derived_id("email", asked_id, NewsKind.STATUS, words, at.astimezone(UTC).isoformat())
    return _Item(item_id, report_id, NewsKind.STATUS, words, at)


async def _put(connection: Connection, items: Sequence[_Item], after: timedelta) -> None:
    await connection.execute(
        _PUT_IN_LINE,
        [each.item_id for each in items],
        [each.report_id for each in items],
        [each.kind.value for each in items],
        [each.told_as for each in items],
        [each.at for each in items],
        after,
    )


async def _verified(connection: Connection, report_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The asking that holds, by report."""
    rows = await connection.fetch(_VERIFIED, list(report_ids))
    return {row["report_id"]: row["asked_id"] for row in rows if row["state"] == State.VERIFIED}
