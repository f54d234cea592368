"""What comes by the broker is told by e-mail once, also when it comes twice, or with another event id."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from shared.envelope import Outgoing, outgoing
from shared.events import FollowStatus, ReportStatusChanged
from shared.topics import REPORT_STATUS, Service
from tests.broker.intake.conftest import RunIntake
from tests.support.kafka import KafkaForTests
from tests.support.mail_server import MailBoxes, code_in, mail_server, text_of

NOW = datetime.now(UTC)


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailBoxes]:
    with mail_server(tmp_path) as boxes:
        for name, value in {
            "INTAKE_EMAIL_HOST": "127.0.0.1",
            "INTAKE_EMAIL_PORT": str(boxes.port),
            "INTAKE_EMAIL_SECURITY": "none",
            "INTAKE_EMAIL_SENDER": "besked@koping.exempel.se",
            "INTAKE_EMAIL_GATHER_S": "1",
            "INTAKE_EMAIL_POLL_S": "0.05",
            "INTAKE_PUBLIC_URL": "https://rapport.exempel.se",
        }.items():
            monkeypatch.setenv(name, value)
        yield boxes


def news(report_id: UUID, status: FollowStatus, minutes: int) -> Outgoing:
    event = ReportStatusChanged(
        municipality="1983", report_id=report_id, status=status, at=NOW + timedelta(minutes=minutes)
    )
    return outgoing(
        REPORT_STATUS, event, key=report_id, subject=report_id, source=Service.REPORTING, traceparent=None
    )


async def send(kafka: KafkaForTests, record: Outgoing) -> None:
    headers: list[tuple[str, bytes | None]] = [
        (name, value.encode()) for name, value in record.headers.items()
    ]
    await kafka.send(record.topic, record.body, key=record.key.encode(), headers=headers)


async def test_statuses_from_the_broker_are_one_message_and_a_repeat_is_none(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake, mail: MailBoxes
) -> None:
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        report = (await intake.post("/api/v1/reports", json={"text": "Det brinner."})).json()
        await _verify(intake, report["status_url"], mail)
        report_id = UUID(report["id"])
        assessed = news(report_id, FollowStatus.ASSESSED, 1)
        await send(kafka, assessed)
        await send(kafka, assessed)
        await send(kafka, news(report_id, FollowStatus.PASSED_ON, 2))
        told = text_of((await mail.arrived(3, within_s=40))[-1])
        assert ("Bedömd" in told, "Vidarebefordrad" in told) == (True, True)
        await send(kafka, news(report_id, FollowStatus.PASSED_ON, 2))  # the same fact, told anew
        await send(kafka, news(report_id, FollowStatus.CLOSED, 3))
        last = text_of((await mail.arrived(4, within_s=40))[-1])
        assert ("Avslutad" in last, "Vidarebefordrad" in last) == (True, False)
        await asyncio.sleep(1.5)
        assert len(mail.letters) == 4


async def _verify(intake: httpx.AsyncClient, url: str, mail: MailBoxes) -> None:
    await intake.post(f"{url}/email", json={"address": "kim@exempel.se", "language": "sv"})
    code = code_in((await mail.arrived(1))[0])
    assert (await intake.post(f"{url}/email/verify", json={"code": code})).status_code == 200
    await mail.arrived(2)
