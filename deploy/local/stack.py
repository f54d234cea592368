"""The embedded servers as one thing: `with LocalStack(settings) as stack:`."""

import os
from types import TracebackType
from typing import Self

from deploy.errors import CannotGoOn
from deploy.kafka_access import KafkaAccess
from deploy.local.broker import LocalBroker
from deploy.local.postgres import LocalPostgres
from deploy.local.preflight import require_disk
from deploy.local.secrets_file import Secrets
from deploy.local.settings import LocalSettings


class LocalStack:
    """Start it from the main thread: on Linux its servers end with the thread that started them."""

    def __init__(self, settings: LocalSettings, *, kafka: bool = True, postgres: bool = True) -> None:
        self.state = settings.state.resolve()
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            (self.state / "logs").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CannotGoOn(
                f"{self.state} cannot be made ({error}): set VARDKASE_STATE to a folder you own."
            ) from error
        if not os.access(self.state, os.W_OK):
            raise CannotGoOn(f"{self.state} cannot be written: set VARDKASE_STATE to a folder you own.")
        self.secrets = Secrets.open(self.state / "secrets.json")
        self.logs = self.state / "logs"
        self.broker = LocalBroker(
            self.state / "kafka",
            self.logs / "kafka.log",
            settings.kafka_port,
            settings.controller_port,
            self.secrets.kafka_password("admin"),
            self.secrets.kafka_password("controller"),
        )
        self.postgres = LocalPostgres(
            self.state / "postgres",
            self.logs / "postgres.log",
            settings.postgres_port,
            self.secrets.postgres_password("postgres"),
            fsync=settings.fsync,
        )
        self.servers: list[LocalBroker | LocalPostgres] = []
        self.servers += [self.broker] if kafka else []
        self.servers += [self.postgres] if postgres else []

    @property
    def kafka_admin(self) -> KafkaAccess:
        return self.broker.admin

    @property
    def postgres_dsn(self) -> str:
        """The administrator's."""
        return self.postgres.dsn

    def kafka_as(self, user: str) -> KafkaAccess:
        return KafkaAccess(self.kafka_admin.bootstrap_servers, user, self.secrets.kafka_password(user))

    def start(self) -> None:
        """Both servers side by side, until both answer."""
        require_disk(self.state)
        try:
            for server in self.servers:
                server.begin_init()
            for server in self.servers:
                server.begin_start()
            for server in self.servers:
                server.wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    def kill_broker(self) -> None:
        self.broker.kill()

    def kill_postgres(self) -> None:
        self.postgres.kill()

    def restart_broker(self) -> None:
        self._restart(self.broker)

    def restart_postgres(self) -> None:
        self._restart(self.postgres)

    def _restart(self, server: LocalBroker | LocalPostgres) -> None:
        server.stop()
        server.begin()
        server.wait_ready()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
