import asyncio
import random
from datetime import timedelta
from uuid import uuid4

import asyncpg
import orjson
import pytest

from services.notifier.jobs import look_again
from services.notifier.metrics import NOT_ALERTED
from services.notifier.publishing import on_alerts_confirmed
from shared.events import NotAlertedReason, Severity
from tests.support.incidents import NOON, incident
from tests.support.notifier import NotifierForTests, envelope

POLICE_AND_SECURITY = [("police", "new", 1), ("security", "new", 1)]


async def test_a_redelivered_incident_alerts_once(notifier: NotifierForTests):
    same = envelope(incident())
    await notifier.take(same)
    await notifier.take(same, same)
    assert await notifier.alerts() == POLICE_AND_SECURITY
    assert len(await notifier.outbox("alert.police.v1")) == 1


async def test_the_same_state_under_another_event_id_alerts_once(notifier: NotifierForTests):
    await notifier.take(incident())
    await notifier.take(incident(), incident())
    assert await notifier.alerts() == POLICE_AND_SECURITY


async def test_of_several_revisions_in_one_batch_only_the_last_is_told(notifier: NotifierForTests):
    await notifier.take(incident(), incident(revision=3, severity=4), incident(revision=2, severity=3))
    assert await notifier.alerts() == POLICE_AND_SECURITY
    told = orjson.loads((await notifier.outbox("alert.police.v1"))[0]["body"])
    assert told["severity"] == 4


async def test_an_older_revision_that_comes_late_is_ignored(notifier: NotifierForTests):
    await notifier.take(incident(revision=5))
    await notifier.take(incident(revision=4, severity=4))
    assert await notifier.alerts() == POLICE_AND_SECURITY


async def test_a_burst_of_reports_is_one_alert_to_each_agency(notifier: NotifierForTests):
    revisions = [envelope(incident(revision=n, report_count=n)) for n in range(1, 301)]
    random.Random(7).shuffle(revisions)
    for start in range(0, 300, 37):
        await notifier.take(*revisions[start : start + 37])
    assert await notifier.alerts() == POLICE_AND_SECURITY


async def test_two_processes_that_take_the_same_incident_at_once_alert_once(notifier: NotifierForTests):
    batches = [[incident(n, revision=revision) for n in range(20)] for revision in (1, 2, 3, 4)]
    await asyncio.gather(*[notifier.take(*batch) for batch in batches])
    for n in range(20):
        assert await notifier.alerts(n) == POLICE_AND_SECURITY


async def test_why_old_news_alerted_nobody_is_kept_and_counted_once(notifier: NotifierForTests):
    before = NOT_ALERTED.labels(NotAlertedReason.TOLD_LATE)._value.get()
    late = {"reports_by_source": {"import": 1}, "changed_at": NOON + timedelta(days=3)}
    notifier.clock.forward(3 * 86_400)
    await notifier.take(incident(**late))
    await notifier.take(incident(revision=2, **late))
    assert await notifier.alerts() == []
    assert await notifier.pool.fetchval("SELECT not_alerted FROM incident") == "told_late"
    assert NOT_ALERTED.labels(NotAlertedReason.TOLD_LATE)._value.get() == before + 1

    await notifier.take(incident(revision=3, **{**late, "reports_by_source": {"import": 1, "citizen": 1}}))
    assert await notifier.alerts() == POLICE_AND_SECURITY
    assert await notifier.pool.fetchval("SELECT not_alerted FROM incident") is None


async def test_a_failure_in_the_middle_leaves_nothing_behind(notifier: NotifierForTests):
    await notifier.pool.execute(
        "ALTER TABLE outbox ADD CONSTRAINT broken CHECK (topic <> 'alert.security.v1')"
    )
    same = envelope(incident())
    for _ in range(2):
        with pytest.raises(asyncpg.CheckViolationError, match="broken"):
            await notifier.take(same)
    assert await notifier.alerts() == []
    await notifier.pool.execute("ALTER TABLE outbox DROP CONSTRAINT broken")
    await notifier.take(same)
    assert await notifier.alerts() == POLICE_AND_SECURITY


async def test_what_came_too_soon_is_told_when_the_quiet_time_is_over(notifier: NotifierForTests):
    await notifier.take(incident())
    notifier.clock.forward(1)
    await notifier.take(incident(revision=2, category="fraud", change="recategorised"))
    assert await notifier.alerts() == POLICE_AND_SECURITY
    assert await look_again(notifier.pool, notifier.alerting, lambda: None, notifier.clock) == 0

    notifier.clock.forward(15)
    await look_again(notifier.pool, notifier.alerting, lambda: None, notifier.clock)
    await look_again(notifier.pool, notifier.alerting, lambda: None, notifier.clock)
    assert await notifier.alerts() == [
        *POLICE_AND_SECURITY,
        ("police", "update", 2),
        ("security", "correction", 2),
    ]


async def test_a_change_that_is_taken_back_in_the_quiet_time_is_never_told(notifier: NotifierForTests):
    await notifier.take(incident())
    await notifier.take(incident(revision=2, category="fraud"))
    await notifier.take(incident(revision=3))
    notifier.clock.forward(60)
    await look_again(notifier.pool, notifier.alerting, lambda: None, notifier.clock)
    assert await notifier.alerts() == POLICE_AND_SECURITY


async def test_an_alert_is_sent_when_the_broker_has_confirmed_it_and_no_sooner(notifier: NotifierForTests):
    await notifier.take(incident())
    assert await notifier.deliveries() == {"police": "pending", "security": "pending"}

    police = (await notifier.outbox("alert.police.v1"))[0]
    confirm = on_alerts_confirmed(notifier.clock)
    async with notifier.pool.acquire() as connection:
        for _ in range(2):
            await confirm(
                connection, [("alert.police.v1", police["event_id"]), ("delivery.changed.v1", uuid4())]
            )

    assert await notifier.deliveries() == {"police": "sent", "security": "pending"}
    changed = [orjson.loads(row["body"]) for row in await notifier.outbox("delivery.changed.v1")]
    assert [(each["agency"], each["status"], each["attempts"]) for each in changed] == [("police", "sent", 1)]


async def test_the_trace_of_the_report_goes_on_in_the_alert(notifier: NotifierForTests):
    came = envelope(incident())
    await notifier.take(came)
    headers = (await notifier.outbox("alert.police.v1"))[0]["headers"]
    assert headers["traceparent"].split("-")[1] == came.traceparent.split("-")[1]


async def test_a_correction_is_told_once_however_often_it_comes(notifier: NotifierForTests):
    await notifier.take(incident(severity=3))
    notifier.clock.forward(60)
    same = envelope(incident(revision=2, severity=2, change="corrected", correction_id=uuid4()))
    await notifier.take(same, same)
    await notifier.take(same)
    await notifier.take(envelope(same.event))
    await notifier.take(incident(revision=3, severity=2, report_count=2))
    assert await notifier.alerts() == [
        *POLICE_AND_SECURITY,
        ("police", "update", 2),
        ("security", "update", 2),
    ]


async def test_a_correction_followed_by_a_report_in_the_same_batch_is_still_told(notifier: NotifierForTests):
    await notifier.take(incident(severity=3))
    notifier.clock.forward(60)
    await notifier.take(
        incident(revision=2, severity=2, change="corrected", correction_id=uuid4()),
        incident(revision=3, severity=2, report_count=2, change="report_linked"),
    )
    assert [kind for _, kind, _ in (await notifier.alerts())[2:]] == ["update", "update"]


async def test_a_correction_in_the_quiet_time_is_told_when_it_is_over(notifier: NotifierForTests):
    await notifier.take(incident(severity=3))
    notifier.clock.forward(1)
    await notifier.take(incident(revision=2, severity=2, change="corrected", correction_id=uuid4()))
    await notifier.take(incident(revision=3, severity=2, report_count=2, change="report_linked"))
    assert await notifier.alerts() == POLICE_AND_SECURITY
    notifier.clock.forward(15)
    await look_again(notifier.pool, notifier.alerting, lambda: None, notifier.clock)
    assert [kind for _, kind, _ in (await notifier.alerts())[2:]] == ["update", "update"]


async def test_a_correction_that_was_overtaken_on_the_topic_is_known_by_its_id(notifier: NotifierForTests):
    await notifier.take(incident(severity=3))
    notifier.clock.forward(60)
    correction_id = uuid4()
    later = incident(revision=5, severity=2, change="report_linked", correction_id=correction_id)
    await notifier.take(later)
    await notifier.take(
        later.model_copy(update={"revision": 6, "severity": Severity.MINOR})
    )  # the same one: a machine's lowering
    assert [kind for _, kind, _ in (await notifier.alerts())[2:]] == ["update", "update"]


async def test_an_undone_correction_withdraws_what_it_told_and_tells_the_first_ones_again(
    notifier: NotifierForTests,
):
    await notifier.take(incident(category="disorder"))
    notifier.clock.forward(60)
    await notifier.take(
        incident(revision=2, category="school_incident", change="corrected", correction_id=uuid4())
    )
    notifier.clock.forward(60)
    await notifier.take(incident(revision=3, category="disorder", change="corrected", correction_id=uuid4()))
    assert await notifier.alerts() == [
        ("police", "new", 1),
        ("security", "new", 1),
        ("guards", "new", 1),
        ("police", "correction", 2),
        ("school", "new", 1),
        ("security", "update", 2),
        ("guards", "correction", 2),
        ("police", "new", 3),
        ("school", "correction", 2),
        ("security", "update", 3),
        ("guards", "new", 3),
    ]
