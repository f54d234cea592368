"""Asking for news by e-mail, entering the code, and stopping: what pages and API do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import asyncpg
from starlette.types import Scope

from services.intake.abuse.settings import AbuseSettings
from services.intake.email import email_store
from services.intake.email.codes import Judgement, is_over, judge, new_code, typed_code
from services.intake.email.counts import CODES
from services.intake.email.email_store import Holder, KeptNews
from services.intake.email.limits import CodeLimits
from services.intake.email.links import StopToken
from services.intake.email.news import State, queue_first
from services.intake.email.parts import ADDRESS, CODE, ENTERED
from services.intake.email.sending import Postman
from services.intake.email.settings import EmailSettings
from services.intake.vault import Vault
from shared.identity import new_id
from shared.inbox import Connection

_WAIT_S: Final = 5.0


class Shown(StrEnum):
    """How it stands, as the holder of the tracking code may know; never which address."""

    NONE = "none"
    ASKED = "asked"
    ENDED = "ended"
    VERIFIED = "verified"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Standing:
    """`refusal`: the mail server's number; `is_code_lost`: the code could not be sent in time."""

    shown: Shown
    refusal: str | None = None
    is_code_lost: bool = False


class EmailNews:
    def __init__(
        self,
        settings: EmailSettings,
        abuse: AbuseSettings,
        pool: "asyncpg.Pool[asyncpg.Record]",
        vault: Vault,
        postman: Postman,
    ) -> None:
        self.settings = settings
        self._pool, self._vault, self._postman = pool, vault, postman
        self._limits = CodeLimits(settings, abuse, pool)

    async def ask(
        self,
        scope: Scope,
        tracking_code: str,
        address: str | None,
        language: str,
        *,
        only_first: bool = False,
    ) -> bool:
        """A code is sent, unless the address gets too many already, which nobody is told. `address` None: to the one that an
        earlier code went to. `only_first`: nothing is done where one was asked for before. False when there is no such report,
        or no such address. Raises `TooManyCodes`.
        """
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            holder = await email_store.holder(connection, tracking_code)
            kept = None if holder is None else await email_store.kept(connection, holder.report_id)
        if holder is None:
            return False
        if only_first and kept is not None:
            return True
        to = self._earlier(holder, kept) if address is None else address
        if to is None:
            return False
        await self._limits.count(scope, holder.report_id.bytes)
        is_sent = await self._limits.may_write_to(to)
        if not await self._keep(holder, to, language, is_sent=is_sent):
            return False
        CODES.labels("asked" if is_sent else "held_back").inc()
        self._postman.wake()
        return True

    async def enter(self, tracking_code: str, typed: str) -> Judgement:
        """What was entered as the code. The same right one again is as once; what can't be a code is a slip, and no try."""
        code, now = typed_code(typed), datetime.now(UTC)
        async with self._pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
            holder = await email_store.holder(connection, tracking_code)
            if holder is None:
                return Judgement.ENDED
            await email_store.lock(connection, holder.report_id)
            kept = await email_store.kept(connection, holder.report_id)
            if kept is None or kept.state is State.REFUSED or is_over(kept.code, now):
                judgement = Judgement.ENDED
            elif code is None:
                judgement = Judgement.WRONG
            else:
                judgement = judge(kept.code, self._digest(holder, code), now)
                await self._take(connection, holder, kept, judgement)
        CODES.labels(judgement).inc()
        self._postman.wake()
        return judgement

    async def stop(self, tracking_code: str) -> None:
        """The address and what waits to be sent to it are erased."""
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            holder = await email_store.holder(connection, tracking_code)
            if holder is not None:
                await email_store.forget(connection, holder.report_id)

    async def stop_by_link(self, token: str) -> None:
        """What a link in a message does. A link of an earlier asking, or of a report that is gone, has nothing to stop."""
        read = StopToken.read(token)
        if read is None:
            return
        async with self._pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
            holder = await email_store.holder_by_id(connection, read.report_id)
            await email_store.lock(connection, read.report_id)
            kept = await email_store.kept(connection, read.report_id)
            if holder is not None and kept is not None and read.is_of(self._vault, holder.key, kept.asked_id):
                await email_store.forget(connection, read.report_id)

    async def standing(self, tracking_code: str) -> Standing:
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            holder = await email_store.holder(connection, tracking_code)
            kept = None if holder is None else await email_store.kept(connection, holder.report_id)
        if kept is None:
            return Standing(Shown.NONE)
        is_lost = kept.is_code_lost or is_over(kept.code, datetime.now(UTC))
        shown = Shown.ENDED if kept.state is State.ASKED and is_lost else Shown(kept.state)
        return Standing(shown, kept.refusal, kept.is_code_lost)

    async def _take(
        self, connection: Connection, holder: Holder, kept: KeptNews, judgement: Judgement
    ) -> None:
        """From the right code on news is sent, beginning with how it stands."""
        if judgement is not Judgement.RIGHT:
            await email_store.count_wrong(connection, holder.report_id)
        elif await email_store.verify(connection, holder.report_id):
            status, at = await email_store.status_now(connection, holder.report_id)
            await queue_first(connection, holder.report_id, kept.asked_id, status, at)

    async def _keep(self, holder: Holder, address: str, language: str, *, is_sent: bool) -> bool:
        vault, report_id, key, now = self._vault, holder.report_id, holder.key, datetime.now(UTC)
        code, asked_id = new_code(), new_id()
        sealed = vault.seal_line(report_id, key, ADDRESS, address)
        digest, ends_at = self._digest(holder, code), now + self.settings.code_lasts
        async with self._pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
            if not await email_store.ask(connection, report_id, asked_id, sealed, language, digest, ends_at):
                return False
            if is_sent:
                closed = vault.seal_line(report_id, key, CODE, code)
                await email_store.put_code_in_line(connection, asked_id, report_id, closed, now)
        return True

    def _earlier(self, holder: Holder, kept: KeptNews | None) -> str | None:
        if kept is None or kept.address is None:
            return None
        return self._vault.open_line(holder.report_id, holder.key, ADDRESS, kept.address)

    def _digest(self, holder: Holder, code: str) -> bytes:
        return self._vault.mark(holder.report_id, holder.key, ENTERED, code.encode())


async def forget_unconfirmed(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Addresses whose code nobody entered go a day later, whoever they are."""
    async with pool.acquire() as connection:
        await email_store.forget_unconfirmed(connection)
