"""`vardkase email` beside a running intake and a real mail server: what was given up is counted, sent again or let go, and what
came back stops news to that address. No address is shown.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner

from deploy.cli.commands import app
from deploy.errors import CannotGoOn
from services.intake.email.news import queue_statuses
from services.intake.email.settings import EmailSettings
from shared.events import FollowStatus, ReportStatusChanged
from tests.database.deploy.test_keys_and_disposal import in_database
from tests.support.bounces import ADDRESS, bounce
from tests.support.mail_server import MailBoxes, code_in, mail_server
from tests.support.marker import where_it_stands
from tests.support.served import served_intake

Run = Callable[..., str]
# The served intake logs to the same standard output.
_LOGGED = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[.*\n", re.MULTILINE)
REFUSES = "554 5.7.1 not from you"


@pytest.fixture
def run(fresh_postgres_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("POSTGRES_DSN", fresh_postgres_dsn)
    monkeypatch.setenv("VARDKASE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")

    def invoke(*words: str) -> str:
        """What it says: on standard output, or else beside it."""
        result = CliRunner().invoke(app, ["email", *words])
        if isinstance(result.exception, CannotGoOn):
            raise result.exception
        assert result.exit_code == 0, result.output
        assert ADDRESS not in result.output + result.stderr
        return _LOGGED.sub("", result.stdout) or result.stderr

    return invoke


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailBoxes]:
    folder = tmp_path / "mail"
    folder.mkdir()
    with mail_server(folder) as boxes:
        yield boxes


@pytest.fixture
def intake(fresh_postgres_dsn: str, mail: MailBoxes, run: Run) -> Iterator[str]:
    email = EmailSettings(
        host="127.0.0.1",
        port=mail.port,
        security="none",
        sender="besked@koping.exempel.se",
        gather_s=0,
        poll_s=0.05,
    )
    with served_intake(fresh_postgres_dsn, email=email, public_url="https://rapport.exempel.se") as url:
        yield url


@pytest.fixture
def report(intake: str, mail: MailBoxes) -> dict[str, str]:
    """One whose reporter gets news; two messages have arrived."""
    sent: dict[str, str] = httpx.post(f"{intake}/api/v1/reports", json={"text": "Det brinner."}).json()
    page = f"{intake}/api/v1/reports/{sent['tracking_code']}/email"
    httpx.post(page, json={"address": ADDRESS, "language": "sv"}).raise_for_status()
    arrived(mail, 1)
    httpx.post(f"{page}/verify", json={"code": code_in(mail.letters[0])}).raise_for_status()
    arrived(mail, 2)
    return {**sent, "email": page}


def arrived(mail: MailBoxes, number: int) -> None:
    until(lambda: len(mail.letters) >= number)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def tell(dsn: str, report: dict[str, str], minutes: int = 0) -> None:
    event = ReportStatusChanged(
        municipality="1983",
        report_id=UUID(report["id"]),
        status=FollowStatus.ASSESSED,
        at=datetime(2026, 11, 23, 13, tzinfo=UTC) + timedelta(minutes=minutes),
    )

    async def put(connection: Any) -> None:
        async with connection.transaction():
            await queue_statuses(connection, [event], timedelta(0))

    in_database(dsn, put)


def counted(run: Run) -> dict[tuple[str, str, str | None], int]:
    rows = json.loads(run("list", "--json"))
    return {(row["state"], row["kind"], row["reason"]): row["messages"] for row in rows}


def give_up(run: Run, mail: MailBoxes, dsn: str, report: dict[str, str], minutes: int = 0) -> None:
    before = counted(run).get(("given_up", "news", "554 5.7.1"), 0)
    mail.answer(data=REFUSES)
    tell(dsn, report, minutes)
    until(lambda: counted(run).get(("given_up", "news", "554 5.7.1"), 0) == before + 1)


def test_what_was_given_up_is_counted_by_reason_and_sent_again(
    run: Run, mail: MailBoxes, fresh_postgres_dsn: str, report: dict[str, str]
) -> None:
    give_up(run, mail, fresh_postgres_dsn, report)
    assert "554 5.7.1" in run("list")
    (line,) = run("list", "--ids", "--reason", "554 5.7.1").splitlines()
    mail.answer()
    assert "1 wait" in run("retry", "--reason", "554 5.7.1")
    arrived(mail, 3)
    assert str(mail.letters[2]["Message-ID"]).startswith(f"<{line.split()[0]}@")
    until(lambda: counted(run) == {("sent", "code", None): 1, ("sent", "news", None): 2})
    with pytest.raises(CannotGoOn, match="Given up no more"):
        run("retry", line.split()[0])


def test_what_is_let_go_is_never_sent_again(
    run: Run, mail: MailBoxes, fresh_postgres_dsn: str, report: dict[str, str]
) -> None:
    give_up(run, mail, fresh_postgres_dsn, report)
    give_up(run, mail, fresh_postgres_dsn, report, minutes=1)
    first, second = [line.split()[0] for line in run("list", "--ids").splitlines()]
    assert "1 dropped" in run("drop", first)
    mail.answer()
    assert "1 wait" in run("retry", "--all")
    arrived(mail, 3)
    assert str(mail.letters[2]["Message-ID"]).startswith(f"<{second}@")
    assert counted(run)[("dropped", "news", "554 5.7.1")] == 1
    tell(fresh_postgres_dsn, report)
    assert [line for line in run("list", "--ids").splitlines() if first in line] == []
    assert counted(run)[("dropped", "news", "554 5.7.1")] == 1, "told once, also when its event comes again"


@pytest.mark.parametrize("words", [(), ("--all", "--reason", "x"), (str(UUID(int=1)), "--all")])
def test_which_ones_is_said_in_one_way(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(CannotGoOn, match="Say which ones"):
        run("retry", *words)


def test_a_bounce_stops_news_to_that_address_and_its_reporter_sees_why(
    run: Run, mail: MailBoxes, fresh_postgres_dsn: str, report: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "bounce.eml"
    file.write_bytes(bounce(mail.raw[1]))
    told = json.loads(run("bounces", str(file), "--json"))
    assert told == {"messages": 1, "stopped": 1, "came_back": 0, "known": 0, "skipped": 0}
    assert json.loads(run("bounces", str(file), "--json"))["known"] == 1
    assert counted(run)[("bounced", "news", "5.1.1")] == 1

    assert httpx.get(report["email"]).json()["state"] == "refused"
    page = httpx.get(report["email"].replace("/api/v1/reports", "/follow").removesuffix("/email")).text
    assert "5.1.1" in page
    tell(fresh_postgres_dsn, report)
    assert ("waiting", "news", None) not in counted(run)

    async def address(connection: Any) -> Any:
        return await connection.fetchval("SELECT address FROM email_news"), await where_it_stands(
            connection, ADDRESS
        )

    assert in_database(fresh_postgres_dsn, address) == (None, [])


def test_a_full_mailbox_and_a_strangers_message_stop_nothing(
    run: Run, mail: MailBoxes, report: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "came"
    folder.mkdir()
    (folder / "full.eml").write_bytes(bounce(mail.raw[1], "5.2.2"))
    (folder / "late.eml").write_bytes(bounce(mail.raw[0], "4.4.1", "delayed"))
    (folder / "letter.eml").write_bytes(mail.raw[0])
    told = json.loads(run("bounces", str(folder), "--json"))
    assert told == {"messages": 3, "stopped": 0, "came_back": 1, "known": 0, "skipped": 2}
    assert httpx.get(report["email"]).json()["state"] == "verified"
