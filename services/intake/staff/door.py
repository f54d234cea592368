"""Staff's way in: a token is shown once, and from then on a secret that the browser alone knows."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

import asyncpg
import structlog

from services.intake.abuse.addresses import Address, host_of, subject
from services.intake.abuse.buckets import Charge
from services.intake.abuse.limits import Limiter
from services.intake.abuse.salts import SaltBook
from services.intake.domain.tokens import STAFF_SCOPES, digest_of
from services.intake.staff import sessions_store
from services.intake.staff.sessions_store import Staff
from services.intake.staff.settings import StaffSettings
from services.intake.tokens import TokenBook

log = structlog.get_logger()
_WAIT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Wrong:
    """The token is not known, or may not do this."""


@dataclass(frozen=True, slots=True)
class TooMany:
    retry_after_s: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`secret`: the browser's, told it once."""

    secret: str
    name: str


class StaffDoor:
    """All of it may raise one of `TRANSIENT_ERRORS`."""

    def __init__(
        self, settings: StaffSettings, pool: "asyncpg.Pool[asyncpg.Record]", tokens: TokenBook
    ) -> None:
        self._settings, self._pool, self._tokens = settings, pool, tokens
        self._limiter, self._salts = Limiter(pool), SaltBook(pool)

    async def sign_in(self, token: str, address: Address | None, now: datetime) -> SignedIn | Wrong | TooMany:
        """Every try counts, a right one too, so that nobody learns by the answer that one was."""
        if refused := await self._refused(address, now):
            return refused
        found = await self._tokens.find(token.encode())
        if found is None or not STAFF_SCOPES & found.scopes:
            log.warning("staff_sign_in_refused", known=found is not None)
            return Wrong()
        secret = secrets.token_urlsafe(32)
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            await sessions_store.begin(
                connection, digest_of(secret.encode()), found.id, now, now + self._settings.longest
            )
        log.info("staff_signed_in", token=str(found.id))
        return SignedIn(secret, found.name)

    async def staff(self, secret: str, now: datetime) -> Staff | None:
        if not secret:
            return None
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            return await sessions_store.seen(connection, digest_of(secret.encode()), now, self._settings.idle)

    async def sign_out(self, secret: str) -> None:
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            await sessions_store.end(connection, digest_of(secret.encode()))

    async def _refused(self, address: Address | None, now: datetime) -> TooMany | None:
        """Counted for each address, one's own network's too."""
        counted = b"" if address is None else host_of(address)
        charge = Charge(subject(await self._salts.of(now), "staff", counted), self._settings.tries)
        (charged,) = await self._limiter.charge([charge])
        return None if charged.is_admitted else TooMany(charged.retry_after_s(charge.limit))


def form_mark(secret: str) -> str:
    """What a form of that session shows. Who can't read the cookie can't make it."""
    return blake2b(secret.encode(), digest_size=16, person=b"staff-form").hexdigest()


def is_own_form(secret: str, mark: str) -> bool:
    return compare_digest(form_mark(secret).encode(), mark.encode())
