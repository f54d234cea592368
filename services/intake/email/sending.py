"""Sends what waits, outside any transaction. Several processes may: each claims one message at a time.

A process that dies while it sends leaves the message to another one after a while; then it may arrive twice, with the same
Message-ID. Where the server takes nothing at all, everything waits and nothing is given up for it but what is too old.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from random import uniform
from typing import Final
from urllib.parse import urlsplit

import asyncpg
import structlog

from services.intake.email import sending_store
from services.intake.email.counts import MESSAGES, OLDEST_SECONDS, SERVER_AWAY, WAITING
from services.intake.email.letters import Envelope, code_letter, news_letter
from services.intake.email.links import Links, StopToken
from services.intake.email.parts import ADDRESS, CODE
from services.intake.email.sending_store import Claimed
from services.intake.email.settings import EmailSettings
from services.intake.email.smtp import Away, Later, MailServer, Never, Outcome, Sent, longest_s
from services.intake.texts import chosen_language
from services.intake.vault import UnknownMasterKey, Vault, WrongMasterKeyError
from shared.health import Check
from shared.inbox import Connection
from shared.postgres import TRANSIENT_ERRORS

log = structlog.get_logger()

_AT_A_TIME: Final = 200
_LONGEST_PAUSE_S: Final = 60.0
_LONGEST_RETRY_S: Final = 3600.0
# A code that arrives at its last moment is only in the way.
_LEAST_LEFT: Final = timedelta(seconds=30)


class Postman:
    def __init__(
        self, settings: EmailSettings, public_url: str, pool: "asyncpg.Pool[asyncpg.Record]", vault: Vault
    ) -> None:
        self._settings, self._pool, self._vault = settings, pool, vault
        self._links = Links(public_url.rstrip("/"))
        self._server = MailServer(settings, urlsplit(public_url).hostname or "localhost")
        self._held_for = timedelta(seconds=longest_s(settings) + 30)
        self._woken = asyncio.Event()
        self._trouble: str | None = None
        self._troubles = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._settings.is_on:
            self._task = asyncio.create_task(self._run(), name="postman")

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._server.close()

    async def check(self) -> Check:
        """Told, and no more: reports are taken in whether messages go out or not."""
        if not self._settings.is_on:
            return Check(ok=True, detail="off: no mail server is set")
        async with self._pool.acquire(timeout=3) as connection:
            waiting = await sending_store.waiting(connection)
        trouble = f"; the mail server takes none ({self._trouble})" if self._trouble else ""
        return Check(ok=True, detail=f"{waiting.messages} messages wait{trouble}")

    async def send_due(self) -> int:
        """Everything that is due, until there is no more or the server takes none. How many were sent."""
        sent = 0
        try:
            while (outcome := await self._next()) is not None:
                sent += isinstance(outcome, Sent)
                self._note(outcome)
                if isinstance(outcome, Away):
                    break
        finally:
            await self._server.close()
        return sent

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.send_due()
                await self._measure()
            except TRANSIENT_ERRORS as error:
                log.warning("email_waits", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - whatever one message meets, the others are sent
                log.error("email_failed", error=type(error).__name__)  # noqa: TRY400 - its words may quote an address
            await self._pause()

    async def _pause(self) -> None:
        """Until woken or a turn is over; after trouble longer and longer, and without listening."""
        if self._trouble is not None:
            first = self._settings.poll_s
            await asyncio.sleep(min(_LONGEST_PAUSE_S, first * 2 ** min(self._troubles, 10)) * uniform(0.8, 1))
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self._settings.poll_s)

    async def _next(self) -> Outcome | None:
        """None when nothing is due."""
        async with self._pool.acquire(timeout=5) as connection:
            await sending_store.gather(connection, _AT_A_TIME)
            claimed = await sending_store.claim(connection, self._held_for)
            if claimed is None:
                return None
            found = self._too_late(claimed) or await self._letter(connection, claimed)
        outcome = found if isinstance(found, Never) else await self._server.send(*found)
        async with self._pool.acquire(timeout=5) as connection:
            await self._settle(connection, claimed, outcome)
        return outcome

    def _too_late(self, claimed: Claimed) -> Never | None:
        now = datetime.now(UTC)
        if claimed.kind == "code" and claimed.code_ends_at - now < _LEAST_LEFT:
            return Never("too late", is_address=False)
        if now - claimed.made_at > timedelta(hours=self._settings.keep_trying_hours):
            return Never("tried too long", is_address=False)
        return None

    async def _letter(self, connection: Connection, claimed: Claimed) -> tuple[str, EmailMessage] | Never:
        """To whom, and what."""
        vault, key, report_id = self._vault, claimed.key, claimed.report_id
        try:
            address = vault.open_line(report_id, key, ADDRESS, claimed.address)
            token = StopToken.of(vault, report_id, key, claimed.asked_id)
            code = None if claimed.code is None else vault.open_line(report_id, key, CODE, claimed.code)
        except (UnknownMasterKey, WrongMasterKeyError) as fault:
            log.error("email_not_opened", report_id=report_id, error=type(fault).__name__)  # noqa: TRY400
            return Never("sealed by a key that is not here", is_address=False)
        language, links = chosen_language(claimed.language, ""), self._links
        envelope = Envelope(
            message_id=claimed.message_id,
            language=language,
            municipality=claimed.municipality,
            sender=self._settings.sender,
            sender_name=self._settings.sender_name,
            recipient=address,
            follow_url=links.look_up(language) if code else links.follow(claimed.tracking_code, language),
            stop_url=links.stop(token, language),
            at=datetime.now(UTC),
        )
        if code is not None:
            return address, code_letter(envelope, code, claimed.code_ends_at)
        told, is_asked = await sending_store.told_by(connection, claimed.message_id)
        return address, news_letter(envelope, told, is_asked=is_asked)

    async def _settle(self, connection: Connection, claimed: Claimed, outcome: Outcome) -> None:
        reason = None if isinstance(outcome, Sent) else outcome.reason
        match outcome:
            case Sent():
                await sending_store.settle(connection, claimed, "sent", None)
            case Later() | Away():
                await sending_store.try_later(
                    connection, claimed, self._after(claimed, outcome), outcome.reason
                )
            case Never():
                await sending_store.settle(connection, claimed, "given_up", outcome.reason)
                if outcome.is_address:
                    await sending_store.refuse(connection, claimed, outcome.reason)
        result = _RESULTS[type(outcome)]
        MESSAGES.labels(claimed.kind, result).inc()
        log.info(
            "email_tried",
            message_id=claimed.message_id,
            report_id=claimed.report_id,
            kind=claimed.kind,
            result=result,
            tries=claimed.tries,
            reason=reason,
        )

    def _after(self, claimed: Claimed, outcome: Later | Away) -> timedelta:
        """Twice as long each time. While the server is away the pause of the whole is what spreads the tries."""
        if isinstance(outcome, Away):
            return timedelta(seconds=self._settings.poll_s)
        wait_s = min(_LONGEST_RETRY_S, self._settings.retry_first_s * 2 ** min(claimed.tries - 1, 12))
        return timedelta(seconds=wait_s * uniform(0.8, 1))

    def _note(self, outcome: Outcome) -> None:
        self._trouble = outcome.reason if isinstance(outcome, Away) else None
        self._troubles = self._troubles + 1 if self._trouble else 0
        SERVER_AWAY.set(1 if self._trouble else 0)

    async def _measure(self) -> None:
        async with self._pool.acquire(timeout=5) as connection:
            waiting = await sending_store.waiting(connection)
        WAITING.set(waiting.messages)
        age = 0.0 if waiting.oldest is None else (datetime.now(UTC) - waiting.oldest).total_seconds()
        OLDEST_SECONDS.set(max(0.0, age))


_RESULTS: Final = {Sent: "sent", Later: "later", Never: "given_up", Away: "server_away"}
