"""What a framework would otherwise decide for us is stated on every subscriber: nothing is acknowledged before it is done."""

from collections.abc import Sequence

import pytest
from faststream import AckPolicy

from shared.envelope import Envelope
from shared.events import Event
from shared.kafka import Stream
from shared.settings import KafkaSettings
from shared.topics import Service, topics_read_by


async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
    raise AssertionError("nothing is consumed here")


@pytest.mark.parametrize("service", Service)
async def test_every_subscriber_states_what_decides_about_loss(service: Service) -> None:
    stream = Stream(service, KafkaSettings(bootstrap_servers="127.0.0.1:1"))
    stream.consume(topics_read_by(service), handler, batch_records=10, poll_ms=20)

    (subscriber,) = stream.broker.subscribers
    assert subscriber.ack_policy == AckPolicy.NACK_ON_ERROR
    assert subscriber.group_id == f"{service}.main"
    assert subscriber._no_reply is True
    assert subscriber._connection_args["auto_offset_reset"] == "earliest"
    assert subscriber._connection_args["enable_auto_commit"] is False
    assert subscriber.topic_names == [topic.name for topic in topics_read_by(service)]
