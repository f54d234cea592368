"""The broker's own settings as text: its properties, its Java options."""

from pathlib import Path
from typing import Final

ADMIN: Final = "admin"
CONTROLLER: Final = "controller"
# The largest record a topic of ours takes is 2 MiB (dead letters); the batch around it needs a little more.
MESSAGE_MAX_BYTES: Final = 3 * 1024 * 1024

# Small on purpose: a municipality's traffic fits many times over, and the broker stays under 450 MB resident.
JVM_OPTIONS: Final = (
    "-Xms64m",
    "-Xmx256m",
    "-Xss512k",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:MaxDirectMemorySize=64m",
    "-XX:MaxMetaspaceSize=128m",
    "-XX:ReservedCodeCacheSize=48m",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
)


def properties(
    folder: Path, port: int, controller_port: int, admin_password: str, controller_password: str
) -> str:
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule"
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule"
    values = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"CLIENTS://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"CLIENTS://127.0.0.1:{port}",
        "inter.broker.listener.name": "CLIENTS",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-256",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-256",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.clients.scram-sha-256.sasl.jaas.config": (
            f'{scram} required username="{ADMIN}" password="{admin_password}";'
        ),
        # SCRAM credentials live in the metadata log, which the controller must be reached to read: so PLAIN, on loopback.
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": (
            f'{plain} required username="{CONTROLLER}" password="{controller_password}" '
            f'user_{CONTROLLER}="{controller_password}";'
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMIN};User:{CONTROLLER}",
        "allow.everyone.if.no.acl.found": "false",
        "auto.create.topics.enable": "false",
        "log.dirs": str(folder / "log"),
        "message.max.bytes": str(MESSAGE_MAX_BYTES),
        "default.replication.factor": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "4",
        "group.initial.rebalance.delay.ms": "0",
        # A pre-allocated index is 10 MiB a partition otherwise; sparse, but backups and containers count it.
        "log.index.size.max.bytes": "1048576",
        "log.segment.bytes": str(64 * 1024 * 1024),
        "log.cleaner.dedupe.buffer.size": str(8 * 1024 * 1024),
        # A killed broker may register again once its last session is over: 9 s by default, long for one machine.
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "num.network.threads": "2",
        "num.io.threads": "4",
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def java_arguments(jars: list[Path], aot_options: list[str], main: list[str]) -> str:
    """A Java argument file: passwords stay off the command line, and the process list stays readable."""
    class_path = ":".join(str(jar) for jar in jars)
    arguments = [*JVM_OPTIONS, *aot_options, "-cp", class_path, *main]
    return "".join('"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for argument in arguments)
