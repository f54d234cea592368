"""What a token is, and what its holder may do."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from shared.events import Source

PREFIX: Final = "vardkase_"
READ: Final = "read"
QUARANTINE: Final = "quarantine"
PHOTOS: Final = "photos"
CONTACT: Final = "contact"
STAFF_SCOPES: Final = frozenset({QUARANTINE, PHOTOS, CONTACT})
"""Any of them opens staff's pages; which of the pages, says which it is."""
OPEN311: Final = "open311:"
REPORT: Final = "report:"
_JURISDICTION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ScopeError(ValueError):
    """Says what a scope may be."""


@dataclass(frozen=True, slots=True)
class Token:
    """One that is in force. `mark` is the beginning of its digest; `municipality` None is any."""

    id: UUID
    name: str
    mark: str
    municipality: str | None
    scopes: frozenset[str]
    expires_at: datetime | None = None

    @property
    def source(self) -> Source | None:
        """Whose reports these are; None when the holder may not report by the API."""
        return next((Source(scope[len(REPORT) :]) for scope in self.scopes if scope.startswith(REPORT)), None)

    @property
    def jurisdictions(self) -> frozenset[str]:
        return frozenset(scope[len(OPEN311) :] for scope in self.scopes if scope.startswith(OPEN311))

    @property
    def may_read(self) -> bool:
        return READ in self.scopes

    def holds(self, municipality: str) -> bool:
        return self.municipality is None or self.municipality == municipality

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


def checked_scopes(scopes: list[str]) -> list[str]:
    """In order and once each. Raises `ScopeError`."""
    if not scopes:
        raise ScopeError("a token needs at least one scope")
    for scope in scopes:
        _check(scope)
    sources = {scope for scope in scopes if scope.startswith(REPORT)}
    if len(sources) > 1:
        raise ScopeError(
            f"{' and '.join(sorted(sources))} in one token would mix its reports; make one for each"
        )
    return sorted(set(scopes))


def _check(scope: str) -> None:
    known = [READ, QUARANTINE, PHOTOS, CONTACT, *(f"{REPORT}{source}" for source in Source)]
    if scope in known:
        return
    if scope.startswith(OPEN311) and _JURISDICTION.fullmatch(scope[len(OPEN311) :]):
        return
    raise ScopeError(f"{scope!r} is not a scope; known are {', '.join(known)} and {OPEN311}<jurisdiction>")


def new_secret() -> str:
    """256 bits from a secure source, with a beginning that scanners for leaked secrets can look for."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: bytes) -> bytes:
    """SHA-256, once and without salt: 256 random bits can't be guessed, so a slow hash would only slow us down.

    A password, which people choose, would need one. A lookup by digest also tells nothing by the time it takes, since nobody
    can choose a secret for the first bytes of its digest.
    """
    return sha256(secret).digest()


def bearer(authorization: bytes) -> bytes | None:
    """The token in the value of an Authorization header."""
    scheme, _, token = authorization.partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None
