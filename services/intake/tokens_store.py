"""All SQL about tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.domain.tokens import REPORT, Token, digest_of
from shared.events import Source
from shared.identity import new_id
from shared.inbox import Connection

_IN_FORCE: Final = """
SELECT id, digest, name, municipality, scopes, expires_at FROM token
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AND (NOT given OR digest = ANY($1::bytea[]))
"""
_INSERT: Final = """
INSERT INTO token (id, digest, name, municipality, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LIST: Final = """
SELECT id, name, municipality, scopes, created_at, last_used_at, expires_at, revoked_at FROM token
ORDER BY revoked_at IS NOT NULL, created_at, name
"""
_REVOKE: Final = """
UPDATE token SET revoked_at = now() WHERE revoked_at IS NULL AND (name = $1 OR id::text = $1)
RETURNING name
"""
# Another token for the same source takes the place of the one before.
_REVOKE_REPLACED: Final = """
UPDATE token SET revoked_at = now()
WHERE given AND revoked_at IS NULL AND name = ANY($1::text[]) AND digest <> ALL($2::bytea[])
"""
# What was revoked stays so, even while it is still set in INTAKE_TOKENS.
_INSERT_GIVEN: Final = """
INSERT INTO token (id, digest, name, scopes, given, created_at)
SELECT id, digest, name, ARRAY[scope], true, now()
FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[]) AS given (id, digest, name, scope)
ORDER BY digest
ON CONFLICT DO NOTHING
"""
_NOTE_USES: Final = """
UPDATE token SET last_used_at = greatest(last_used_at, used.at)
FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at) WHERE token.id = used.id
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """One token as an operator sees it."""

    id: UUID
    name: str
    municipality: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


async def tokens_in_force(connection: Connection, given: Mapping[Source, str]) -> dict[bytes, Token]:
    """By digest. Of those of INTAKE_TOKENS only the ones that are set here now."""
    rows = await connection.fetch(_IN_FORCE, _digests(given))
    return {
        row["digest"]: Token(
            id=row["id"],
            name=row["name"],
            mark=row["digest"][:6].hex(),
            municipality=row["municipality"],
            scopes=frozenset(row["scopes"]),
            expires_at=row["expires_at"],
        )
        for row in rows
    }


async def insert_token(
    connection: Connection,
    *,
    secret: str,
    name: str,
    municipality: str | None,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None,
) -> UUID:
    """Raises `UniqueViolationError` when a token in force bears the name."""
    token_id = new_id()
    await connection.execute(
        _INSERT, token_id, digest_of(secret.encode()), name, municipality, list(scopes), now, expires_at
    )
    return token_id


async def list_tokens(connection: Connection) -> list[Listed]:
    rows = await connection.fetch(_LIST)
    return [Listed(**{**dict(row), "scopes": tuple(row["scopes"])}) for row in rows]


async def revoke_token(connection: Connection, name_or_id: str) -> str | None:
    """The name of the one that was revoked; None when none in force is called so."""
    name: str | None = await connection.fetchval(_REVOKE, name_or_id)
    return name


async def keep_given(connection: Connection, given: Mapping[Source, str]) -> None:
    """The tokens of INTAKE_TOKENS, one for each source."""
    digests, names = _digests(given), [f"INTAKE_TOKENS {source}" for source in given]
    scopes = [f"{REPORT}{source}" for source in given]
    async with connection.transaction():
        await connection.execute(_REVOKE_REPLACED, names, digests)
        await connection.execute(_INSERT_GIVEN, [new_id() for _ in digests], digests, names, scopes)


def _digests(given: Mapping[Source, str]) -> list[bytes]:
    return [digest_of(secret.encode()) for secret in given.values()]


async def note_uses(connection: Connection, uses: Mapping[UUID, datetime]) -> None:
    await connection.execute(_NOTE_USES, list(uses), list(uses.values()))
