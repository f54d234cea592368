"""The mail server goes away in the middle and comes back; a process dies while it sends. Each message arrives once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from deploy.local.preflight import free_port
from services.intake.email.news import queue_statuses
from shared.events import FollowStatus, ReportStatusChanged
from tests.support.mail_server import MailBoxes, code_in, mail_server, text_of

REPORTS = 10


@contextmanager
def intake_process(dsn: str, mail: MailBoxes, log: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    port = free_port()
    environment = {
        **os.environ,
        "INTAKE_POSTGRES_DSN": dsn,
        "INTAKE_PORT": str(port),
        "INTAKE_STOP_TIMEOUT_S": "2",
        "INTAKE_PUBLIC_URL": "https://rapport.exempel.se",
        "INTAKE_EMAIL_HOST": "127.0.0.1",
        "INTAKE_EMAIL_PORT": str(mail.port),
        "INTAKE_EMAIL_SECURITY": "none",
        "INTAKE_EMAIL_SENDER": "besked@koping.exempel.se",
        "INTAKE_EMAIL_GATHER_S": "0",
        "INTAKE_EMAIL_POLL_S": "0.1",
        "INTAKE_EMAIL_TIMEOUT_S": "1",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    }
    with log.open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "services.intake"], env=environment, stdout=out, stderr=out
        )
    try:
        _wait_until_served(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", child
    finally:
        child.terminate()
        child.wait(timeout=20)


def _wait_until_served(url: str) -> None:
    until = time.monotonic() + 40
    while True:
        try:
            httpx.get(f"{url}/health").raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailBoxes]:
    folder = tmp_path / "mail"
    folder.mkdir()
    with mail_server(folder) as boxes:
        yield boxes


async def database_of(dsn: str) -> Any:
    return await asyncpg.connect(dsn, server_settings={"search_path": "intake"})


async def verified_reports(url: str, mail: MailBoxes) -> list[dict[str, str]]:
    async with httpx.AsyncClient(base_url=url, timeout=20) as intake:
        reports = [
            (await intake.post("/api/v1/reports", json={"text": f"Det brinner vid {number}."})).json()
            for number in range(REPORTS)
        ]
        for number, report in enumerate(reports):
            body = {"address": f"kim{number}@exempel.se", "language": "sv"}
            assert (
                await intake.post(
                    f"{report['status_url'].removeprefix('https://rapport.exempel.se')}/email", json=body
                )
            ).status_code == 202
        codes = {str(letter["To"]): code_in(letter) for letter in await mail.arrived(REPORTS)}
        for number, report in enumerate(reports):
            path = report["status_url"].removeprefix("https://rapport.exempel.se")
            answer = await intake.post(
                f"{path}/email/verify", json={"code": codes[f"kim{number}@exempel.se"]}
            )
            assert answer.status_code == 200
    await mail.arrived(2 * REPORTS)
    return reports


async def close_all(database: Any, reports: list[dict[str, str]]) -> None:
    events = [
        ReportStatusChanged(
            municipality="1983",
            report_id=UUID(report["id"]),
            status=FollowStatus.CLOSED,
            at=datetime.now(UTC),
        )
        for report in reports
    ]
    async with database.transaction():
        await queue_statuses(database, events, timedelta(0))


def closed_for(mail: MailBoxes) -> list[str]:
    return sorted(str(letter["To"]) for letter in mail.letters if "Avslutad" in text_of(letter))


async def test_what_waits_while_the_server_is_away_arrives_once_when_it_is_back(
    fresh_postgres_dsn: str, mail: MailBoxes, tmp_path: Path
) -> None:
    log = tmp_path / "intake.log"
    with (
        intake_process(fresh_postgres_dsn, mail, log) as (url, _),
        intake_process(fresh_postgres_dsn, mail, log),
    ):
        reports = await verified_reports(url, mail)
        mail.stop()
        database = await database_of(fresh_postgres_dsn)
        await close_all(database, reports)
        async with asyncio.timeout(20):
            while "takes none" not in httpx.get(f"{url}/ready").json()["checks"]["email"]["detail"]:
                await asyncio.sleep(0.1)
        assert httpx.get(f"{url}/ready").json()["checks"]["email"]["ok"]
        assert httpx.post(f"{url}/api/v1/reports", json={"text": "Det brinner än."}).status_code == 202
        mail.start()
        async with asyncio.timeout(40):
            while len(closed_for(mail)) < REPORTS:
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        assert closed_for(mail) == sorted(f"kim{number}@exempel.se" for number in range(REPORTS))
        assert await database.fetchval("SELECT count(*) FROM email_message WHERE state <> 'sent'") == 0
        await database.close()
    said = log.read_text()
    assert "exempel.se" not in said.replace("rapport.exempel.se", ""), "no address in the log"


async def test_a_process_that_dies_with_a_message_in_hand_leaves_it_to_another(
    fresh_postgres_dsn: str, mail: MailBoxes, tmp_path: Path
) -> None:
    with intake_process(fresh_postgres_dsn, mail, tmp_path / "one.log") as (url, child):
        reports = await verified_reports(url, mail)
        mail.stop()
        database = await database_of(fresh_postgres_dsn)
        await close_all(database, reports)
        async with asyncio.timeout(20):
            while not await database.fetchval(
                "SELECT count(*) FROM email_message WHERE state = 'waiting' AND tries > 0"
            ):
                await asyncio.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=10)
    with intake_process(fresh_postgres_dsn, mail, tmp_path / "two.log"):
        mail.start()
        async with asyncio.timeout(60):
            while len(closed_for(mail)) < REPORTS:
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        assert closed_for(mail) == sorted(f"kim{number}@exempel.se" for number in range(REPORTS))
        await database.close()
