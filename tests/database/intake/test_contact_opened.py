"""Contact details are opened with a reason by who may, on record before they are shown, and their reporter reads when."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from services.intake import contact_opening, disclosure_store
from services.intake.domain.disclosure import Opener, Way
from services.intake.domain.tokens import CONTACT, PHOTOS, QUARANTINE
from services.intake.jobs import forget_disclosures
from tests.support.staff import ANNA, make_token, sign_in
from tests.support.vault import vault

Database = Any
KIM = {"name": "Kim Zyxvutsson", "email": "zyxvut@exempel.se", "phone": "070-174 06 05"}
WHY = "Fråga mer om platsen"
API = "/api/v1/contacts"
BEARER = {"authorization": f"Bearer {ANNA}"}


@pytest_asyncio.fixture
async def token(database: Database) -> AsyncIterator[str]:
    await make_token(database, scopes=[CONTACT])
    yield ANNA


async def reported(intake: httpx.AsyncClient, database: Database, **more: Any) -> tuple[str, str]:
    """The report's id and its code."""
    body = {"text": "Rutan på busskuren är krossad.", "contact": KIM, **more}
    code = (await intake.post("/api/v1/reports", json=body)).json()["tracking_code"]
    return str(await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code)), code


async def page_of(intake: httpx.AsyncClient, report_id: str) -> str:
    answer = await intake.get(f"/staff/contact/{report_id}?lang=sv")
    assert answer.status_code == 200
    return answer.text


async def opened_on_page(intake: httpx.AsyncClient, report_id: str, reason: str = WHY) -> httpx.Response:
    mark = (await page_of(intake, report_id)).split('name="form" value="')[1].split('"')[0]
    return await intake.post(f"/staff/contact/{report_id}?lang=sv", data={"form": mark, "reason": reason})


async def ask(intake: httpx.AsyncClient, report_id: str, reason: Any = WHY) -> httpx.Response:
    return await intake.post(API, json={"report_id": report_id, "reason": reason}, headers=BEARER)


async def rows(database: Database) -> list[Any]:
    return list(await database.fetch("SELECT * FROM disclosure ORDER BY at"))


@pytest.mark.usefixtures("token")
async def test_who_comes_by_a_link_signs_in_and_opens_them_only_with_a_reason(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, code = await reported(intake, database)
    away = await intake.get(f"/staff/contact/{report_id}", headers={"accept-language": "sv"})
    sign_in_page = (await intake.get(away.headers["location"])).text
    action = sign_in_page.split('method="post" action="')[1].split('"')[0].replace("&amp;", "&")
    inside = await intake.post(action, data={"token": ANNA})
    assert inside.headers["location"] == f"/staff/contact/{report_id}?lang=sv"

    page = await page_of(intake, report_id)
    assert "Ingen har öppnat dem." in page
    for reason, fault in ((" \u200b ", "Skriv varför"), ("x" * 501, "för långt"), ("a\0b", "går att läsa")):
        refused = await opened_on_page(intake, report_id, reason)
        assert (refused.status_code, fault in refused.text) == (422, True)
        assert "Zyxvutsson" not in refused.text
    assert await rows(database) == []
    assert "Ingen på kommunen har öppnat dem" in (await intake.get(f"/follow/{code}?lang=sv")).text

    shown = await opened_on_page(intake, report_id, "Ring 070-174 06 35 om platsen")
    assert shown.headers["cache-control"] == "no-store"
    for told in KIM.values():
        assert told in shown.text
    [row] = await rows(database)
    assert (str(row["report_id"]), row["opened_by"], row["way"]) == (report_id, "Anna, kommunen", "page")
    assert row["reason"] == "Ring [telefonnummer] om platsen"
    again = await page_of(intake, report_id)
    assert "Zyxvutsson" not in again
    assert "Anna, kommunen</strong>" in again
    assert "[telefonnummer]" in again

    followed = (await intake.get(f"/follow/{code}?lang=sv")).text
    assert "öppnats av kommunen" in followed
    assert row["at"].isoformat() in followed
    assert "Anna" not in followed
    assert "have been opened by the municipality" in (await intake.get(f"/follow/{code}?lang=en")).text


@pytest.mark.usefixtures("token")
async def test_another_system_opens_them_and_nothing_of_it_is_kept_by_caches_or_logs(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, _ = await reported(intake, database, contact={"phone": KIM["phone"]})
    with capture_logs() as logs:
        answer = await ask(intake, report_id)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.json()
    [row] = await rows(database)
    assert told == {
        "report_id": report_id,
        "disclosure_id": str(row["id"]),
        "opened_at": row["at"].isoformat().replace("+00:00", "Z"),
        "name": None,
        "email": None,
        "phone": KIM["phone"],
    }
    assert (row["way"], row["reason"]) == ("api", WHY)
    assert row["token_id"] == await database.fetchval("SELECT id FROM token WHERE name = 'Anna, kommunen'")
    assert "174 06" not in str(logs)
    assert WHY not in str(logs)
    assert [each["event"] for each in logs if each["event"] == "contact_opened"] == ["contact_opened"]
    metrics = (await intake.get("/metrics")).text
    assert 'vardkase_contacts_opened_total{way="api"}' in metrics


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "x" * 501, "a\0", None, 7])
async def test_without_a_reason_that_says_something_nothing_is_opened(
    intake: httpx.AsyncClient, database: Database, reason: Any
) -> None:
    report_id, _ = await reported(intake, database)
    assert (await ask(intake, report_id, reason)).status_code == 422
    assert await rows(database) == []


@pytest.mark.parametrize(
    ("scopes", "municipality", "status"), [([QUARANTINE, PHOTOS], "1983", 403), ([CONTACT], "1980", 404)]
)
async def test_another_scope_or_municipality_opens_nothing(
    intake: httpx.AsyncClient, database: Database, scopes: list[str], municipality: str, status: int
) -> None:
    await make_token(database, scopes=scopes, municipality=municipality)
    report_id, _ = await reported(intake, database)
    await sign_in(intake)
    mark = (await intake.get("/staff/quarantine")).text
    form = mark.split('name="form" value="')[1].split('"')[0] if 'name="form"' in mark else ""
    sent = {"form": form, "reason": WHY}
    answers = [
        await ask(intake, report_id),
        await intake.get(f"/staff/contact/{report_id}"),
    ]
    assert {each.status_code for each in answers} == {status}
    refused = await intake.post(f"/staff/contact/{report_id}", data=sent)
    assert refused.status_code in {403, 404}
    assert "Zyxvutsson" not in "".join(each.text for each in [*answers, refused])
    assert await rows(database) == []


async def test_a_stranger_opens_nothing(intake: httpx.AsyncClient, database: Database) -> None:
    report_id, _ = await reported(intake, database)
    assert (await intake.post(f"/staff/contact/{report_id}", data={"reason": WHY})).status_code == 303
    assert (await ask(intake, report_id)).status_code == 401
    assert await rows(database) == []


@pytest.mark.usefixtures("token")
async def test_a_form_that_another_session_or_site_made_opens_nothing(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, _ = await reported(intake, database)
    await sign_in(intake)
    forged = await intake.post(f"/staff/contact/{report_id}", data={"form": "x" * 32, "reason": WHY})
    assert forged.status_code == 403
    elsewhere = await intake.post(
        f"/staff/contact/{report_id}", data={"reason": WHY}, headers={"origin": "https://evil.example"}
    )
    assert elsewhere.status_code == 403
    assert await rows(database) == []


@pytest.mark.usefixtures("token")
async def test_where_none_were_given_that_is_said_and_nothing_is_noted(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, code = await reported(intake, database, contact=None)
    await sign_in(intake)
    assert "har inte lämnat några kontaktuppgifter" in await page_of(intake, report_id)
    answer = await ask(intake, report_id)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-contact")
    assert await rows(database) == []
    assert "Dina kontaktuppgifter" not in (await intake.get(f"/follow/{code}?lang=sv")).text


@pytest.mark.usefixtures("token")
async def test_of_what_was_added_the_first_reports_are_opened(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, code = await reported(intake, database)
    added = await intake.post(
        f"/follow/{code}/add", data={"text": "Nu är det två rutor.", "token": str(uuid4())}
    )
    assert added.status_code == 303
    addition = await database.fetchval("SELECT report_id FROM form_report WHERE relation = 'addition'")
    told = (await ask(intake, str(addition))).json()
    assert (told["report_id"], told["name"]) == (report_id, KIM["name"])
    assert "öppnats av kommunen" in (await intake.get(f"/follow/{code}?lang=sv")).text


@pytest.mark.usefixtures("token")
async def test_each_of_many_at_once_is_on_record(intake: httpx.AsyncClient, database: Database) -> None:
    report_id, _ = await reported(intake, database)
    answers = await asyncio.gather(*(ask(intake, report_id, f"Skäl {number}") for number in range(12)))
    assert {each.status_code for each in answers} == {200}
    assert {each.json()["disclosure_id"] for each in answers} == {
        str(row["id"]) for row in await rows(database)
    }


@pytest.mark.usefixtures("token")
async def test_what_cannot_be_put_on_record_is_not_shown(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, _ = await reported(intake, database)
    await sign_in(intake)
    mark = (await page_of(intake, report_id)).split('name="form" value="')[1].split('"')[0]
    await database.execute(
        "ALTER TABLE disclosure ADD CONSTRAINT full_up CHECK (at < '2000-01-01') NOT VALID"
    )
    for answer in (
        await ask(intake, report_id),
        await intake.post(f"/staff/contact/{report_id}", data={"form": mark, "reason": WHY}),
    ):
        assert answer.status_code >= 500
        assert "Zyxvutsson" not in answer.text
    assert await rows(database) == []


@pytest.mark.usefixtures("token")
async def test_after_a_withdrawal_nothing_can_be_opened_and_the_record_has_no_words(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report_id, code = await reported(intake, database)
    await ask(intake, report_id)
    assert (await intake.delete(f"/api/v1/reports/{code}")).status_code in {200, 202, 204}
    assert (await ask(intake, report_id)).status_code == 404
    await sign_in(intake)
    assert (await intake.get(f"/staff/contact/{report_id}")).status_code == 404
    [row] = await rows(database)
    assert (str(row["report_id"]), row["opened_by"], row["reason"]) == (report_id, "Anna, kommunen", None)


@pytest.mark.usefixtures("token")
async def test_withdrawing_and_opening_at_once_leave_no_words_behind(
    intake: httpx.AsyncClient, database: Database
) -> None:
    for _ in range(5):
        report_id, code = await reported(intake, database)
        *opened, gone = await asyncio.gather(
            *(ask(intake, report_id) for _ in range(6)), intake.delete(f"/api/v1/reports/{code}")
        )
        assert gone.status_code in {200, 202, 204}
        assert {each.status_code for each in opened} <= {200, 404}
    assert await database.fetchval("SELECT count(*) FROM disclosure WHERE reason IS NOT NULL") == 0


async def test_the_record_is_kept_as_decided_and_as_long_as_the_report(
    intake: httpx.AsyncClient, database: Database
) -> None:
    kept_id, _ = await reported(intake, database)
    gone_id, code = await reported(intake, database)
    long_ago = datetime.now(UTC) - timedelta(days=800)
    opener = Opener(uuid4(), "Bo", None, Way.API)
    for report_id in (kept_id, gone_id):
        found = await disclosure_store.reached(database, report_id)
        assert found is not None
        await contact_opening.open_contact_on(database, vault(), opener, found.report_id, WHY, long_ago)
    await intake.delete(f"/api/v1/reports/{code}")

    class OneConnection:
        def acquire(self) -> "OneConnection":
            return self

        async def __aenter__(self) -> Database:
            return database

        async def __aexit__(self, *_: object) -> None:
            return None

    pool: Any = OneConnection()
    assert await forget_disclosures(pool, timedelta(days=900)) == 0
    assert await forget_disclosures(pool, timedelta(days=730)) == 1
    assert [str(row["report_id"]) for row in await rows(database)] == [kept_id]
