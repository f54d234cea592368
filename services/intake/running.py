"""The parts of intake that live as long as its event loop: database, committing, Kafka, outbox, jobs."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg

from services.intake.abuse.abuse_jobs import FORGOTTEN_EVERY_S, LOOKED_AT_EVERY_S, forget, release_due
from services.intake.abuse.gate import Gate
from services.intake.batch_commit import BatchCommit
from services.intake.disposal import LOOKED_FOR_EVERY_S, Withdrawal, dispose_of_old, withdraw
from services.intake.domain.retention import Retention
from services.intake.email.asking import EmailNews, forget_unconfirmed
from services.intake.email.sending import Postman
from services.intake.group_commit import GroupCommit
from services.intake.handlers import on_news_of_reports
from services.intake.jobs import TOKEN_USES_NOTED_EVERY_S, forget_disclosures, purge_keys
from services.intake.metrics import DISPOSAL_DONE
from services.intake.photos.keeping import Photos
from services.intake.settings import IntakeSettings
from services.intake.staff.door import StaffDoor
from services.intake.tokens import TokenBook
from services.intake.vault import Vault
from services.intake.vault_jobs import (
    KEYS_READ_EVERY_S,
    read_keys_again,
    require_keys,
    seal_what_is_from_before,
)
from services.intake.vault_keys import open_vault
from shared.errors import CannotStart
from shared.health import Check
from shared.jobs import INBOX_CHECKED_EVERY_S, every, forget_old_events
from shared.kafka import Stream
from shared.outbox import OutboxRelay
from shared.postgres import TRANSIENT_ERRORS, create_pool
from shared.topics import Service, topics_read_by


@dataclass(slots=True)
class Running:
    """Routes are made before the event loop runs, so they hold this and ask it at each request."""

    settings: IntakeSettings
    pool: "asyncpg.Pool[asyncpg.Record]" = field(init=False)
    commits: GroupCommit = field(init=False)
    batches: BatchCommit = field(init=False)
    tokens: TokenBook = field(init=False)
    vault: Vault = field(init=False)
    gate: Gate = field(init=False)
    photos: Photos = field(init=False)
    email: EmailNews = field(init=False)
    _postman: Postman = field(init=False)
    staff_door: StaffDoor = field(init=False)
    _stream: Stream = field(init=False)
    _relay: OutboxRelay = field(init=False)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Starts without waiting for any server. Stops by committing what waits and sending what the broker takes."""
        self.vault = open_vault(self.settings)
        self._build()
        # What was made until now stays for good: without it in view, the collector's pauses are short under load.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        stop_timeout_s = self.settings.stop_timeout_s
        async with self.pool:
            self._stream.start()
            self._relay.start()
            self.commits.start()
            self.photos.start()
            self._postman.start()
            tasks = [
                asyncio.create_task(
                    every(self.settings.purge_every_s, lambda: purge_keys(self.pool), "purge_keys")
                ),
                asyncio.create_task(
                    every(TOKEN_USES_NOTED_EVERY_S, self.tokens.note_uses, "note_token_uses")
                ),
                *self._keeping(),
                asyncio.create_task(
                    every(INBOX_CHECKED_EVERY_S, lambda: forget_old_events(self.pool), "forget_old_events")
                ),
            ]
            yield
            await self.commits.stop(stop_timeout_s)
            await self.photos.stop()
            await self._postman.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(
                *TRANSIENT_ERRORS
            ):  # when a token was last used is good to know, no more
                await self.tokens.note_uses()
            await self._stream.stop(self._relay)

    def _keeping(self) -> "list[asyncio.Task[None]]":
        """What is kept is sealed, and no longer than decided."""
        path, settings = self.settings.master_keys_file, self.settings
        retention = Retention(settings.retention_days, settings.retention_days_by_category)
        jobs = [
            every(KEYS_READ_EVERY_S, lambda: read_keys_again(self.vault, path), "read_keys_again"),
            every(
                LOOKED_FOR_EVERY_S,
                lambda: seal_what_is_from_before(self.pool, self.vault),
                "seal_what_is_from_before",
            ),
        ]
        jobs += [
            every(TOKEN_USES_NOTED_EVERY_S, self.tokens.note_ends, "note_token_ends"),
            every(LOOKED_AT_EVERY_S, self._release_due, "release_due"),
            every(FORGOTTEN_EVERY_S, lambda: forget(self.pool), "forget_addresses"),
            every(LOOKED_FOR_EVERY_S, lambda: forget_unconfirmed(self.pool), "forget_unconfirmed"),
            every(
                LOOKED_FOR_EVERY_S,
                lambda: forget_disclosures(self.pool, timedelta(days=settings.disclosure_days)),
                "forget_disclosures",
            ),
        ]
        if retention.is_decided:
            DISPOSAL_DONE.set_to_current_time()  # late is counted from here
            jobs.append(every(LOOKED_FOR_EVERY_S, lambda: self._dispose_of_old(retention), "dispose_of_old"))
        return [asyncio.create_task(job) for job in jobs]

    async def _dispose_of_old(self, retention: Retention) -> None:
        if await dispose_of_old(self.pool, retention, datetime.now(UTC)):
            self._relay.wake()
        DISPOSAL_DONE.set_to_current_time()

    async def _release_due(self) -> None:
        if await release_due(self.pool, datetime.now(UTC)):
            self._relay.wake()

    def wake_relay(self) -> None:
        self._relay.wake()

    async def withdraw(self, tracking_code: str) -> Withdrawal:
        withdrawal = await withdraw(self.pool, tracking_code, datetime.now(UTC))
        self._relay.wake()
        self.photos.erase_soon()
        return withdrawal

    def _build(self) -> None:
        settings = self.settings
        self.pool = create_pool(settings.postgres, Service.INTAKE.value)
        given = {source: token.get_secret_value() for source, token in settings.tokens.items()}
        self.tokens = TokenBook(self.pool, given)
        self.gate = Gate(settings.abuse, self.pool)
        self.photos = Photos(settings.photos, self.pool, self.vault)
        self._postman = Postman(settings.email, settings.public_url, self.pool, self.vault)
        self.email = EmailNews(settings.email, settings.abuse, self.pool, self.vault, self._postman)
        self.staff_door = StaffDoor(settings.staff, self.pool, self.tokens)
        self._stream = Stream(Service.INTAKE, settings.kafka, settings.stop_timeout_s)
        self._stream.consume(
            topics_read_by(Service.INTAKE),
            on_news_of_reports(self.pool, timedelta(seconds=settings.email.gather_s)),
            batch_records=settings.batch_records,
            poll_ms=settings.poll_ms,
        )
        self._relay = OutboxRelay(self.pool, self._stream.producer)
        self.commits = GroupCommit(
            self.pool,
            queue_limit=settings.queue_limit,
            batch_limit=settings.batch_limit,
            keys_kept=timedelta(hours=settings.idempotency_hours),
            vault=self.vault,
            on_commit=self._relay.wake,
        )
        self.batches = BatchCommit(
            self.pool,
            keys_kept=timedelta(hours=settings.idempotency_hours),
            vault=self.vault,
            on_commit=self._relay.wake,
        )

    async def check_database(self) -> Check:
        async with self.pool.acquire(timeout=3) as connection:
            await connection.fetchval("SELECT 1 FROM report LIMIT 1")
        return Check(ok=True, detail="reachable and migrated")

    async def check_keys(self) -> Check:
        """Not ready when what is kept can't be opened, as after the wrong key file was given back."""
        try:
            async with self.pool.acquire(timeout=3) as connection:
                await require_keys(connection, self.vault, self.settings.master_keys_file)
        except CannotStart as fault:
            return Check(ok=False, detail=str(fault))
        return Check(ok=True, detail="what is kept can be opened")

    async def check_commits(self) -> Check:
        return await self.commits.check()

    async def check_limits(self) -> Check:
        return await self.gate.check()

    async def check_email(self) -> Check:
        return await self._postman.check()

    async def check_outbox(self) -> Check:
        return await self._relay.check()

    async def check_kafka(self) -> Check:
        """Told, and no more: intake accepts while Kafka is away, so it stays ready."""
        found = await self._stream.check()
        return found if found.ok else Check(ok=True, detail=f"{found.detail}; reports are accepted and kept")
