"""News of a report by e-mail: nothing but a code before it is entered, each thing once after it, and nothing after a stop."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from services.intake.email.asking import forget_unconfirmed
from services.intake.email.news import NewsKind, queue_news, queue_statuses
from services.intake.email.settings import EmailSettings
from shared.events import FollowStatus, ReportStatusChanged
from shared.identity import new_id
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.database.intake.conftest import running_intake
from tests.support.mail_server import MailBoxes, code_in, html_of, mail_server, text_of
from tests.support.marker import where_it_stands

Database = Any
ADDRESS = "zyxvut@exempel.se"
PUBLIC = "https://rapport.exempel.se"
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailBoxes]:
    with mail_server(tmp_path) as boxes:
        yield boxes


def settings(mail: MailBoxes, **more: object) -> dict[str, object]:
    email = EmailSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": mail.port,
            "security": "none",
            "sender": "besked@koping.exempel.se",
            "gather_s": 0,
            "poll_s": 0.05,
            "retry_first_s": 0.05,
            **more,
        }
    )
    return {"email": email, "public_url": PUBLIC}


@pytest_asyncio.fixture
async def intake(
    fresh_postgres_dsn: str, mail: MailBoxes, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn, **settings(mail)) as client:
        yield client


async def sent(intake: httpx.AsyncClient) -> dict[str, str]:
    answer: dict[str, str] = (await intake.post("/api/v1/reports", json={"text": "Det brinner."})).json()
    return answer


async def asked(intake: httpx.AsyncClient, report: dict[str, str], address: str = ADDRESS) -> httpx.Response:
    return await intake.post(f"{report['status_url']}/email", json={"address": address, "language": "sv"})


async def entered(intake: httpx.AsyncClient, report: dict[str, str], code: str) -> httpx.Response:
    return await intake.post(f"{report['status_url']}/email/verify", json={"code": code})


async def verified(intake: httpx.AsyncClient, mail: MailBoxes) -> dict[str, str]:
    """A report whose reporter gets news; two messages have arrived."""
    report = await sent(intake)
    assert (await asked(intake, report)).status_code == 202
    (letter,) = await mail.arrived(1)
    assert (await entered(intake, report, code_in(letter))).json()["state"] == "verified"
    await mail.arrived(2)
    return report


def news(report: dict[str, str], status: FollowStatus, minutes: int = 0) -> ReportStatusChanged:
    return ReportStatusChanged(
        municipality="1983",
        report_id=UUID(report["id"]),
        status=status,
        at=NOW + timedelta(minutes=minutes),
        note="Zyxvut ringde.",
    )


async def tell(database: Database, *events: ReportStatusChanged, gathered_s: float = 0) -> None:
    async with database.transaction():
        await queue_statuses(database, events, timedelta(seconds=gathered_s))


async def state(intake: httpx.AsyncClient, report: dict[str, str]) -> str:
    return str((await intake.get(f"{report['status_url']}/email")).json()["state"])


def stop_link(letter: EmailMessage) -> str:
    link = str(letter["List-Unsubscribe"])
    assert link.startswith(f"<{PUBLIC}/email/stop/"), link
    return link[1:-1].removeprefix(PUBLIC)


async def test_nothing_but_a_code_is_sent_before_it_is_entered(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    report = await sent(intake)
    answer = await asked(intake, report)
    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    (letter,) = await mail.arrived(1)
    assert (letter["To"], letter["Subject"]) == (ADDRESS, "Bekräfta din e-postadress")
    assert report["tracking_code"] not in text_of(letter) + html_of(letter), "who reads it may be anybody"
    assert "brinner" not in text_of(letter) + html_of(letter)

    await tell(database, news(report, FollowStatus.ASSESSED))
    assert await database.fetchval("SELECT count(*) FROM email_item") == 0
    assert not await queue_news(database, UUID(report["id"]), NewsKind.QUESTION, new_id(), NOW)

    assert (await entered(intake, report, code_in(letter))).status_code == 200
    _, first = await mail.arrived(2)
    assert "Mottagen" in text_of(first)
    assert f"{PUBLIC}/follow/{report['tracking_code']}?lang=sv" in text_of(first)


async def test_a_status_is_told_once_in_plain_words_without_what_was_said(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    report = await verified(intake, mail)
    await tell(database, news(report, FollowStatus.CLOSED))
    await tell(database, news(report, FollowStatus.CLOSED))
    *_, letter = await mail.arrived(3)
    await tell(database, news(report, FollowStatus.CLOSED))
    for told in (text_of(letter), html_of(letter)):
        assert "Avslutad" in told
        assert "Avslutad betyder inte alltid löst" in told
        assert "2026-11-23 14:05" in told
        assert "Zyxvut" not in told
        assert "brinner" not in told
    await asyncio.sleep(0.3)
    assert len(mail.letters) == 3


async def test_statuses_close_together_are_one_message_and_the_next_is_another(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    report = await verified(intake, mail)
    await tell(
        database,
        news(report, FollowStatus.ASSESSED, 1),
        news(report, FollowStatus.PASSED_ON, 2),
        gathered_s=0.4,
    )
    await asyncio.sleep(0.1)
    await tell(database, news(report, FollowStatus.MEASURE_TAKEN, 3), gathered_s=60)
    *_, letter = await mail.arrived(3)
    found = [text_of(letter).index(word) for word in ("Bedömd", "Vidarebefordrad", "Åtgärd vidtagen")]
    assert found == sorted(found)
    assert len(mail.letters) == 3

    assert await queue_news(database, UUID(report["id"]), NewsKind.QUESTION, new_id(), NOW)
    *_, question = await mail.arrived(4)
    assert question["Subject"] == "En fråga om din rapport"


async def test_headers_let_a_mail_program_stop_it_with_one_click_and_know_a_repeat(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    report = await verified(intake, mail)
    code, first = mail.letters
    for letter in (code, first):
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert str(letter["From"]) == "Köpings kommun <besked@koping.exempel.se>"
    ids = {str(row["id"]) for row in await database.fetch("SELECT id FROM email_message")}
    assert {str(letter["Message-ID"]) for letter in (code, first)} == {
        f"<{each}@koping.exempel.se>" for each in ids
    }
    assert all(re.search(rb"(?m)^List-Unsubscribe: <https://[^\s>]+>\r?$", raw) for raw in mail.raw)

    link = stop_link(first)
    looked = await intake.get(link)
    assert (looked.status_code, await state(intake, report)) == (200, "verified"), "looking stops nothing"
    clicked = await intake.post(
        link,
        content="List-Unsubscribe=One-Click",
        headers={"origin": "https://mail.example", "sec-fetch-site": "cross-site"},
    )
    assert (clicked.status_code, await state(intake, report)) == (200, "none")
    await tell(database, news(report, FollowStatus.CLOSED))
    assert await database.fetchval("SELECT count(*) FROM email_item") == 0
    assert (await intake.post(link)).status_code == 200, "the same answer again"


async def test_a_stop_link_works_for_its_own_report_and_asking_alone(
    intake: httpx.AsyncClient, mail: MailBoxes
) -> None:
    report = await verified(intake, mail)
    earlier = stop_link(mail.letters[1])
    token = earlier.split("/")[-1].partition("?")[0]
    for forged in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "x", token[:20], "å" * 43):
        assert (await intake.post(f"/email/stop/{forged}")).status_code == 200
    assert await state(intake, report) == "verified"
    await asked(intake, report, "another@exempel.se")
    assert await state(intake, report) == "asked", "what went to the first address is over"
    await intake.post(earlier)
    assert await state(intake, report) == "asked"


async def test_five_wrong_codes_and_only_a_new_one_helps(intake: httpx.AsyncClient, mail: MailBoxes) -> None:
    report = await sent(intake)
    assert (await entered(intake, report, "123456")).json()["type"] == "/problems/new-code-needed"
    await asked(intake, report)
    right = code_in((await mail.arrived(1))[0])
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert (await entered(intake, report, "abc")).status_code == 422, "a slip is no try"
    answers = [(await entered(intake, report, wrong)).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 409]
    assert (await entered(intake, report, right)).status_code == 409
    assert await state(intake, report) == "ended"
    await asked(intake, report)
    *_, letter = await mail.arrived(2)
    assert (await entered(intake, report, code_in(letter)[:3] + " " + code_in(letter)[3:])).status_code == 200


async def test_a_code_is_good_for_its_time_and_not_longer(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    report = await sent(intake)
    await asked(intake, report)
    code = code_in((await mail.arrived(1))[0])
    await database.execute("UPDATE email_news SET code_ends_at = now()")
    assert (await entered(intake, report, code)).status_code == 409
    assert await state(intake, report) == "ended"


async def test_codes_are_limited_for_a_report_with_a_time_to_wait(
    intake: httpx.AsyncClient, mail: MailBoxes
) -> None:
    report = await sent(intake)
    answers = [await asked(intake, report, f"a{number}@exempel.se") for number in range(5)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 202, 429]
    assert 590 <= int(answers[-1].headers["retry-after"]) <= 600
    assert answers[-1].headers["content-type"] == "application/problem+json"


async def test_an_address_that_gets_too_many_gets_no_more_and_nobody_is_told(
    intake: httpx.AsyncClient, mail: MailBoxes
) -> None:
    answers = [
        await asked(intake, await sent(intake), ADDRESS.upper() if number % 2 else ADDRESS)
        for number in range(8)
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    await mail.arrived(5)
    await asyncio.sleep(0.3)
    assert len(mail.letters) == 5


async def test_a_network_may_ask_for_so_many(
    fresh_postgres_dsn: str, mail: MailBoxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("INTAKE_ABUSE_TRUSTED_PROXIES", "127.0.0.0/8")
    async with running_intake(fresh_postgres_dsn, **settings(mail, network_burst=2)) as intake:
        answers = []
        for number, address in enumerate(["192.0.2.1", "192.0.2.9", "192.0.2.77", "198.51.100.1"]):
            intake.headers["x-forwarded-for"] = address
            report = await sent(intake)
            answers.append((await asked(intake, report, f"b{number}@exempel.se")).status_code)
    assert answers == [202, 202, 429, 202]


async def test_an_address_that_is_refused_for_good_is_forgotten_and_the_reporter_sees_why(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    mail.answer(rcpt=f"550 5.1.1 <{ADDRESS}> user unknown")
    report = await sent(intake)
    await asked(intake, report)
    async with asyncio.timeout(10):
        while await state(intake, report) != "refused":
            await asyncio.sleep(0.05)
    assert (await intake.get(f"{report['status_url']}/email")).json()["refusal"] == "550 5.1.1"
    row = await database.fetchrow("SELECT state, reason, tries FROM email_message")
    assert tuple(row) == ("given_up", "550 5.1.1", 1)
    assert await database.fetchval("SELECT address FROM email_news") is None
    assert "550 5.1.1" in (await intake.get(f"/follow/{report['tracking_code']}")).text
    assert await where_it_stands(database, ADDRESS) == []


async def test_what_is_refused_for_now_is_sent_later_once(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    mail.answer(rcpt="451 4.7.1 greylisted")
    report = await sent(intake)
    await asked(intake, report)
    async with asyncio.timeout(10):
        while (await database.fetchval("SELECT max(tries) FROM email_message") or 0) < 3:
            await asyncio.sleep(0.05)
    assert await database.fetchval("SELECT reason FROM email_message") == "451 4.7.1"
    mail.answer()
    await mail.arrived(1)
    await asyncio.sleep(0.3)
    assert len(mail.letters) == 1


async def test_a_code_that_could_not_be_sent_in_time_is_given_up_and_the_page_says_so(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    mail.answer(rcpt="451 4.7.1 greylisted")
    report = await sent(intake)
    await asked(intake, report)
    await database.execute("UPDATE email_news SET code_ends_at = now() + interval '5 seconds'")
    async with asyncio.timeout(10):
        while await state(intake, report) != "ended":
            await asyncio.sleep(0.05)
    assert await database.fetchval("SELECT reason FROM email_message") == "too late"
    assert "Koden gick inte att skicka" in (await intake.get(f"/follow/{report['tracking_code']}")).text


async def test_the_address_and_the_code_stand_nowhere_in_the_clear_and_go_with_the_report(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    mail.answer(rcpt="451 4.7.1 wait")
    report = await sent(intake)
    await asked(intake, report)
    assert await where_it_stands(database, "zyxvut") == []
    await asyncio.sleep(0.2)
    assert (await intake.delete(report["status_url"])).status_code == 200
    mail.answer()
    for table in ("email_news", "email_message", "email_item"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0
    await asyncio.sleep(0.3)
    assert mail.letters == []


async def test_several_processes_send_each_message_once(
    fresh_postgres_dsn: str, database: Database, mail: MailBoxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    more = settings(mail)
    async with (
        running_intake(fresh_postgres_dsn, **more) as intake,
        running_intake(fresh_postgres_dsn, **more),
        running_intake(fresh_postgres_dsn, **more),
    ):
        reports = [await sent(intake) for _ in range(12)]
        await asyncio.gather(
            *(asked(intake, report, f"c{number}@exempel.se") for number, report in enumerate(reports))
        )
        codes = {str(letter["To"]): code_in(letter) for letter in await mail.arrived(12)}
        for number, report in enumerate(reports):
            assert (await entered(intake, report, codes[f"c{number}@exempel.se"])).status_code == 200
        await tell(database, *(news(report, FollowStatus.PASSED_ON) for report in reports))
        await asyncio.sleep(1.5)
    ids = [str(letter["Message-ID"]) for letter in mail.letters]
    assert len(ids) == len(set(ids))
    told = [str(letter["To"]) for letter in mail.letters if "Vidarebefordrad" in text_of(letter)]
    assert sorted(told) == sorted(f"c{number}@exempel.se" for number in range(12))


async def test_without_a_mail_server_nothing_offers_it(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn) as intake:
        report = await sent(intake)
        assert (await asked(intake, report)).json()["type"] == "/problems/no-news-by-email"
        assert 'name="news"' not in (await intake.get("/")).text
        assert "besked med e-post" not in (await intake.get(f"/follow/{report['tracking_code']}")).text
        assert (await intake.get("/ready")).json()["checks"]["email"] == {
            "ok": True,
            "detail": "off: no mail server is set",
        }


async def test_the_form_asks_in_the_readers_language(intake: httpx.AsyncClient, mail: MailBoxes) -> None:
    assert 'name="news"' in (await intake.get("/")).text
    form = {
        "text": "A fire in a container.",
        "email": "kim@exempel.se",
        "news": "1",
        "token": "t1",
        "step": "confirmed",
    }
    wrong = await intake.post("/?lang=en", data=form | {"email": ""})
    assert (wrong.status_code, "Write the e-mail address" in wrong.text) == (422, True)
    answer = await intake.post("/?lang=en", data=form)
    assert answer.status_code == 303, answer.text
    (letter,) = await mail.arrived(1)
    assert letter["Subject"] == "Confirm your e-mail address"
    page = await intake.get(answer.headers["location"])
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    await intake.post("/?lang=en", data=form)  # sent again after a lost answer
    await asyncio.sleep(0.3)
    assert len(mail.letters) == 1


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@b", "a b@exempel.se", "a@exempel.se\r\nBcc: b@exempel.se", "a@exempel.se,b@exempel.se"],
)
async def test_what_is_no_single_mailbox_is_refused(
    intake: httpx.AsyncClient, mail: MailBoxes, address: str
) -> None:
    answer = await asked(intake, await sent(intake), address)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert address not in answer.text


async def test_an_address_that_nobody_confirms_is_forgotten_a_day_later(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes, fresh_postgres_dsn: str
) -> None:
    confirmed, other = await verified(intake, mail), await sent(intake)
    await asked(intake, other, "other@exempel.se")
    postgres = PostgresSettings.model_validate({"dsn": fresh_postgres_dsn})
    async with create_pool(postgres, "intake") as pool:
        await forget_unconfirmed(pool)
        assert await state(intake, other) == "asked"
        await database.execute("UPDATE email_news SET code_ends_at = now() - interval '25 hours'")
        await forget_unconfirmed(pool)
    assert [await state(intake, report) for report in (confirmed, other)] == ["verified", "none"]


async def test_news_put_in_line_while_a_code_is_entered_is_not_lost(
    intake: httpx.AsyncClient, database: Database, mail: MailBoxes
) -> None:
    report = await sent(intake)
    await asked(intake, report)
    code = code_in((await mail.arrived(1))[0])
    transaction = database.transaction()
    await transaction.start()
    event = news(report, FollowStatus.PASSED_ON)
    await database.execute(
        "INSERT INTO report_status (report_id, at, status) VALUES ($1, $2, 'passed_on')",
        event.report_id,
        event.at,
    )
    assert await queue_statuses(database, [event], timedelta(0)) == 0, "nobody is verified yet"
    entering = asyncio.create_task(entered(intake, report, code))
    await asyncio.sleep(0.3)
    assert not entering.done(), "it waits for what is on its way"
    await transaction.commit()
    assert (await entering).status_code == 200
    assert "Vidarebefordrad" in text_of((await mail.arrived(2))[-1])
