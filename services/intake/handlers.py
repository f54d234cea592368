"""What intake hears of a report, for its reporter: how far it has come, and what staff ask."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.intake import staff_question_store, standing_store, store
from services.intake.email.news import NewsKind, queue_news, queue_statuses
from services.intake.metrics import QUESTIONS_HEARD
from shared import inbox
from shared.envelope import Envelope
from shared.events import Event, FollowStatus, QuestionChanged, QuestionStatus, ReportStatusChanged
from shared.inbox import Connection
from shared.kafka import BatchHandler


def on_news_of_reports(pool: "asyncpg.Pool[asyncpg.Record]", gathered_for: timedelta) -> BatchHandler:
    """`gathered_for`: how long a status waits for the next one, to be told by e-mail together."""

    async def keep_news(envelopes: Sequence[Envelope[Event]]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            fresh = await inbox.take_fresh(connection, envelopes)
            events = [each.event for each in fresh]
            statuses = [each for each in events if isinstance(each, ReportStatusChanged)]
            await store.insert_statuses(connection, statuses)
            await standing_store.keep_categories(connection, statuses)
            news = [each for each in statuses if not _is_retold(each)]
            await queue_statuses(connection, news, gathered_for)
            questions = [each for each in events if isinstance(each, QuestionChanged)]
            kept = await keep_questions(connection, questions) if questions else 0
        inbox.count_taken(envelopes, fresh)
        _count(questions, kept)

    return keep_news


def _is_retold(status: ReportStatusChanged) -> bool:
    """Told before, and again only because the report is of another category by now."""
    since = status.category_at
    return status.status is FollowStatus.ASSESSED and since is not None and since > status.at


async def keep_questions(connection: Connection, questions: Sequence[QuestionChanged]) -> int:
    """In the caller's transaction; how many are asked now. What is taken back in the same batch is asked first."""
    asked = [each for each in questions if each.status is QuestionStatus.ASKED]
    shown = await staff_question_store.keep_asked(connection, asked)
    for each in shown:
        await queue_news(connection, each.followed_id, NewsKind.QUESTION, each.question_id, each.at)
    withdrawn = [each for each in questions if each.status is QuestionStatus.WITHDRAWN]
    await staff_question_store.keep_withdrawn(connection, withdrawn)
    return len(shown)


def _count(questions: Sequence[QuestionChanged], kept: int) -> None:
    asked = sum(each.status is QuestionStatus.ASKED for each in questions)
    QUESTIONS_HEARD.labels("kept").inc(kept)
    QUESTIONS_HEARD.labels("report_gone").inc(asked - kept)
    QUESTIONS_HEARD.labels("withdrawn").inc(len(questions) - asked)
