"""What becomes of one submission."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Stored:
    """`replayed`: the key was used before with the same content, and this is the answer it got then."""

    report_id: UUID
    tracking_code: str
    replayed: bool = False


class KeyUsedOtherwise(Exception):  # noqa: N818 - a decision about the request, not a fault
    """The idempotency key belongs to another content."""


class FollowedGone(Exception):  # noqa: N818 - the same
    """The report that it was to be added to is disposed of; nothing was stored."""


class Unacceptable(Exception):  # noqa: N818 - the same
    """The database refuses this one submission, whenever it is sent."""


class Busy(Exception):  # noqa: N818 - the same
    """Not confirmed as stored, for want of room or of a database; the same request may be sent again. A database that was lost
    while it stored may have done so all the same.
    """

    def __init__(self, reason: str, retry_after_s: int) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
