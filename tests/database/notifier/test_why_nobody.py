"""What the notifier tells of incidents that alert nobody: once for each reason, and in the transaction that decides it."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from shared.topics import NOT_ALERTED_CHANGED
from tests.support.incidents import NOON, incident, incident_id
from tests.support.notifier import NotifierForTests, envelope

DAY_S = 86_400
LATE = {"reports_by_source": {"import": 1}, "changed_at": NOON + timedelta(days=3)}
IN_TIME = {**LATE, "reports_by_source": {"import": 1, "citizen": 1}}


async def told(notifier: NotifierForTests) -> list[tuple[Any, ...]]:
    """(revision, reason, age, limit) in the order they were published."""
    bodies = [orjson.loads(row["body"]) for row in await notifier.outbox(NOT_ALERTED_CHANGED.name)]
    return [(each["revision"], each["reason"], each["age_s"], each["limit_s"]) for each in bodies]


async def test_old_news_is_told_of_once_with_its_age_and_the_limit_and_taken_back_by_an_alert(
    notifier: NotifierForTests,
) -> None:
    notifier.clock.forward(3 * DAY_S)
    first = envelope(incident(**LATE))
    await notifier.take(first)
    await notifier.take(first, envelope(incident(**LATE)), envelope(incident(revision=2, **LATE)))
    assert await told(notifier) == [(1, "told_late", 3 * DAY_S, DAY_S)]
    (row,) = await notifier.outbox(NOT_ALERTED_CHANGED.name)
    assert (row["key"], row["headers"]["ce_subject"]) == (str(incident_id("incident")),) * 2

    await notifier.take(incident(revision=3, **IN_TIME))
    await notifier.take(incident(revision=4, **{**IN_TIME, "report_count": 3}))
    assert len(await notifier.alerts()) == 2
    assert (await told(notifier))[1:] == [(3, None, None, None)]


async def test_news_of_which_somebody_is_alerted_leaves_nothing_to_explain(
    notifier: NotifierForTests,
) -> None:
    await notifier.take(incident())
    await notifier.take(incident(revision=2, withdrawn=True))
    assert await told(notifier) == []


async def test_what_was_told_of_late_is_not_called_history_when_time_has_passed(
    notifier: NotifierForTests,
) -> None:
    notifier.clock.forward(3 * DAY_S)
    await notifier.take(incident(**LATE))
    notifier.clock.forward(90 * DAY_S)
    disposed = {**LATE, "changed_at": NOON + timedelta(days=93), "change": "disposed", "disposed_reports": 1}
    await notifier.take(incident(revision=2, **disposed))
    assert await told(notifier) == [(1, "told_late", 3 * DAY_S, DAY_S)]

    await notifier.take(incident(revision=3, **{**disposed, "withdrawn": True}))
    assert (await told(notifier))[1:] == [(3, "withdrawn", None, None)]


async def test_why_nobody_is_told_with_the_decision_or_not_at_all(notifier: NotifierForTests) -> None:
    await notifier.pool.execute(
        f"ALTER TABLE outbox ADD CONSTRAINT broken CHECK (topic <> '{NOT_ALERTED_CHANGED.name}')"
    )
    notifier.clock.forward(3 * DAY_S)
    late = envelope(incident(**LATE))
    with pytest.raises(asyncpg.CheckViolationError):
        await notifier.take(late)
    assert await notifier.pool.fetchval("SELECT count(*) FROM incident") == 0
    await notifier.pool.execute("ALTER TABLE outbox DROP CONSTRAINT broken")
    await notifier.take(late)
    assert len(await told(notifier)) == 1


async def test_two_processes_that_hear_of_the_same_old_news_tell_why_once(notifier: NotifierForTests) -> None:
    notifier.clock.forward(3 * DAY_S)
    await asyncio.gather(*[notifier.take(incident(revision=revision, **LATE)) for revision in (1, 2, 3, 4)])
    assert len(await told(notifier)) == 1
