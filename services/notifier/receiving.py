"""Taking receipts, by whichever way they come. All in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.notifier.delivery_log import deliveries_changed
from services.notifier.domain.receipts import replaces
from services.notifier.metrics import RECEIPTS, RECEIPTS_REFUSED
from services.notifier.store import receipts as receipt_table
from services.notifier.store.receipts import Answered, Way
from shared.events import Receipt
from shared.inbox import Connection
from shared.outbox import store_outgoing

log = structlog.get_logger()


async def take_receipts(connection: Connection, receipts: Sequence[Receipt], way: Way, now: datetime) -> None:
    """Record every receipt; let those of the right agency count. A receipt known before has no effect.

    One for an unknown alert, or from another agency than the one that was told, is well-formed and has no right: it
    is kept with that reason and logged, and does not go to the dead-letter topic.
    """
    if not receipts:
        return
    known = await receipt_table.lock_alerts(connection, [receipt.alert_id for receipt in receipts])
    refusals = _refusals(receipts, known)
    fresh = await receipt_table.insert(connection, receipts, refusals, way)
    counted = [
        receipt for receipt in receipts if receipt.receipt_id in fresh and receipt.receipt_id not in refusals
    ]
    changed = await receipt_table.answer(connection, _farthest(counted, known), now)
    await store_outgoing(connection, deliveries_changed(changed))
    for receipt in counted:
        RECEIPTS.labels(receipt.agency, receipt.status).inc()
    for receipt in receipts:
        if receipt.receipt_id in fresh and receipt.receipt_id in refusals:
            RECEIPTS_REFUSED.labels(receipt.agency).inc()
            log.warning(
                "receipt_refused",
                receipt_id=str(receipt.receipt_id),
                agency=receipt.agency,
                reason=refusals[receipt.receipt_id],
            )


def _refusals(receipts: Sequence[Receipt], known: Mapping[UUID, Answered]) -> dict[UUID, str]:
    refusals = {}
    for receipt in receipts:
        answered = known.get(receipt.alert_id)
        if answered is None:
            refusals[receipt.receipt_id] = "unknown alert"
        elif answered.agency != receipt.agency:
            refusals[receipt.receipt_id] = "the alert was for another agency"
    return refusals


def _farthest(counted: Sequence[Receipt], known: Mapping[UUID, Answered]) -> dict[UUID, Receipt]:
    """For each alert the receipt that it carries from now on, where that is a new one."""
    farthest: dict[UUID, Receipt] = {}
    for receipt in counted:
        before = farthest.get(receipt.alert_id)
        answered = known[receipt.alert_id]
        status, at = (before.status, before.at) if before else (answered.status, answered.at)
        if replaces(receipt.status, receipt.at, status, at):
            farthest[receipt.alert_id] = receipt
    return farthest
