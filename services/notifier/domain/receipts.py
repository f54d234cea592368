"""What an agency's receipt changes."""

from datetime import datetime
from typing import Final

from shared.events import ReceiptStatus

_RANK: Final = {
    ReceiptStatus.DELIVERED: 1,
    ReceiptStatus.SEEN: 2,
    ReceiptStatus.ACCEPTED: 3,
    ReceiptStatus.DECLINED: 3,
}


def replaces(
    status: ReceiptStatus, at: datetime, known: ReceiptStatus | None, known_at: datetime | None
) -> bool:
    """A receipt never takes back a farther one; between accepted and declined the later word holds."""
    if known is None or known_at is None:
        return True
    if _RANK[status] != _RANK[known]:
        return _RANK[status] > _RANK[known]
    return status != known and at >= known_at
