import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAuthorizationFailedError

from tests.support.kafka import KafkaForTests


async def test_an_agency_reads_its_own_topic(kafka: KafkaForTests):
    await kafka.send("alert.police.v1", b"{}", user="notifier")
    records = await kafka.records("alert.police.v1", user="police")
    assert records[-1].value == b"{}"


async def test_an_agency_is_refused_anothers_topic(kafka: KafkaForTests):
    with pytest.raises(TopicAuthorizationFailedError):
        await kafka.records("alert.school.v1", user="police", timeout_s=10)


async def test_an_agency_sends_receipts_and_nothing_else(kafka: KafkaForTests):
    await kafka.send("receipt.v1", b"{}", user="school")
    with pytest.raises(KafkaError):
        await kafka.send("report.received.v1", b"{}", user="school")


async def test_a_service_is_refused_what_it_does_not_consume(kafka: KafkaForTests):
    with pytest.raises(TopicAuthorizationFailedError):
        await kafka.records("alert.police.v1", user="reporting", timeout_s=10)


async def test_a_wrong_password_is_refused(kafka: KafkaForTests, caplog: pytest.LogCaptureFixture):
    options = kafka.options("police") | {"sasl_plain_password": "guessed"}
    consumer = AIOKafkaConsumer("alert.police.v1", **options)
    try:
        with pytest.raises(KafkaConnectionError):
            await consumer.start()
        assert "SaslAuthenticationFailed" in caplog.text
    finally:
        await consumer.stop()
