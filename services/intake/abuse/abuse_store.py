"""All SQL about limits, salts and used challenges."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from services.intake.abuse.buckets import Charged, Limit
from shared.inbox import Connection

# In one order, so that two processes never wait for each other. Follows `buckets.admitted`.
_CHARGE: Final = """
INSERT INTO rate_bucket AS bucket (subject, empty_at, admitted, burst, each_s)
SELECT subject, now() + make_interval(secs => least(reports, burst) * each_s), least(reports, burst), burst, each_s
FROM unnest($1::bytea[], $2::int[], $3::int[], $4::float8[]) AS asked (subject, reports, burst, each_s)
ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET
    (empty_at, admitted, burst, each_s) = (
        SELECT greatest(bucket.empty_at, now()) + make_interval(secs => room * excluded.each_s),
               room, excluded.burst, excluded.each_s
        FROM (SELECT greatest(0, least(excluded.admitted, floor(excluded.burst + 0.000001
            - greatest(0, extract(epoch FROM bucket.empty_at - now())) / excluded.each_s)))::int) AS counted (room)
    )
RETURNING subject, admitted, greatest(0, extract(epoch FROM empty_at - now()) / each_s)::float8 AS used
"""
# All of them where there is room for one, so that many at a time never wait for a room that single ones keep taking. The bucket is
# then fuller than full, and nobody gets in until that has run off: over time no more comes through.
_CHARGE_WHOLE: Final = """
INSERT INTO rate_bucket AS bucket (subject, empty_at, admitted, burst, each_s)
VALUES ($1, now() + make_interval(secs => $2::int * $4::float8), $2, $3, $4)
ON CONFLICT (subject) DO UPDATE SET
    (empty_at, admitted, burst, each_s) = (
        SELECT greatest(bucket.empty_at, now()) + make_interval(secs => room * excluded.each_s),
               room, excluded.burst, excluded.each_s
        FROM (SELECT CASE WHEN excluded.burst - greatest(0, extract(epoch FROM bucket.empty_at - now())) / excluded.each_s
            >= 0.999999 THEN excluded.admitted ELSE 0 END) AS counted (room)
    )
RETURNING admitted, greatest(0, extract(epoch FROM empty_at - now()) / each_s)::float8 AS used
"""
_FORGET_BUCKETS: Final = "DELETE FROM rate_bucket WHERE empty_at < now()"
_MAKE_SALT: Final = "INSERT INTO address_salt (day, salt) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING"
_READ_SALT: Final = "SELECT salt FROM address_salt WHERE day = $1"
_FORGET_SALTS: Final = "DELETE FROM address_salt WHERE day < $1"
# The same request, sent again after a fault, may show the same solution again.
_USE_SOLUTION: Final = """
INSERT INTO solution_used AS used (digest, used_for, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (digest) DO UPDATE SET used_for = used.used_for WHERE used.used_for = excluded.used_for
RETURNING true
"""
_FORGET_SOLUTIONS: Final = "DELETE FROM solution_used WHERE expires_at < $1"


async def charge(
    connection: Connection, reports: Sequence[tuple[bytes, int, Limit]]
) -> dict[bytes, tuple[int, float]]:
    """How many of them went in, and how full the bucket is now, by its subject. A subject may stand there once."""
    rows = await connection.fetch(
        _CHARGE,
        [subject for subject, _, _ in reports],
        [number for _, number, _ in reports],
        [limit.burst for _, _, limit in reports],
        [limit.each_s for _, _, limit in reports],
    )
    return {row["subject"]: (row["admitted"], row["used"]) for row in rows}


async def charge_whole(connection: Connection, subject: bytes, reports: int, limit: Limit) -> Charged:
    """Whether all of them went in."""
    (row,) = await connection.fetch(_CHARGE_WHOLE, subject, reports, limit.burst, limit.each_s)
    return Charged(row["admitted"] > 0, row["used"])


async def salt_of(connection: Connection, day: date, made: bytes) -> bytes:
    """The day's, which is `made` for the first who asks. Those of earlier days are gone after that."""
    await connection.execute(_MAKE_SALT, day, made)
    await connection.execute(_FORGET_SALTS, day)
    salt: bytes = await connection.fetchval(_READ_SALT, day)
    return salt


async def use_solution(connection: Connection, digest: bytes, used_for: bytes, expires_at: datetime) -> bool:
    """False when another request has used it."""
    return bool(await connection.fetchval(_USE_SOLUTION, digest, used_for, expires_at))


async def forget(connection: Connection, now: datetime) -> None:
    """Buckets that are empty, salts of earlier days, and challenges whose time is over."""
    await connection.execute(_FORGET_BUCKETS)
    await connection.execute(_FORGET_SALTS, now.date())
    await connection.execute(_FORGET_SOLUTIONS, now)
