"""The agencies' API: their alerts, their receipts, their delivery log. Each agency sees its own and nothing else."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from services.notifier.receiving import take_receipts
from services.notifier.store import alerts as alert_table
from services.notifier.store import deliveries as delivery_table
from shared.events import (
    Agency,
    Alert,
    AlertKind,
    Channel,
    DeliveryStatus,
    Receipt,
    ReceiptStatus,
)
from shared.identity import new_id
from shared.inbox import Connection
from shared.openapi import problem
from shared.paging import cursor_of_number, number_of
from shared.plain_text import WITHOUT_NUL
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_FROM_THE_NEWEST: Final = 2**63 - 1
Limit = Annotated[int, Query(ge=1, le=200, description="At most so many rows.")]
Cursor = Annotated[
    str | None, Query(max_length=100, description="`next_cursor` of the page before; newest first.")
]


class AlertStatus(StrEnum):
    UNANSWERED = "unanswered"
    DELIVERED = "delivered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ReceiptGiven(BaseModel):
    """An agency's word on an alert. A later `seen` does not take back an `accepted`."""

    model_config = ConfigDict(extra="forbid")

    status: ReceiptStatus
    note: Annotated[str, Field(max_length=500, pattern=WITHOUT_NUL)] | None = None


class ReceiptTaken(BaseModel):
    receipt_id: UUID
    alert_id: UUID
    status: ReceiptStatus
    at: AwareDatetime


class ListedAlert(BaseModel):
    alert: Alert
    status: AlertStatus
    status_at: AwareDatetime | None


class AlertPage(BaseModel):
    alerts: list[ListedAlert]
    next_cursor: str | None


class Attempt(BaseModel):
    attempt: int
    at: AwareDatetime
    outcome: str
    reason: str
    took_ms: int


class ListedDelivery(BaseModel):
    delivery_id: UUID
    alert_id: UUID
    incident_id: UUID
    channel: Channel
    kind: AlertKind
    status: DeliveryStatus
    attempts: int
    reason: str | None
    created_at: AwareDatetime
    changed_at: AwareDatetime
    log: list[Attempt] = Field(description="Each attempt at a webhook.")


class DeliveryPage(BaseModel):
    deliveries: list[ListedDelivery]
    next_cursor: str | None


def agency_of(tokens: Mapping[Agency, SecretStr]) -> Callable[..., Agency]:
    """Who asks, by their token. Every token is compared, so the time taken tells nothing."""

    def identify(
        credentials: Annotated[
            HTTPAuthorizationCredentials | None, Depends(HTTPBearer(scheme_name="agency", auto_error=False))
        ],
    ) -> Agency:
        shown = credentials.credentials.encode() if credentials is not None else b""
        matching = [
            agency
            for agency, token in tokens.items()
            if secrets.compare_digest(token.get_secret_value().encode(), shown)
        ]
        if not matching:
            raise Problem(
                401,
                "not-signed-in",
                "This is for agencies",
                "Send the agency's token as `Authorization: Bearer …`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return matching[0]

    return identify


def agency_router(
    pool: "asyncpg.Pool[asyncpg.Record]",
    tokens: Mapping[Agency, SecretStr],
    wake: Callable[[], None],
    clock: Callable[[], datetime],
) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["agencies"], responses=_PROBLEMS)
    Asking = Annotated[Agency, Depends(agency_of(tokens))]  # noqa: N806 - a type

    @router.get("/alerts")
    async def list_alerts(
        agency: Asking, status: AlertStatus | None = None, cursor: Cursor = None, limit: Limit = 50
    ) -> AlertPage:
        """The agency's alerts, newest first."""
        async with _connection(pool) as connection:
            found = await alert_table.of_agency(connection, agency, status, _position(cursor), limit)
        alerts = [
            ListedAlert(
                alert=each.alert,
                status=AlertStatus(each.receipt_status or AlertStatus.UNANSWERED),
                status_at=each.receipt_at,
            )
            for each in found
        ]
        return AlertPage(alerts=alerts, next_cursor=_cursor([each.position for each in found], limit))

    @router.post("/alerts/{alert_id}/receipts", status_code=202, responses=_NO_SUCH_ALERT)
    async def give_receipt(alert_id: UUID, given: ReceiptGiven, agency: Asking) -> ReceiptTaken:
        """Acknowledge an alert."""
        receipt_id, at = new_id(), clock()
        async with _connection(pool) as connection, connection.transaction():
            municipality = await alert_table.municipality_of(connection, alert_id, agency)
            if municipality is None:
                raise Problem(
                    404,
                    "unknown-alert",
                    "There is no such alert",
                    "Check the alert's id; it must be your own.",
                )
            receipt = Receipt(
                municipality=municipality,
                receipt_id=receipt_id,
                alert_id=alert_id,
                agency=agency,
                status=given.status,
                at=at,
                note=given.note,
            )
            await take_receipts(connection, [receipt], "http", at)
        wake()
        return ReceiptTaken(receipt_id=receipt_id, alert_id=alert_id, status=given.status, at=at)

    @router.get("/deliveries")
    async def list_deliveries(agency: Asking, cursor: Cursor = None, limit: Limit = 50) -> DeliveryPage:
        """How the agency's alerts were delivered, newest first."""
        async with _connection(pool) as connection:
            found = await delivery_table.of_agency(connection, agency, _position(cursor), limit)
        deliveries = [
            ListedDelivery(
                **{name: getattr(each, name) for name in ListedDelivery.model_fields if name != "log"},
                log=[Attempt.model_validate(attempt) for attempt in log],
            )
            for each, log in found
        ]
        return DeliveryPage(
            deliveries=deliveries, next_cursor=_cursor([each.position for each, _ in found], limit)
        )

    return router


_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    401: problem(
        "No valid agency token.", "not-signed-in", "This is for agencies", 401,
        "Send the agency's token as `Authorization: Bearer …`.",
    ),
    503: problem(
        "Try again in a moment; `Retry-After` says when.", "try-again-later", "This can't be answered right now", 503,
        "The database can't be reached. Ask again in a moment.",
    ),
}  # fmt: skip
_NO_SUCH_ALERT: Final[dict[int | str, dict[str, Any]]] = {
    404: problem(
        "The agency has no such alert.", "unknown-alert", "There is no such alert", 404,
        "Check the alert's id; it must be your own.",
    )
}  # fmt: skip


@asynccontextmanager
async def _connection(pool: "asyncpg.Pool[asyncpg.Record]") -> AsyncIterator[Connection]:
    """Raises `Problem` 503 while the database is away."""
    try:
        async with pool.acquire(timeout=5) as connection:
            yield connection
    except TRANSIENT_ERRORS:
        raise Problem(
            503,
            "try-again-later",
            "This can't be answered right now",
            "The database can't be reached. Ask again in a moment.",
            headers={"Retry-After": "5"},
        ) from None


def _cursor(positions: list[int], limit: int) -> str | None:
    """None when there can be no further page."""
    return None if len(positions) < limit else cursor_of_number(positions[-1])


def _position(cursor: str | None) -> int:
    return _FROM_THE_NEWEST if cursor is None else number_of(cursor)
