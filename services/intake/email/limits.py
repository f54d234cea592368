"""How many codes may be asked for, so that nobody's mailbox is filled by way of us."""

from datetime import UTC, datetime

import asyncpg
from starlette.types import Scope

from services.intake.abuse.addresses import Address, client_address, is_within, network_of, subject
from services.intake.abuse.buckets import Charge, Charged, Limit
from services.intake.abuse.limits import Limiter
from services.intake.abuse.salts import SaltBook
from services.intake.abuse.settings import AbuseSettings
from services.intake.email.settings import EmailSettings
from shared.postgres import TRANSIENT_ERRORS


class TooManyCodes(Exception):  # noqa: N818 - a decision about the request, not a fault
    def __init__(self, charged: Charged, limit: Limit) -> None:
        super().__init__("too many codes")
        self.limit, self.retry_after_s = limit, charged.retry_after_s(limit)


class CodeLimits:
    def __init__(
        self, settings: EmailSettings, abuse: AbuseSettings, pool: "asyncpg.Pool[asyncpg.Record]"
    ) -> None:
        self._settings, self._abuse = settings, abuse
        self._limiter, self._salts = Limiter(pool), SaltBook(pool)

    async def count(self, scope: Scope, report: bytes) -> None:
        """One code more for a report, from where the request comes. Raises `TooManyCodes`."""
        await self._require(Charge(subject(b"", "email-report", report), self._settings.report))
        address, salt = self._limited_address(scope), await self._salt()
        if address is not None and salt is not None:
            network = subject(salt, "email-network", network_of(address))
            await self._require(Charge(network, self._settings.network))

    async def may_write_to(self, address: str) -> bool:
        """Whether the address has room for one message more of somebody who may not be its owner. Nobody is told, since the
        answer would tell who else asked.
        """
        salt = await self._salt()
        if salt is None:
            return True
        mailbox = subject(salt, "email-recipient", address.casefold().encode())
        (charged,) = await self._limiter.charge([Charge(mailbox, self._settings.recipient)])
        return charged.is_admitted

    async def _require(self, charge: Charge) -> None:
        (charged,) = await self._limiter.charge([charge])
        if not charged.is_admitted:
            raise TooManyCodes(charged, charge.limit)

    async def _salt(self) -> bytes | None:
        """None where the database can't be asked: then no code can be kept either."""
        try:
            return await self._salts.of(datetime.now(UTC))
        except TRANSIENT_ERRORS:
            return None

    def _limited_address(self, scope: Scope) -> Address | None:
        """None for those whom no limit concerns."""
        client = scope.get("client")
        if client is None:
            return None
        forwarded = [
            value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
        ]
        address = client_address(client[0], forwarded, self._abuse.trusted_proxies)
        return None if address is None or is_within(address, self._abuse.never_limited) else address
