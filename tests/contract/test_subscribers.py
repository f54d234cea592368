"""What a framework would otherwise decide for us is stated on every subscriber, and topics.py says what the code does."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from faststream import AckPolicy

from shared import topics
from shared.envelope import Envelope
from shared.events import Event
from shared.kafka import Stream, _parse_nothing
from shared.settings import KafkaSettings
from shared.topics import ALERTS, TOPICS, Service, Topic, topics_read_by

SERVICES = Path(topics.__file__).parents[1] / "services"


async def handler(envelopes: Sequence[Envelope[Event]]) -> None:
    raise AssertionError("nothing is consumed here")


async def test_every_subscriber_states_what_decides_about_loss() -> None:
    stream = Stream(Service.REPORTING, KafkaSettings(bootstrap_servers="127.0.0.1:1"))
    stream.consume(topics_read_by(Service.REPORTING), handler, batch_records=10, poll_ms=20)

    (subscriber,) = stream.broker.subscribers
    assert subscriber.ack_policy == AckPolicy.NACK_ON_ERROR
    assert subscriber.group_id == "reporting.main"
    assert subscriber._no_reply is True
    assert subscriber._call_options.parser is _parse_nothing
    assert subscriber._connection_args["auto_offset_reset"] == "earliest"
    assert subscriber._connection_args["enable_auto_commit"] is False


@pytest.mark.parametrize("service", Service)
def test_a_service_subscribes_only_by_the_stream_and_to_the_topics_it_is_named_for(service: Service) -> None:
    calls = list(calls_in(service))
    consuming = [call for call in calls if name_of(call.func) == "consume"]

    assert [call for call in calls if name_of(call.func) == "subscriber"] == []
    assert [ast.unparse(call.args[0]) for call in consuming] == [f"topics_read_by(Service.{service.name})"]


@pytest.mark.parametrize("service", Service)
def test_a_service_publishes_the_topics_it_is_named_for_and_no_other(service: Service) -> None:
    published = {
        topic
        for call in calls_in(service)
        if name_of(call.func)
        in {"outgoing", "wrapped", "_outgoing"}  # the last hands its topic on to the first
        for topic in topics_of(call)
    }

    assert published == {topic.name for topic in TOPICS if service in topic.producers}


def calls_in(service: Service) -> Iterator[ast.Call]:
    for file in (SERVICES / service).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                yield node


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def topics_of(call: ast.Call) -> set[str]:
    """The first argument is a constant of shared.topics, or one of the agencies' topics; or a parameter, named by who calls."""
    written = ast.unparse(call.args[0])
    if written == "topic":  # handed on
        return set()
    if written.startswith("ALERTS["):
        return {topic.name for topic in ALERTS.values()}
    topic = getattr(topics, written)
    assert isinstance(topic, Topic)
    return {topic.name}
