"""What reporting says of a report becomes what its reporter may follow."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.envelope import Outgoing, outgoing
from shared.events import FollowStatus, ReportStatusChanged
from shared.identity import new_id
from shared.topics import REPORT_STATUS, Service
from tests.broker.intake.conftest import RunIntake
from tests.support.kafka import KafkaForTests

NOW = datetime.now(UTC)


def news(report_id: UUID, status: FollowStatus, minutes: int, note: str | None = None) -> Outgoing:
    event = ReportStatusChanged(
        municipality="1983",
        report_id=report_id,
        status=status,
        note=note,
        at=NOW + timedelta(minutes=minutes),
    )
    return outgoing(
        REPORT_STATUS, event, key=report_id, subject=report_id, source=Service.REPORTING, traceparent=None
    )


async def send(kafka: KafkaForTests, record: Outgoing) -> None:
    headers: list[tuple[str, bytes | None]] = [
        (name, value.encode()) for name, value in record.headers.items()
    ]
    await kafka.send(record.topic, record.body, key=record.key.encode(), headers=headers)


async def followed(intake: httpx.AsyncClient, url: str, until: FollowStatus) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            found: dict[str, Any] = (await intake.get(url)).json()
            if found["status"] == until:
                return found
            await asyncio.sleep(0.05)


async def test_the_latest_status_holds_and_the_history_is_kept(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake
) -> None:
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        answer = (await intake.post("/api/v1/reports", json={"text": "Det brinner."})).json()
        report_id = UUID(answer["id"])
        passed_on = news(report_id, FollowStatus.PASSED_ON, 2, note="Räddningstjänsten vet")
        await send(kafka, news(new_id(), FollowStatus.ASSESSED, 1))  # of a report that is not here
        await send(kafka, passed_on)
        await send(kafka, news(report_id, FollowStatus.ASSESSED, 1))  # late, and older
        await send(kafka, passed_on)  # delivered twice
        await send(kafka, news(report_id, FollowStatus.CLOSED, 9))
        found = await followed(intake, answer["status_url"], FollowStatus.CLOSED)
    assert [step["status"] for step in found["history"]] == ["received", "assessed", "passed_on", "closed"]
    assert found["history"][2]["note"] == "Räddningstjänsten vet"
