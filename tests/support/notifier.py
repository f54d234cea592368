"""The notifier's parts on a test database, with a clock that stands until it is moved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import SecretStr

from services.notifier.alerting import Alerting
from services.notifier.channels.webhook import Endpoint
from services.notifier.handlers import on_incident_changed_or_receipt
from services.notifier.rules_file import DEFAULT_RULES_PATH, load_rules
from shared.envelope import Envelope
from shared.events import Agency, Event, IncidentChanged, Receipt
from shared.identity import derived_id
from shared.topics import INCIDENT_CHANGED, RECEIPT
from shared.tracing import new_traceparent
from tests.support.incidents import NOON, incident_id
from tests.support.webhook_receiver import SECRET

RULES = load_rules(DEFAULT_RULES_PATH)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def envelope(event: IncidentChanged | Receipt, event_id: UUID | None = None) -> Envelope[Event]:
    topic = INCIDENT_CHANGED if isinstance(event, IncidentChanged) else RECEIPT
    return Envelope(event_id or uuid4(), topic.name, NOON, new_traceparent(), event)


def endpoint(agency: Agency, url: str) -> Endpoint:
    return Endpoint(derived_id("webhook", agency, url), agency, url, SecretStr(SECRET))


@dataclass
class NotifierForTests:
    pool: "asyncpg.Pool[asyncpg.Record]"
    clock: Clock = field(default_factory=Clock)
    endpoints: Sequence[Endpoint] = ()

    @property
    def alerting(self) -> Alerting:
        ids = {agency: [each.id for each in self.endpoints if each.agency == agency] for agency in Agency}
        return Alerting(RULES, ids)

    async def take(self, *events: IncidentChanged | Receipt | Envelope[Event]) -> None:
        """As the stream would hand them over, in one batch."""
        handler = on_incident_changed_or_receipt(self.pool, self.alerting, lambda: None, self.clock)
        await handler([each if isinstance(each, Envelope) else envelope(each) for each in events])

    async def alerts(self, name: object = "incident") -> list[tuple[str, str, int]]:
        """(agency, kind, revision) in the order they were issued."""
        rows = await self.pool.fetch(
            "SELECT agency, kind, revision FROM alert WHERE incident_id = $1 ORDER BY position",
            incident_id(name),
        )
        return [tuple(row) for row in rows]

    async def alert_id(self, agency: str, name: object = "incident") -> UUID:
        """The last one."""
        found = await self.pool.fetchval(
            "SELECT alert_id FROM alert WHERE incident_id = $1 AND agency = $2 ORDER BY revision DESC LIMIT 1",
            incident_id(name),
            agency,
        )
        assert isinstance(found, UUID)
        return found

    async def deliveries(self, name: object = "incident", channel: str = "kafka") -> dict[str, str]:
        """Status by agency, of the last alert."""
        rows = await self.pool.fetch(
            "SELECT agency, status FROM delivery WHERE incident_id = $1 AND channel = $2 ORDER BY revision",
            incident_id(name),
            channel,
        )
        return {row["agency"]: row["status"] for row in rows}

    async def outbox(self, topic: str) -> list[Any]:
        return await self.pool.fetch("SELECT * FROM outbox WHERE topic = $1 ORDER BY position", topic)
