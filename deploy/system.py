"""The whole system on this machine: servers, topics, schemas, services, and the watch over them."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from deploy.errors import CannotGoOn
from deploy.grants import users
from deploy.local.settings import LocalSettings
from deploy.migrations import migrate_all
from deploy.provision import provision
from deploy.running import Running
from deploy.servers import Servers
from deploy.service_settings import require_settings
from deploy.services import ServiceChild, service_children, service_ports
from deploy.supervisor import Supervisor
from shared.topics import Service

READY_TIMEOUT_S: Final = 90.0
TICK_S: Final = 0.25
Report = Callable[[str], None]


def _say_nothing(_: str) -> None:
    return


@dataclass(frozen=True)
class Started:
    """Seconds each step took, in order."""

    steps: Mapping[str, float]

    @property
    def total_s(self) -> float:
        return sum(self.steps.values())


class System:
    """Use it from the main thread, whose end ends every child."""

    def __init__(
        self,
        settings: LocalSettings,
        *,
        ports: Mapping[Service, int] | None = None,
        extra_environment: Mapping[str, str] | None = None,
        report: Report = _say_nothing,
        services: Sequence[Service] = tuple(Service),
    ) -> None:
        self.servers = Servers.from_environment(settings)
        self.secrets = self.servers.stack.secrets
        self._ports = ports or service_ports()
        self._extra = extra_environment or {}
        self._wanted = services
        self._running = Running(self.servers.stack.state)
        self.report = report
        self._supervisor = Supervisor(self._tell)
        self._started: dict[str, float] = {}
        self.services: dict[Service, ServiceChild] = {}

    def url(self, service: Service) -> str:
        return f"http://127.0.0.1:{self._ports[service]}"

    @property
    def sign_in_url(self) -> str:
        """Opens the situation picture for staff, and sets a session cookie there."""
        return f"{self.url(Service.REPORTING)}/sign-in?token={self.secrets.staff_token}"

    def start(self) -> Started:
        """Bring everything up, in order, until every service says it is ready."""
        self._running.stop_leftovers(self.report)
        self._running.claim()
        try:
            self._require_ports()
            require_settings(self._children())
            self._step("Kafka and PostgreSQL start", self.servers.stack.start)
            self._step("Topics, users and access rules", self._provision)
            self._step("Database schemas", self._migrate)
            self._step("The four services start", self._start_services)
        except BaseException:
            self.stop()
            raise
        return Started(dict(self._started))

    def supervise(self, is_over: Callable[[], bool]) -> None:
        """Watch, and start again what dies, until `is_over`."""
        now = time.monotonic()
        self._supervisor.watch([*self.servers.stack.servers, *self.services.values()], now)
        while not is_over():
            if self._supervisor.tick(time.monotonic()):
                self._write_running()
            time.sleep(TICK_S)

    def stop(self) -> None:
        """Services first, so that they finish or give back what is in hand; then the servers."""
        for child in self.services.values():
            child.ask_to_stop()
        for child in self.services.values():
            child.stop()
        self.servers.stack.stop()
        self._running.release()

    def wait_ready(self, service: Service, timeout_s: float = READY_TIMEOUT_S) -> None:
        child = self.services[service]
        try:
            child.wait_until(child.is_ready, timeout_s, look_every_s=0.2)
        except CannotGoOn as error:
            if child.pid is None:
                raise
            raise CannotGoOn(f"{error} /ready answers: {json.dumps(child.readiness())}") from error

    def restart(self, service: Service) -> None:
        """Start a service that was stopped or killed, and wait until it is ready."""
        self.services[service].begin()
        self.wait_ready(service)

    def _tell(self, sentence: str) -> None:
        self.report(sentence)  # looked up each time: who listens changes once everything is up

    def _require_ports(self) -> None:
        for child in self._children():
            child.require_port()

    def _children(self) -> list[ServiceChild]:
        children = service_children(self.servers, self._ports, self._extra)
        return [child for child in children if child.service in self._wanted]

    def _provision(self) -> None:
        passwords = {user: self.secrets.kafka_password(user) for user in users()}
        for notice in provision(self.servers.kafka_admin, passwords).notices:
            self.report(notice)

    def _migrate(self) -> None:
        passwords = {str(service): self.secrets.postgres_password(service) for service in Service}
        # A loop of its own: asyncio.run would take away the one a caller has set.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            done = runner.run(migrate_all(self.servers.postgres_dsn, passwords))
        self.servers.has_roles = done.roles
        for notice in done.notices:
            self.report(notice)

    def _start_services(self) -> None:
        children = self._children()
        self.services = {child.service: child for child in children}
        for child in children:
            child.begin()
        self._write_running()
        for child in children:
            self.wait_ready(child.service)

    def _step(self, what: str, work: Callable[[], object]) -> None:
        self.report(what)
        began = time.monotonic()
        work()
        self._started[what] = time.monotonic() - began

    def _write_running(self) -> None:
        stack = self.servers.stack
        entries = [(server.name, server.pid, server.port) for server in stack.servers]
        entries += [(child.name, child.pid, child.port) for child in self.services.values()]
        self._running.write(entries)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
