"""Storing many reports in one transaction: all that is new of them, or nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from services.intake import store
from services.intake.store import Claim, Claimed, Entry
from services.intake.vault import Vault
from shared.errors import Retry
from shared.inbox import Connection

# All keys first and in one order, as everybody claims them, so that two never wait for each other; the reports after that in
# the order of the file, so that they leave in it.
_CLAIM: Final = """
INSERT INTO idempotency (scope, key, fingerprint, report_id, tracking_code, expires_at)
SELECT scope, key, fingerprint, report_id, tracking_code,
       CASE WHEN starts_with(scope, 'lasting:') THEN 'infinity' ELSE now() + $6::interval END
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::text[])
    WITH ORDINALITY AS given (scope, key, fingerprint, report_id, tracking_code, place_in_line)
ORDER BY scope, key, place_in_line
ON CONFLICT (scope, key) DO NOTHING
RETURNING report_id
"""
_AT_ONCE: Final = 100


async def store_whole(
    connection: Connection,
    entries: Sequence[tuple[Entry, Claim]],
    keys_kept: timedelta,
    vault: Vault,
) -> dict[UUID, Claimed]:
    """In the caller's transaction. What the keys of those were used for that are not new, by their own report ids. The claim
    of an entry stands beside it, for all are claimed before the first is stored. Waits for whoever claims one of the keys.
    """
    claimed = await _claim(connection, entries, keys_kept)
    fresh = [entry for entry, _ in entries if entry.accepted.report_id in claimed]
    for first in range(0, len(fresh), _AT_ONCE):
        await store.store_fresh(connection, fresh[first : first + _AT_ONCE], keys_kept, vault)
    late = [(entry, claim) for entry, claim in entries if entry.accepted.report_id not in claimed]
    before = await store.claimed_before(connection, [claim for _, claim in late]) if late else {}
    if any((claim.scope, claim.key) not in before for _, claim in late):
        raise Retry("a key ran out while it was looked up")
    return {entry.accepted.report_id: before[claim.scope, claim.key] for entry, claim in late}


async def _claim(
    connection: Connection, entries: Sequence[tuple[Entry, Claim]], keys_kept: timedelta
) -> set[UUID]:
    claims = [claim for _, claim in entries]
    rows: list[Any] = await connection.fetch(
        _CLAIM,
        [claim.scope for claim in claims],
        [claim.key for claim in claims],
        [claim.fingerprint for claim in claims],
        [entry.accepted.report_id for entry, _ in entries],
        [entry.accepted.tracking_code for entry, _ in entries],
        keys_kept,
    )
    return {row["report_id"] for row in rows}
