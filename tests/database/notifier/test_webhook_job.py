import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest_asyncio

from services.notifier.channels.webhook import create_client
from services.notifier.domain.attempts import Patience
from services.notifier.jobs import WebhookJob, upkeep
from services.notifier.store import deliveries as delivery_table
from shared.events import Agency, Receipt
from tests.support.incidents import NOON, incident
from tests.support.notifier import NotifierForTests, endpoint
from tests.support.webhook_receiver import Receiver, receiver


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with create_client(timeout_s=2) as client:
        yield client


def job(notifier: NotifierForTests, client: httpx.AsyncClient, attempts: int = 5) -> WebhookJob:
    return WebhookJob(
        pool=notifier.pool,
        client=client,
        endpoint=notifier.endpoints[0],
        patience=Patience(attempts, first_s=4, longest_s=60),
        concurrency=3,
        timeout_s=2,
        clock=notifier.clock,
        spread=lambda: 0.0,
    )


def aimed_at(notifier: NotifierForTests, agencys: Receiver) -> None:
    """Also sets the clock to the real time, since the receiver checks the signature's time against its own."""
    notifier.endpoints = [endpoint(Agency.POLICE, agencys.url)]
    notifier.clock.now = datetime.now(UTC)


async def log_of(notifier: NotifierForTests) -> list[tuple[int, str, str]]:
    rows = await notifier.pool.fetch("SELECT attempt, outcome, reason FROM delivery_attempt ORDER BY attempt")
    return [tuple(row) for row in rows]


async def test_a_webhook_that_fails_twice_is_delivered_once_with_one_id(
    notifier: NotifierForTests, client: httpx.AsyncClient
):
    with receiver([503, 500]) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        sending = job(notifier, client)
        for _ in range(5):
            await sending.send_due()
            notifier.clock.forward(5)

    assert len(police.taken) == 3
    assert len(set(police.ids)) == 1
    assert police.taken[-1][1]["type"] == "alert.new"
    assert police.taken[-1][1]["data"]["agency"] == "police"
    assert await notifier.deliveries(channel="webhook") == {"police": "sent"}
    assert await log_of(notifier) == [
        (1, "try_again", "mottagaren svarade 503"),
        (2, "try_again", "mottagaren svarade 500"),
        (3, "delivered", "mottagaren svarade 204"),
    ]
    changed = await notifier.outbox("delivery.changed.v1")
    assert len(changed) == 4  # waiting, twice tried, sent


async def test_a_retry_waits_for_its_time(notifier: NotifierForTests, client: httpx.AsyncClient):
    with receiver([(429, {"Retry-After": "30"})]) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        sending = job(notifier, client)
        assert await sending.send_due() == 1
        notifier.clock.forward(29)
        assert await sending.send_due() == 0
        notifier.clock.forward(1)
        assert await sending.send_due() == 1
    assert await notifier.deliveries(channel="webhook") == {"police": "sent"}


async def test_a_receiver_that_is_gone_is_given_up(notifier: NotifierForTests, client: httpx.AsyncClient):
    with receiver([410]) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        await job(notifier, client).send_due()
    assert await notifier.deliveries(channel="webhook") == {"police": "gave_up"}


async def test_after_the_last_attempt_it_is_given_up_with_the_reason(
    notifier: NotifierForTests, client: httpx.AsyncClient
):
    with receiver() as police:
        aimed_at(notifier, police)
    await notifier.take(incident())  # nobody listens any more
    sending = job(notifier, client, attempts=2)
    await sending.send_due()
    notifier.clock.forward(60)
    await sending.send_due()
    assert (await log_of(notifier))[-1] == (2, "gave_up", "mottagaren kunde inte nås; 2 försök gjorda")
    assert await notifier.deliveries(channel="webhook") == {"police": "gave_up"}


async def test_a_redirect_is_not_followed(notifier: NotifierForTests, client: httpx.AsyncClient):
    with receiver() as inner, receiver([(307, {"Location": inner.url})]) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        await job(notifier, client).send_due()
    assert inner.taken == []
    assert (await log_of(notifier))[0][2] == "mottagaren svarade 307 (omdirigering följs inte)"


async def test_two_jobs_never_send_the_same(notifier: NotifierForTests, client: httpx.AsyncClient):
    with receiver(pause_s=0.02) as police:
        aimed_at(notifier, police)
        await notifier.take(*[incident(n) for n in range(30)])
        jobs = [job(notifier, client) for _ in range(2)]

        async def until_empty(sending: WebhookJob) -> None:
            while await sending.send_due():
                pass

        await asyncio.gather(*[until_empty(sending) for sending in jobs])
    assert len(police.ids) == len(set(police.ids)) == 30
    assert police.most_at_once <= 6


async def test_a_dead_jobs_claims_are_taken_over_when_the_lease_ends(
    notifier: NotifierForTests, client: httpx.AsyncClient
):
    with receiver() as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        async with notifier.pool.acquire() as connection:  # claims, and is never heard of again
            await delivery_table.claim_due(
                connection, notifier.endpoints[0].id, uuid4(), timedelta(seconds=30), 3, notifier.clock()
            )
        sending = job(notifier, client)
        assert await sending.send_due() == 0
        notifier.clock.forward(31)
        assert await sending.send_due() == 1
    assert len(police.taken) == 1


async def test_a_job_that_stops_gives_back_what_it_did_not_finish(
    notifier: NotifierForTests, client: httpx.AsyncClient
):
    with receiver(pause_s=1.0) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        stopping = job(notifier, client)
        stopping.start()
        while police.at_once == 0:
            await asyncio.sleep(0.01)
        await stopping.stop(timeout_s=0.05)
        assert await notifier.pool.fetchval("SELECT count(*) FROM delivery WHERE lease IS NOT NULL") == 0
        assert await job(notifier, client).send_due() == 1
    assert len(set(police.ids)) == 1
    assert await notifier.deliveries(channel="webhook") == {"police": "sent"}


async def test_a_job_that_stops_finishes_the_request_under_way(
    notifier: NotifierForTests, client: httpx.AsyncClient
):
    with receiver(pause_s=0.2) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        stopping = job(notifier, client)
        stopping.start()
        while police.at_once == 0:
            await asyncio.sleep(0.01)
        await stopping.stop(timeout_s=5)
    assert await notifier.deliveries(channel="webhook") == {"police": "sent"}


async def test_a_later_word_waits_for_the_earlier_one(notifier: NotifierForTests, client: httpx.AsyncClient):
    with receiver([503]) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        sending = job(notifier, client)
        await sending.send_due()
        await notifier.take(incident(revision=2, severity=3))
        assert await sending.send_due() == 0
        notifier.clock.forward(5)
        await sending.send_due()
        await sending.send_due()
    assert [body["type"] for _, body in police.taken] == ["alert.new", "alert.new", "alert.update"]


async def test_an_agency_that_answered_is_not_sent_the_same_again(
    notifier: NotifierForTests, client: httpx.AsyncClient
):
    with receiver([503]) as police:
        aimed_at(notifier, police)
        await notifier.take(incident())
        sending = job(notifier, client)
        await sending.send_due()
        await notifier.take(
            Receipt(
                municipality="1983",
                receipt_id=uuid4(),
                alert_id=await notifier.alert_id("police"),
                agency=Agency.POLICE,
                status="seen",
                at=NOON,
            )
        )
        notifier.clock.forward(60)
        assert await sending.send_due() == 0
    assert await notifier.deliveries(channel="webhook") == {"police": "seen"}


async def test_what_has_no_receiver_any_more_is_ended_after_a_day(notifier: NotifierForTests):
    with receiver() as police:
        aimed_at(notifier, police)
    await notifier.take(incident())
    await upkeep(notifier.pool, [], notifier.clock)
    assert await notifier.deliveries(channel="webhook") == {"police": "pending"}
    notifier.clock.forward(24 * 3600 + 1)
    await upkeep(notifier.pool, [], notifier.clock)
    assert await notifier.deliveries(channel="webhook") == {"police": "gave_up"}
