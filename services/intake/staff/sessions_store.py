"""All SQL about staff's sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.domain.tokens import STAFF_SCOPES
from shared.inbox import Connection

_BEGIN: Final = """
WITH over AS (DELETE FROM staff_session WHERE ends_at <= $3)
INSERT INTO staff_session (digest, token_id, began_at, seen_at, ends_at) VALUES ($1, $2, $3, $3, $4)
"""
# The token is asked for each time, so a session ends with it.
_SEEN: Final = """
UPDATE staff_session AS session SET seen_at = $2 FROM token
WHERE session.digest = $1 AND session.ends_at > $2 AND session.seen_at > $2 - $3::interval
  AND token.id = session.token_id AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > $2)
  AND token.scopes && $4::text[]
RETURNING token.id, token.name, token.municipality, token.scopes, least(session.ends_at, $2 + $3::interval, token.expires_at) AS ends_at
"""
_END: Final = "DELETE FROM staff_session WHERE digest = $1"


@dataclass(frozen=True, slots=True)
class Staff:
    """`name`: the token's. `municipality` None is any. `ends_at`: when the session does, if nothing more is asked. `scopes`: what
    the token's holder may do.
    """

    token_id: UUID
    name: str
    municipality: str | None
    scopes: frozenset[str]
    ends_at: datetime

    def holds(self, municipality: str) -> bool:
        return self.municipality is None or self.municipality == municipality


async def begin(
    connection: Connection, digest: bytes, token_id: UUID, now: datetime, ends_at: datetime
) -> None:
    await connection.execute(_BEGIN, digest, token_id, now, ends_at)


async def seen(connection: Connection, digest: bytes, now: datetime, idle: timedelta) -> Staff | None:
    """Whose session it is, while it and its token last."""
    row = await connection.fetchrow(_SEEN, digest, now, idle, list(STAFF_SCOPES))
    if row is None:
        return None
    return Staff(row["id"], row["name"], row["municipality"], frozenset(row["scopes"]), row["ends_at"])


async def end(connection: Connection, digest: bytes) -> None:
    await connection.execute(_END, digest)
