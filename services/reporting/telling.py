"""Telling reporters what staff did about the incident that their report belongs to now: each once, and taken back when it holds
no longer. Whatever moved a report, or brought it late, what it has been told is brought to what holds.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.reporting.publishing import step_event, taken_back_event
from services.reporting.store import Connection
from services.reporting.store import steps as store
from shared.envelope import Outgoing


async def tell_steps(connection: Connection, report_ids: Sequence[UUID], now: datetime) -> list[Outgoing]:
    """What is to be published about these reports, in order. The municipality must be locked."""
    if not report_ids:
        return []
    gone = await store.no_longer_told(connection, report_ids)
    holding = await store.holding(connection, [row["report_id"] for row in gone]) if gone else {}
    again = await store.made_one(connection, report_ids)
    due = await store.now_due(connection, report_ids, now, again)
    return [
        *(taken_back_event(row, holding[row["report_id"]], now) for row in gone),
        *(step_event(row) for row in due),
    ]
