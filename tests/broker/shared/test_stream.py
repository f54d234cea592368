"""The one way to consume, on a real broker: what is readable is taken once, what is not is set apart, nothing stops."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from prometheus_client import REGISTRY

from shared.envelope import Envelope, Outgoing, outgoing
from shared.errors import Reject, Retry
from shared.events import Event, Receipt, ReceiptStatus
from shared.identity import new_id
from shared.kafka import BatchHandler, Stream
from shared.kafka_lag import look
from shared.topics import MAX_BODY_BYTES, RECEIPT, Service
from tests.support.kafka import KafkaForTests

DEAD = "dead-letter.notifier.v1"


def a_receipt(note: str) -> Outgoing:
    event = Receipt(
        municipality="1983",
        receipt_id=new_id(),
        alert_id=new_id(),
        agency="police",
        status=ReceiptStatus.SEEN,
        at=datetime.now(UTC),
        note=note,
    )
    return outgoing(
        RECEIPT, event, key=event.alert_id, subject=event.alert_id, source=Service.REPORTING, traceparent=None
    )


async def send(kafka: KafkaForTests, record: Outgoing) -> None:
    await kafka.send(record.topic, record.body, key=record.key.encode(), headers=headers_of(record))


def headers_of(record: Outgoing) -> list[tuple[str, bytes | None]]:
    return [(name, value.encode()) for name, value in record.headers.items()]


@asynccontextmanager
async def consuming(kafka: KafkaForTests, handler: BatchHandler) -> AsyncIterator[Stream]:
    stream = Stream(Service.NOTIFIER, kafka.settings(), stop_timeout_s=5)
    stream.consume([RECEIPT], handler, batch_records=100, poll_ms=20)
    stream.start()
    try:
        yield stream
    finally:
        await stream.stop()


class Taken:
    """Remembers what the handler was given, and lets a test wait for it."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._grew = asyncio.Event()

    def add(self, envelopes: Sequence[Envelope[Event]]) -> None:
        for envelope in envelopes:
            assert isinstance(envelope.event, Receipt)
            self.notes.append(envelope.event.note or "")
        self._grew.set()

    async def until(self, *notes: str) -> None:
        async with asyncio.timeout(30):
            while not set(notes) <= set(self.notes):
                self._grew.clear()
                await self._grew.wait()


async def test_poison_is_set_apart_with_its_reason_and_the_stream_goes_on(kafka: KafkaForTests) -> None:
    await kafka.empty(RECEIPT.name, DEAD)
    taken, good = Taken(), a_receipt("good")
    headers = headers_of(good)

    async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
        taken.add(envelopes)

    await kafka.send(RECEIPT.name, b"{not json", headers=headers)
    await kafka.send(RECEIPT.name, good.body, headers=[("ce_type", b"se.vardkase.receipt.v9")])
    await kafka.send(RECEIPT.name, good.body, headers=[*headers, ("tracestate", None)])
    await kafka.send(RECEIPT.name, good.body, headers=[*headers, ("tracestate", b"\xff\xfe")])
    await kafka.send(RECEIPT.name, b"x" * (MAX_BODY_BYTES + 1), headers=headers)
    await kafka.send(RECEIPT.name, None, key=b"k", headers=headers)
    await send(kafka, good)
    async with consuming(kafka, handler):
        await taken.until("good")
        apart = await kafka.records(DEAD, at_least=6)

    reasons = [dict(record.headers)["dl_reason"].decode() for record in apart]
    assert [reason.split(":")[0] for reason in reasons] == [
        "invalid Receipt",
        "unknown version",
        "null header 'tracestate'",
        "header 'tracestate' is not UTF-8",
        "oversize",
        "empty body",
    ]
    assert apart[0].value == b"{not json"
    assert taken.notes == ["good"]


async def test_one_refused_event_is_set_apart_and_its_neighbours_are_taken(kafka: KafkaForTests) -> None:
    await kafka.empty(RECEIPT.name, DEAD)
    taken = Taken()

    async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
        if any(isinstance(each.event, Receipt) and each.event.note == "bad" for each in envelopes):
            raise Reject("the note is bad")
        taken.add(envelopes)

    for note in ("before", "bad", "after"):
        await send(kafka, a_receipt(note))
    async with consuming(kafka, handler):
        await taken.until("before", "after")
        apart = await kafka.records(DEAD)

    assert [dict(record.headers)["dl_reason"] for record in apart] == [b"Reject: the note is bad"]


async def test_what_is_away_for_a_while_loses_nothing(kafka: KafkaForTests) -> None:
    await kafka.empty(RECEIPT.name, DEAD)
    taken, attempts = Taken(), 0

    async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 4:
            raise Retry("the database is away")
        taken.add(envelopes)

    await send(kafka, a_receipt("patient"))
    async with consuming(kafka, handler):
        await taken.until("patient")

    assert attempts == 4
    assert sum((await kafka.end_offsets(DEAD)).values()) == 0 or not await _live_records(kafka, DEAD)


async def test_a_batch_cut_off_by_a_stop_is_given_to_the_next_process(kafka: KafkaForTests) -> None:
    await kafka.empty(RECEIPT.name, DEAD)
    taken, reached = Taken(), asyncio.Event()

    async def never_ends(envelopes: Sequence[Envelope[Event]]) -> None:
        reached.set()
        raise Retry("not today")

    async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
        taken.add(envelopes)

    await send(kafka, a_receipt("handed over"))
    async with consuming(kafka, never_ends):
        await asyncio.wait_for(reached.wait(), 30)
    async with consuming(kafka, handler):
        await taken.until("handed over")


async def test_readiness_tells_of_the_assignment(kafka: KafkaForTests) -> None:
    async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
        pass

    stream = Stream(Service.NOTIFIER, kafka.settings())
    assert not (await stream.check()).ok
    async with consuming(kafka, handler) as running:
        await running.started()
        async with asyncio.timeout(20):
            while not (await running.check()).ok:
                await asyncio.sleep(0.05)


async def _live_records(kafka: KafkaForTests, topic: str) -> list[object]:
    try:
        return list(await kafka.records(topic, timeout_s=2))
    except AssertionError:
        return []


async def test_what_waits_to_be_taken_in_is_told_and_what_is_in_hand_is_not(kafka: KafkaForTests) -> None:
    await kafka.empty(RECEIPT.name)
    taken, may_go_on = Taken(), asyncio.Event()

    async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
        taken.add(envelopes)
        await may_go_on.wait()

    def waiting() -> float | None:
        return REGISTRY.get_sample_value("vardkase_consumer_lag", {"topic": RECEIPT.name})

    await send(kafka, a_receipt("in hand"))
    async with consuming(kafka, handler) as stream:
        await taken.until("in hand")
        later = [a_receipt(f"later {number}") for number in range(5)]
        for each in later:
            await send(kafka, each)
        await look(stream.consumers)
        assert waiting() == 5
        may_go_on.set()
        await taken.until(*[f"later {number}" for number in range(5)])
        await look(stream.consumers)
        assert waiting() == 0
