"""Who may do what on which topic, derived from `shared.topics`: the table behind the broker's ACLs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.events import Agency
from shared.topics import DEAD_LETTER_TOPICS, TOPICS, Service

Operation = Literal["READ", "WRITE", "DESCRIBE"]


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """`group`s are granted by prefix: every consumer group that begins with the user's own name."""

    user: str
    operation: Operation
    resource: Literal["topic", "group"]
    name: str

    @property
    def prefixed(self) -> bool:
        return self.resource == "group"


def grants() -> frozenset[Grant]:
    return frozenset([*_services_grants(), *_agencies_grants()])


def users() -> tuple[str, ...]:
    return (*Service, *Agency)


def _services_grants() -> Iterator[Grant]:
    for topic in TOPICS:
        for service in topic.producers:
            yield from _on_topic(service, "WRITE", topic.name)
        for service in topic.consumers:
            yield from _on_topic(service, "READ", topic.name)
    for service, topic_name in DEAD_LETTER_TOPICS.items():
        yield from _on_topic(service, "WRITE", topic_name)
        yield from _on_topic(service, "READ", topic_name)
        yield Grant(service, "READ", "group", service)


def _agencies_grants() -> Iterator[Grant]:
    for topic in TOPICS:
        for agency in topic.readers:
            yield from _on_topic(agency, "READ", topic.name)
        for agency in topic.writers:
            yield from _on_topic(agency, "WRITE", topic.name)
    for agency in Agency:
        yield Grant(agency, "READ", "group", agency)


def _on_topic(user: str, operation: Operation, topic_name: str) -> Iterator[Grant]:
    yield Grant(user, operation, "topic", topic_name)
    yield Grant(user, "DESCRIBE", "topic", topic_name)
