"""Topics, SCRAM users and ACLs on a broker, brought to what `shared.topics` says. May be run at any time, again and again."""

import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from deploy.errors import CannotGoOn
from deploy.grants import Grant, grants, users
from deploy.kafka_access import KafkaAccess
from shared.topics import (
    DEAD_LETTER_MAX_BYTES,
    DEAD_LETTER_RETENTION,
    DEAD_LETTER_TOPICS,
    TOPICS,
    CleanupPolicy,
)

CONNECT_TIMEOUT_S: Final = 10.0
TIMEOUT_S: Final = 30.0
SCRAM_ITERATIONS: Final = 4096
BROKER_DEFAULT: Final = -1
# How long past its time a record may stay: the broker deletes and compacts whole segments, and none that is still written to.
SEGMENT: Final = timedelta(days=1)
COMPACTED_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WantedTopic:
    name: str
    partitions: int
    retention: timedelta | None
    cleanup: CleanupPolicy
    max_message_bytes: int

    @property
    def config(self) -> dict[str, str]:
        retention_ms = BROKER_DEFAULT if self.retention is None else _ms(self.retention)
        settings = {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(retention_ms),
            "segment.ms": str(_ms(SEGMENT)),
            "max.message.bytes": str(self.max_message_bytes),
        }
        if self.cleanup == "compact":
            settings["max.compaction.lag.ms"] = str(_ms(COMPACTED_WITHIN))
        return settings


def _ms(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)


@dataclass
class Provisioned:
    """What had to be done; empty when all was in place. `notices` are sentences for the person who ran it."""

    created_topics: list[str] = field(default_factory=list)
    changed_topics: list[str] = field(default_factory=list)
    added_grants: list[Grant] = field(default_factory=list)
    removed_grants: int = 0
    notices: list[str] = field(default_factory=list)


def wanted_topics() -> tuple[WantedTopic, ...]:
    events = (
        WantedTopic(topic.name, topic.partitions, topic.retention, topic.cleanup, topic.max_message_bytes)
        for topic in TOPICS
    )
    dead_letters = (
        WantedTopic(name, 1, DEAD_LETTER_RETENTION, "delete", DEAD_LETTER_MAX_BYTES)
        for name in DEAD_LETTER_TOPICS.values()
    )
    return (*events, *dead_letters)


def provision(access: KafkaAccess, passwords: Mapping[str, str]) -> Provisioned:
    """`access` is the administrator's; `passwords` holds one for each of `deploy.grants.users()`."""
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import AdminClient

    done, heard = Provisioned(), list[Any]()
    try:
        options: dict[str, Any] = {**access.as_librdkafka(), "log_level": 0, "error_cb": heard.append}
        admin = AdminClient(options)
    except KafkaException as error:
        raise CannotGoOn(
            f"Kafka's settings do not fit together ({error.args[0].str()}): check KAFKA_SECURITY_PROTOCOL, "
            "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD."
        ) from error
    try:
        _apply_topics(admin, done)
        _apply_users(admin, passwords)
        _apply_grants(admin, done)
        _wait_until_known(admin)
    except KafkaException as error:
        reason = error.args[0]
        if reason.name() == "SECURITY_DISABLED":
            done.notices.append(
                "The broker checks no ACLs, so any client may read any topic: set authorizer.class.name on it "
                "before agencies connect."
            )
            return done
        admin.poll(0)  # brings what was heard meanwhile
        if any(fault.name() == "_AUTHENTICATION" for fault in heard):
            raise CannotGoOn(
                f"Kafka at {access.bootstrap_servers} does not let us in as {access.username!r}: check KAFKA_SASL_USERNAME, "
                "KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM."
            ) from error
        raise CannotGoOn(
            f"Kafka at {access.bootstrap_servers} refused to be set up ({reason.str()}): check that it is reachable "
            "and that KAFKA_SASL_USERNAME may administer it."
        ) from error
    return done


def _apply_topics(admin: Any, done: Provisioned) -> None:
    from confluent_kafka.admin import NewTopic

    present = admin.list_topics(timeout=CONNECT_TIMEOUT_S).topics
    missing = [topic for topic in wanted_topics() if topic.name not in present]
    if missing:
        made = [
            NewTopic(topic.name, topic.partitions, replication_factor=BROKER_DEFAULT, config=topic.config)
            for topic in missing
        ]
        _wait(admin.create_topics(made, request_timeout=TIMEOUT_S))
        done.created_topics = [topic.name for topic in missing]
    kept = [topic for topic in wanted_topics() if topic.name in present]
    _align_configs(admin, kept, done)
    for topic in kept:
        found = len(present[topic.name].partitions)
        if found != topic.partitions:
            done.notices.append(
                f"{topic.name} has {found} partitions, not {topic.partitions}; it is left so, because a change "
                "would break the order of its keys."
            )


def _align_configs(admin: Any, kept: list[WantedTopic], done: Provisioned) -> None:
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

    if not kept:
        return
    resources = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in kept]
    found = {
        resource.name: future.result(TIMEOUT_S)
        for resource, future in admin.describe_configs(resources).items()
    }
    changes = []
    for topic in kept:
        wrong = {key: value for key, value in topic.config.items() if found[topic.name][key].value != value}
        if wrong:
            entries = [
                ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
                for key, value in wrong.items()
            ]
            changes.append(ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries))
    if changes:
        _wait(admin.incremental_alter_configs(changes))
        done.changed_topics = [resource.name for resource in changes]


def _apply_users(admin: Any, passwords: Mapping[str, str]) -> None:
    from confluent_kafka.admin import ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, SCRAM_ITERATIONS)
    upsertions = [UserScramCredentialUpsertion(str(user), info, passwords[user].encode()) for user in users()]
    _wait(admin.alter_user_scram_credentials(upsertions))


def _apply_grants(admin: Any, done: Provisioned) -> None:
    present = _present_grants(admin)
    wanted = grants()
    if wanted - present.keys():
        done.added_grants = sorted(wanted - present.keys())
        _wait(admin.create_acls([_binding(grant) for grant in done.added_grants]))
    surplus = [binding for grant, binding in present.items() if grant not in wanted]
    if surplus:
        _wait(admin.delete_acls([_as_filter(binding) for binding in surplus]))
        done.removed_grants = len(surplus)


def _present_grants(admin: Any) -> dict[Any, Any]:
    """Grant → binding, for our own users; a binding that is no grant of ours stands for itself, and is surplus."""
    from confluent_kafka.admin import (
        AclBindingFilter,
        AclOperation,
        AclPermissionType,
        ResourcePatternType,
        ResourceType,
    )

    any_name: Any = None
    anything = AclBindingFilter(
        ResourceType.ANY,
        any_name,
        ResourcePatternType.ANY,
        any_name,
        any_name,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    ours = {f"User:{user}" for user in users()}
    bindings = [acl for acl in admin.describe_acls(anything).result(TIMEOUT_S) if acl.principal in ours]
    known = {_binding(grant): grant for grant in grants()}
    return {known.get(binding, binding): binding for binding in bindings}


def _wait_until_known(admin: Any) -> None:
    """The controller has confirmed by now; the broker that answers clients follows a moment later."""
    deadline = time.monotonic() + TIMEOUT_S
    while not (_users_known(admin) and grants() <= _present_grants(admin).keys()):
        if time.monotonic() > deadline:
            raise CannotGoOn("The broker did not take up its users and ACLs: look in its log for the reason.")
        time.sleep(0.05)


def _users_known(admin: Any) -> bool:
    from confluent_kafka import KafkaException

    described = admin.describe_user_scram_credentials(
        [str(user) for user in users()], request_timeout=TIMEOUT_S
    )
    for future in described.values():
        try:
            future.result(TIMEOUT_S)
        except KafkaException as error:
            if error.args[0].name() == "RESOURCE_NOT_FOUND":
                return False
            raise
    return True


def _binding(grant: Grant) -> Any:
    from confluent_kafka.admin import (
        AclBinding,
        AclOperation,
        AclPermissionType,
        ResourcePatternType,
        ResourceType,
    )

    return AclBinding(
        ResourceType[grant.resource.upper()],
        str(grant.name),
        ResourcePatternType.PREFIXED if grant.prefixed else ResourcePatternType.LITERAL,
        f"User:{grant.user}",
        "*",
        AclOperation[grant.operation],
        AclPermissionType.ALLOW,
    )


def _as_filter(binding: Any) -> Any:
    from confluent_kafka.admin import AclBindingFilter

    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _wait(futures: Mapping[Any, "Future[Any]"]) -> None:
    for future in futures.values():
        future.result(TIMEOUT_S)
