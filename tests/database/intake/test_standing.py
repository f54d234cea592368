"""Who follows a report is told what it is taken for, asked about that once, and told when it is held back."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake.handlers import on_news_of_reports
from services.intake.routes import sorted_questions
from services.intake.routes.accept_reports import not_stored
from services.intake.routes.adding import store_addition
from shared.envelope import Envelope
from shared.events import FollowStatus, ReportStatusChanged
from shared.identity import new_id
from shared.topics import REPORT_STATUS
from tests.database.intake.test_form_reports import report

Database = Any
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def id_of(database: Database, code: str) -> UUID:
    found: UUID = await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code)
    return found


async def sorted_as(
    database: Database, code: str, category: str | None, minutes: float = 0, since: float = 0
) -> None:
    event = ReportStatusChanged(
        municipality="1983",
        report_id=await id_of(database, code),
        status=FollowStatus.ASSESSED,
        at=NOW + timedelta(minutes=since),
        category=category,
        category_at=None if category is None else NOW + timedelta(minutes=minutes),
    )
    await hears(database, event)


class _Pool:
    """The one connection of the test."""

    def __init__(self, connection: Database) -> None:
        self.connection = connection

    def acquire(self) -> "_Pool":
        return self

    async def __aenter__(self) -> Database:
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        """It stays open."""


async def hears(database: Database, event: ReportStatusChanged) -> None:
    for kind in ("json", "jsonb"):
        await database.set_type_codec(
            kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads, format="text"
        )
    handler = on_news_of_reports(_Pool(database), timedelta(0))  # type: ignore[arg-type]
    await handler([Envelope(new_id(), REPORT_STATUS.name, event.at, "", event)])


async def followed(intake: httpx.AsyncClient, code: str) -> dict[str, Any]:
    found: dict[str, Any] = (await intake.get(f"/api/v1/reports/{code}")).json()
    return found


async def page(intake: httpx.AsyncClient, code: str, language: str = "sv") -> str:
    return (await intake.get(f"/follow/{code}?lang={language}")).text


async def answer(intake: httpx.AsyncClient, code: str, **fields: str) -> httpx.Response:
    sent = {"token": "a", "category": "fire", "step": "send", **fields}
    return await intake.post(f"/follow/{code}/questions?lang=sv", data=sent)


async def test_the_newest_word_on_its_kind_holds_and_a_corrected_one_is_no_further_step(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    assert (await followed(intake, code))["category"] is None
    await sorted_as(database, code, "fire")
    await sorted_as(database, code, "vandalism", minutes=10)
    await sorted_as(database, code, "theft", minutes=5)
    await sorted_as(database, code, None, minutes=20)
    told = await followed(intake, code)
    assert (told["category"], told["status"]) == ("vandalism", "assessed")
    assert [step["status"] for step in told["history"]] == ["received", "assessed"]
    assert "Din rapport har sorterats som: Skadegörelse eller klotter." in await page(intake, code)
    assert "Your report was sorted as: Vandalism or graffiti." in await page(intake, code, "en")


async def test_its_questions_are_asked_once_and_the_answers_go_the_way_of_an_addition(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake, category="animal")
    await sorted_as(database, code, "fire")
    assert "Brinner det fortfarande?" in await page(intake, code)

    answered = await answer(intake, code, **{"answer-still_burning": "yes", "answer-nonsense": "yes"})
    assert (answered.status_code, answered.headers["location"]) == (
        303,
        f"/follow/{code}?added=questions&lang=sv",
    )
    assert (await answer(intake, code, **{"answer-still_burning": "yes"})).status_code == 303
    body = await database.fetchval("SELECT body FROM outbox ORDER BY position DESC LIMIT 1")
    told = json.loads(body)
    assert told["text"].startswith(
        "Rapportören svarar på frågor om brand.\n\nDet brinner fortfarande. Tillägg till en tidigare rapport."
    )
    assert (told["relation"], told["follows"]) == ("addition", str(await id_of(database, code)))
    assert told["category_hint"] == "animal"
    assert await database.fetchval("SELECT count(*) FROM report") == 2
    assert "Brinner det fortfarande?" not in (await page(intake, code)).partition('id="add-title"')[0]
    assert "Tack. Dina svar har kommit fram." in (await intake.get(answered.headers["location"])).text


async def test_answers_that_were_stored_and_not_confirmed_are_sent_again_as_the_same(
    intake: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await report(intake, category="animal")
    await sorted_as(database, code, "fire")

    async def stored_and_lost(*told: Any) -> None:
        await store_addition(*told)
        raise not_stored("the database can't be reached right now", retry_after_s=5)

    with monkeypatch.context() as patched:
        patched.setattr(sorted_questions, "store_addition", stored_and_lost)
        drawn = await answer(intake, code, token="t1", **{"answer-still_burning": "yes"})
    assert (drawn.status_code, "räknas de bara en gång" in drawn.text) == (503, True)
    (token,) = set(re.findall('name="token" value="([^"]+)"', drawn.text))
    assert (await answer(intake, code, token=token, **{"answer-still_burning": "yes"})).status_code == 303
    assert await database.fetchval("SELECT count(*) FROM report") == 2


async def test_passed_by_they_are_not_asked_again_but_those_of_a_third_kind_are(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    await sorted_as(database, code, "fire")
    assert (await answer(intake, code, step="skip", **{"answer-hurt": "yes"})).status_code == 303
    assert await database.fetchval("SELECT count(*) FROM report") == 1
    assert 'id="sorted-title"' not in await page(intake, code)
    await sorted_as(database, code, "burglary", minutes=5)
    assert "Din rapport har sorterats som Inbrott." in await page(intake, code)
    await sorted_as(database, code, "fire", minutes=9)
    assert 'id="sorted-title"' not in await page(intake, code)


async def test_what_was_answered_in_the_form_is_not_asked_again(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake, category="violence", asked="violence", **{"answer-hurt": "yes"})
    await sorted_as(database, code, "fire")
    asked = (await page(intake, code)).partition('id="add-title"')[0]
    assert "Brinner det fortfarande?" in asked
    assert "Är någon skadad?" not in asked


async def test_who_chose_that_kind_was_asked_already(intake: httpx.AsyncClient, database: Database) -> None:
    code = await report(intake, category="fire", asked="fire")
    await sorted_as(database, code, "fire")
    assert 'id="sorted-title"' not in await page(intake, code)


@pytest.mark.parametrize("fields", [{"category": "nonsense"}, {"category": ""}])
async def test_what_cannot_be_meant_is_refused(
    intake: httpx.AsyncClient, database: Database, fields: dict[str, str]
) -> None:
    code = await report(intake)
    assert (await answer(intake, code, **fields)).status_code == 400
    assert (await answer(intake, "AAAA-AAAA-AAAA")).status_code == 404
    assert (
        await intake.post(
            f"/follow/{code}/questions", data={"category": "fire"}, headers={"sec-fetch-site": "cross-site"}
        )
    ).status_code == 403
    assert await database.fetchval("SELECT count(*) FROM report_asked") == 0


async def test_with_the_report_goes_what_was_known_of_its_kind(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    await sorted_as(database, code, "fire")
    await answer(intake, code, step="skip")
    assert (await intake.delete(f"/api/v1/reports/{code}")).status_code == 200
    for table in ("report_category", "report_asked"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0


async def hold(database: Database, code: str, state: str, release_at: datetime | None = None) -> None:
    await database.execute(
        "INSERT INTO quarantine (report_id, state, reasons, received_at, release_at, body, decided_at) "
        "SELECT id, $2, '{no_work}', received_at, $3, CASE WHEN $2 = 'released' THEN NULL ELSE ''::bytea END, "
        "CASE WHEN $2 = 'rejected' THEN received_at + interval '1 hour' END FROM report WHERE tracking_code = $1",
        code,
        state,
        release_at,
    )


async def test_what_is_held_says_so_and_what_happens_next(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    await hold(database, code, "held", datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    told = await followed(intake, code)
    assert (told["status"], told["held_back"]["state"]) == ("received", "held")
    assert told["held_back"]["until"] == "2026-11-23T12:00:00Z"
    swedish, english = await page(intake, code), await page(intake, code, "en")
    assert "Läget nu: Väntar, inte skickad vidare än" in " ".join(swedish.split())
    assert "Den skickas vidare av sig själv" in swedish
    assert "It is passed on by itself" in english
    assert "Den tolkas automatiskt inom kort" not in swedish


async def test_what_was_rejected_says_so_and_what_can_be_done(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    await hold(database, code, "rejected")
    told = (await followed(intake, code))["held_back"]
    assert (told["state"], told["until"]) == ("rejected", None)
    swedish, english = await page(intake, code), await page(intake, code, "en")
    assert "Rapporten är sparad men har inte skickats vidare." in swedish
    assert "contact the municipality and give the code above" in english
    assert "har inte hänt" not in swedish.partition('class="steps"')[2].partition("</ol>")[0]


async def test_what_was_released_is_as_any_other(intake: httpx.AsyncClient, database: Database) -> None:
    code = await report(intake)
    await hold(database, code, "released")
    assert (await followed(intake, code))["held_back"] is None
    assert 'id="held-back"' not in await page(intake, code)


async def test_another_category_is_no_news_to_write_about(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    await database.execute(
        "INSERT INTO email_news (report_id, asked_id, state, address, language, code, code_ends_at) "
        "VALUES ($1, $2, 'verified', ''::bytea, 'sv', ''::bytea, now())",
        await id_of(database, code),
        new_id(),
    )
    await sorted_as(database, code, "fire", minutes=5)
    assert await database.fetchval("SELECT count(*) FROM email_item") == 0
    await sorted_as(database, code, "fire")
    assert await database.fetchval("SELECT count(*) FROM email_item") == 1
