"""Counting a stranger's report: against the room of its address, then of its network, and beside others of the same text."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from services.intake.abuse.addresses import Address, host_of, network_of, subject
from services.intake.abuse.alike import alike_keys
from services.intake.abuse.buckets import Charge, Charged, Limit
from services.intake.abuse.limits import Limiter
from services.intake.abuse.salts import SaltBook
from services.intake.abuse.settings import AbuseSettings
from services.intake.domain.acceptance import Acceptance
from shared.postgres import TRANSIENT_ERRORS


class OverLimit(Exception):  # noqa: N818 - a decision about the request, not a fault
    """`kind`: which limit was reached."""

    def __init__(self, kind: str, charged: Charged, limit: Limit) -> None:
        super().__init__(kind)
        self.kind, self.limit, self.retry_after_s = kind, limit, charged.retry_after_s(limit)


class Counting:
    def __init__(self, settings: AbuseSettings, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._settings, self._limiter, self._salts = settings, Limiter(pool), SaltBook(pool)

    async def count_token(self, mark: str) -> None:
        """Raises `OverLimit`."""
        charge = Charge(subject(b"", "token", mark.encode()), self._settings.token)
        _refuse_over("token", charge, (await self._limiter.charge([charge]))[0])

    async def count_batch(self, mark: str, reports: int) -> None:
        """All of them or none. Raises `OverLimit`."""
        charge = Charge(subject(b"", "token", mark.encode()), self._settings.token)
        charged = await self._limiter.charge_whole(charge, reports)
        if charged is not None:
            _refuse_over("token", charge, charged)

    async def is_often_unscripted(self, address: Address, now: datetime) -> bool:
        """Whether more than a few forms came without work, from its address or its network. Without the database nobody's did."""
        settings, salt = self._settings, await self._salt(now)
        if salt is None:
            return False
        own = Charge(subject(salt, "unscripted", host_of(address)), settings.unscripted)
        network = Charge(subject(salt, "unscripted-net", network_of(address)), settings.unscripted_network)
        return not all(each.is_admitted for each in await self._limiter.charge([own, network]))

    async def count_photos(self, address: Address, photos: int, limit: Limit) -> None:
        """Raises `OverLimit` when there is no room for all of them."""
        salt = await self._salt(datetime.now(UTC))
        if salt is None or not self._settings.limits or photos == 0:
            return
        charge = Charge(subject(salt, "photo", host_of(address)), limit)
        for charged in await self._limiter.charge([charge] * photos):
            _refuse_over("photo", charge, charged)

    async def count(
        self, address: Address, kind: str, accepted: Acceptance, *, is_danger: bool
    ) -> tuple[bool, bytes | None]:
        """Whether it is one of a burst, and what texts like it are called today. Raises `OverLimit`; of what tells of danger
        only for the network. Without the database nothing is counted.
        """
        settings, salt = self._settings, await self._salt(accepted.event.received_at)
        if salt is None:
            return False, None
        if settings.limits:
            limit = settings.without_work if kind == "without_work" else settings.address
            own = Charge(subject(salt, kind, host_of(address)), limit)
            (charged,) = await self._limiter.charge([own])
            if not is_danger:
                _refuse_over(kind, own, charged)
        # The network only now: one address can't use up the others' room by what it is refused.
        network = Charge(subject(salt, "network", network_of(address)), settings.network)
        far, near = self._texts(salt, address, accepted)
        charged_network, *charged_texts = await self._limiter.charge([network, *far, *near])
        if settings.limits:
            _refuse_over("network", network, charged_network)
        most = [settings.alike_from_anywhere] * len(far) + [settings.alike_from_network] * len(near)
        is_burst = any(each.used > number for each, number in zip(charged_texts, most, strict=True))
        return is_burst, far[0].subject if far else None

    def _texts(
        self, salt: bytes, address: Address, accepted: Acceptance
    ) -> tuple[Sequence[Charge], Sequence[Charge]]:
        """From anywhere, and from its network."""
        settings, place = self._settings, accepted.event.municipality.encode()
        if not settings.quarantine:
            return [], []
        keys, network = alike_keys(accepted.text), network_of(address)
        far, near = settings.alike(settings.alike_from_anywhere), settings.alike(settings.alike_from_network)
        return (
            [Charge(subject(salt, "text", place, key), far) for key in keys],
            [Charge(subject(salt, "text-network", place, key, network), near) for key in keys],
        )

    async def _salt(self, now: datetime) -> bytes | None:
        try:
            return await self._salts.of(now.astimezone(UTC))
        except TRANSIENT_ERRORS:
            return None


def _refuse_over(kind: str, charge: Charge, charged: Charged) -> None:
    if not charged.is_admitted:
        raise OverLimit(kind, charged, charge.limit)
