"""What staff ask about a report: shown first on its page, answered once, gone with the report."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.intake.handlers import keep_questions
from shared.events import QuestionChanged, QuestionStatus
from shared.identity import new_id

Database = Any
WORDS = "Pågår det fortfarande?"
FIRST = "Det brinner i en container."


async def report(intake: httpx.AsyncClient, text: str = FIRST) -> tuple[str, UUID]:
    accepted = (await intake.post("/api/v1/reports", json={"text": text})).json()
    return accepted["tracking_code"], UUID(accepted["id"])


def asked(report_id: UUID, question_id: UUID | None = None, **given: Any) -> QuestionChanged:
    values = {
        "municipality": "1983",
        "question_id": question_id or new_id(),
        "report_id": report_id,
        "status": QuestionStatus.ASKED,
        "text": WORDS,
        "at": datetime.now(UTC),
        **given,
    }
    return QuestionChanged.model_validate(values)


def taken_back(question: QuestionChanged) -> QuestionChanged:
    return question.model_copy(update={"status": QuestionStatus.WITHDRAWN, "text": None, "text_en": None})


async def open_to(intake: httpx.AsyncClient, code: str) -> list[str]:
    found = (await intake.get(f"/api/v1/reports/{code}")).json()
    return [each["text"] for each in found["questions"]]


async def answer(intake: httpx.AsyncClient, code: str, question_id: object, text: str) -> httpx.Response:
    return await intake.post(
        f"/follow/{code}/answer?lang=sv", data={"question": str(question_id), "text": text}
    )


async def answer_by_api(
    intake: httpx.AsyncClient, code: str, question_id: object, text: str
) -> httpx.Response:
    return await intake.post(
        f"/api/v1/reports/{code}/answers", json={"question_id": str(question_id), "text": text}
    )


async def told(database: Database) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT body FROM outbox WHERE topic = 'report.received.v1' ORDER BY position"
    )
    return [orjson.loads(row["body"]) for row in rows]


async def verified(database: Database, report_id: UUID) -> None:
    """Its reporter asked for news by e-mail and entered the code."""
    await database.execute(
        "INSERT INTO email_news (report_id, asked_id, state, address, language, code, code_ends_at)"
        " VALUES ($1, $2, 'verified', 'sealed', 'sv', 'digest', now())",
        report_id,
        new_id(),
    )


async def test_an_open_question_stands_before_how_it_stands_and_is_told_by_the_api(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    assert await open_to(intake, code) == []
    await keep_questions(database, [asked(report_id)])

    page = (await intake.get(f"/follow/{code}?lang=sv")).text
    assert page.index(WORDS) < page.index("Läget nu")
    assert await open_to(intake, code) == [WORDS]


async def test_a_ready_question_is_read_in_english_by_who_reads_english_and_another_is_marked_as_swedish(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    ready = asked(report_id, text_en="Is it still going on?")
    await keep_questions(database, [ready, asked(report_id, text="Hur ser ”den” ut? <b>")])

    page = (await intake.get(f"/follow/{code}?lang=en")).text
    assert '<h2 id="asked-1">Is it still going on?</h2>' in page
    assert '<h2 id="asked-2" lang="sv">Hur ser ”den” ut? &lt;b&gt;</h2>' in page
    assert WORDS not in page


@pytest.mark.parametrize("way", [answer, answer_by_api])
async def test_an_answer_is_a_report_that_follows_the_first_and_names_the_question(
    intake: httpx.AsyncClient, database: Database, way: Any
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])

    sent = await way(intake, code, question.question_id, "Ja. Ring mig på 070-174 06 05.")
    assert sent.status_code in {202, 303}

    first, second = await told(database)
    assert first["answers"] is None
    assert (second["follows"], second["answers"]) == (str(report_id), str(question.question_id))
    assert second["relation"] == "addition"
    assert second["text"].startswith("Ja. Ring mig på [telefonnummer].\n\nSvar på en fråga från kommunen.")
    assert await open_to(intake, code) == []
    page = (await intake.get(f"/follow/{code}?added=answer&lang=sv")).text
    assert "Ditt svar har kommit fram" in page
    assert "Du svarade på en fråga" in page
    assert WORDS not in page


@pytest.mark.parametrize("way", [answer, answer_by_api])
async def test_the_same_answer_twice_is_one_and_another_is_refused(
    intake: httpx.AsyncClient, database: Database, way: Any
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])

    first, again = [await way(intake, code, question.question_id, "Ja.") for _ in range(2)]
    assert first.status_code == again.status_code
    assert first.headers.get("location") == again.headers.get("location")
    other = await way(intake, code, question.question_id, "Nej, det är över.")
    assert other.status_code == 409
    assert len(await told(database)) == 2
    if way is answer_by_api:
        assert (first.json()["replayed"], again.json()["replayed"]) == (False, True)
        assert other.json()["type"] == "/problems/question-answered"
    else:
        assert "Nej, det är över.</textarea>" in other.text  # not lost: it can be added


async def test_once_the_key_is_forgotten_an_answered_question_still_takes_no_other(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])
    await answer_by_api(intake, code, question.question_id, "Ja.")
    await database.execute("DELETE FROM idempotency")

    assert (await answer_by_api(intake, code, question.question_id, "Nej.")).status_code == 409
    assert len(await told(database)) == 2


async def test_of_several_answers_at_the_same_moment_one_is_stored(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])

    ways = [answer, answer_by_api] * 4
    sent = await asyncio.gather(
        *(way(intake, code, question.question_id, f"Svar {number}.") for number, way in enumerate(ways))
    )
    assert sorted(each.status_code for each in sent)[1:] == [409] * 7
    assert len(await told(database)) == 2


async def test_who_asked_for_news_by_e_mail_is_told_once_that_there_is_a_question(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    await intake.post(f"/follow/{code}/add?lang=sv", data={"token": "a", "text": "Nu brinner två."})
    addition = await database.fetchval("SELECT report_id FROM form_report WHERE follows = $1", report_id)
    await keep_questions(database, [asked(report_id)])
    assert await database.fetchval("SELECT count(*) FROM email_item") == 0

    await verified(database, report_id)
    question = asked(addition)
    for _ in range(2):
        await keep_questions(database, [question])
    items = await database.fetch("SELECT report_id, kind FROM email_item")
    assert [(item["report_id"], item["kind"]) for item in items] == [(report_id, "question")]


async def test_what_sounds_urgent_in_an_answer_is_turned_to_112_and_stored(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question, second = asked(report_id), asked(report_id)
    await keep_questions(database, [question, second])

    sent = await answer(intake, code, question.question_id, "Ja, det brinner och folk är kvar i huset!")
    assert "call=112" in sent.headers["location"]
    by_api = await answer_by_api(intake, code, second.question_id, "Ja, det brinner i huset nu!")
    assert by_api.json()["call"] == "112"
    assert len(await told(database)) == 3


async def test_a_question_taken_back_is_asked_no_more_whatever_the_order(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question, late = asked(report_id), asked(report_id)
    await keep_questions(database, [question])
    await keep_questions(database, [taken_back(question), taken_back(late)])
    await keep_questions(database, [late, question])

    assert await open_to(intake, code) == []
    assert await database.fetchval("SELECT count(*) FROM staff_question WHERE text IS NOT NULL") == 0
    refused = await answer_by_api(intake, code, question.question_id, "Ja.")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/question-withdrawn")
    page = await answer(intake, code, question.question_id, "Ja, det gör det.")
    assert page.status_code == 409
    assert "Kommunen har tagit tillbaka frågan" in page.text
    assert "Ja, det gör det.</textarea>" in page.text
    assert len(await told(database)) == 1


async def test_asked_and_taken_back_in_one_batch_is_never_shown(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question, taken_back(question), taken_back(question)])
    assert await open_to(intake, code) == []


async def test_a_question_about_an_addition_is_asked_on_the_page_of_the_first_report(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    await intake.post(f"/follow/{code}/add?lang=sv", data={"token": "a", "text": "Nu brinner två."})
    addition = await database.fetchval("SELECT report_id FROM form_report WHERE follows = $1", report_id)
    question = asked(addition)
    await keep_questions(database, [question])

    assert await open_to(intake, code) == [WORDS]
    assert (await answer_by_api(intake, code, question.question_id, "Ja.")).status_code == 202
    assert (await told(database))[-1]["follows"] == str(report_id)


async def test_questions_go_with_the_report_and_one_about_a_report_that_is_gone_leaves_nothing(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])
    assert (await intake.delete(f"/api/v1/reports/{code}")).status_code == 200

    assert await keep_questions(database, [asked(report_id), asked(new_id())]) == 0
    assert await database.fetchval("SELECT count(*) FROM staff_question") == 0
    assert (await answer_by_api(intake, code, question.question_id, "Ja.")).status_code == 410
    assert (await answer(intake, code, question.question_id, "Ja.")).status_code == 410


async def test_a_question_whose_answer_is_gone_is_not_asked_again(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])
    await answer_by_api(intake, code, question.question_id, "Ja.")
    its_code = await database.fetchval("SELECT tracking_code FROM report WHERE id <> $1", report_id)

    assert (await intake.delete(f"/api/v1/reports/{its_code}")).status_code == 200
    assert await open_to(intake, code) == []
    assert await database.fetchval("SELECT count(*) FROM report") == 1


async def test_a_question_is_answered_by_who_holds_the_reports_own_code(
    intake: httpx.AsyncClient, database: Database
) -> None:
    _, report_id = await report(intake)
    other, _ = await report(intake, "Något helt annat.")
    question = asked(report_id)
    await keep_questions(database, [question])

    assert (await answer_by_api(intake, other, question.question_id, "Ja.")).status_code == 404
    assert (await answer_by_api(intake, "AAAA-AAAA-AAAA", question.question_id, "Ja.")).status_code == 404
    assert len(await told(database)) == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
async def test_an_answer_that_says_nothing_or_too_much_is_sent_back(
    intake: httpx.AsyncClient, database: Database, text: str
) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])

    page = await answer(intake, code, question.question_id, text)
    assert page.status_code == 422
    assert f'href="#answer-{question.question_id}"' in page.text
    assert (await answer_by_api(intake, code, question.question_id, text)).status_code == 422
    assert len(await told(database)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b'{"text": "Ja."}', 422),
        (b'{"question_id": 7, "text": "Ja."}', 422),
        (b'{"question_id": "x", "text": "Ja."}', 422),
        (b'{"question_id": "01939f00-0000-7000-8000-0000000000aa", "text": "Ja.", "more": 1}', 422),
        (b'{"question_id": "01939f00-0000-7000-8000-0000000000aa", "text": "\\u0000"}', 404),
    ],
)
async def test_what_is_no_answer_gets_a_problem(intake: httpx.AsyncClient, body: bytes, status: int) -> None:
    code, _ = await report(intake)
    sent = await intake.post(
        f"/api/v1/reports/{code}/answers", content=body, headers={"content-type": "application/json"}
    )
    assert sent.status_code == status
    assert sent.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"\xff=\xff", b"question=x&text=Ja", b""])
async def test_a_broken_answer_from_a_page_gets_a_page(intake: httpx.AsyncClient, body: bytes) -> None:
    code, _ = await report(intake)
    sent = await intake.post(
        f"/follow/{code}/answer",
        content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert 400 <= sent.status_code < 500
    assert "text/html" in sent.headers["content-type"]


async def test_another_site_cannot_answer(intake: httpx.AsyncClient, database: Database) -> None:
    code, report_id = await report(intake)
    question = asked(report_id)
    await keep_questions(database, [question])
    sent = await intake.post(
        f"/follow/{code}/answer",
        data={"question": str(question.question_id), "text": "Ja."},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert sent.status_code == 403
    assert len(await told(database)) == 1
