"""Where to begin to look for what waits. Deleted rows stay in the table for as long as any session (a backup, a long report) might
still see them, and each look from the very beginning would pass all of them again.
"""

from time import monotonic
from typing import Final

from shared import outbox_table
from shared.inbox import Connection

_RAISED_EVERY_S: Final = 1.0
# Now and then all is looked through, should somebody have put a row in by hand at a place of his own choice.
_FORGOTTEN_EVERY_S: Final = 60.0


class OutboxFloor:
    """No row stands at or below `position`, and none will: every transaction that took a place there has ended.

    A place is taken before its transaction commits, so the highest place that was given out is noted together with those who were
    storing something at that time. When the last of them has ended, all up to there is decided, and the lowest row that can be
    seen then is the first that still has to be sent.
    """

    def __init__(self) -> None:
        self.position = 0
        self._given_out = 0
        self._storing: set[str] | None = None
        self._raised_at = self._forgotten_at = monotonic()

    async def keep_up(self, connection: Connection) -> None:
        now = monotonic()
        if now - self._forgotten_at > _FORGOTTEN_EVERY_S:
            self.position, self._storing, self._forgotten_at = 0, None, now
        elif now - self._raised_at > _RAISED_EVERY_S:
            self._raised_at = now
            await self.look(connection)

    async def look(self, connection: Connection) -> None:
        if self._storing is None:
            # In this order: who takes a place after the first of these was given none up to it.
            self._given_out = await outbox_table.last_position(connection)
            self._storing = await outbox_table.who_stores(connection)
            if self._given_out < self.position:
                self.position = 0
        else:
            self._storing &= await outbox_table.who_stores(connection)
        if not self._storing:
            lowest = await outbox_table.lowest_after(connection, self.position)
            self.position = self._given_out if lowest is None else min(self._given_out, lowest - 1)
            self._storing = None
