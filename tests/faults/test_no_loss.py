"""Everything is killed in turn while reports stream in; what was accepted is in the picture exactly once all the same."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from bench.reports import report_bodies
from deploy.accounting import Account, Accountant
from deploy.intake_client import Accepted, IntakeClient, Refused, ToSend
from deploy.system import System
from shared.topics import Service
from tests.support.system import running_system

REPORTS = int(os.environ.get("VARDKASE_FAULTS_REPORTS", "2000"))
PER_SECOND = 60.0
SETTLE_S = 180.0


class Load(threading.Thread):
    """Sends reports at a steady rate from a thread of its own, whatever happens to the servers, until told to end."""

    def __init__(self, system: System) -> None:
        super().__init__(daemon=True)
        self._url, self._tokens = system.url(Service.INTAKE), system.secrets.intake_tokens
        self._over = threading.Event()
        self.sent = 0
        self.accepted: list[UUID] = []
        self.refused: list[Refused] = []

    def run(self) -> None:
        asyncio.run(self._send())

    def end(self) -> None:
        """Once at least `REPORTS` were sent."""
        self._over.set()
        self.join()

    async def _send(self) -> None:
        async with IntakeClient(self._url, self._tokens) as client:
            await client.send_all(self._reports(), per_second=PER_SECOND, on_answer=self._note)

    def _reports(self) -> Iterator[ToSend]:
        for number, body in enumerate(report_bodies(seed=7)):
            if number >= REPORTS and self._over.is_set():
                return
            self.sent += 1
            yield ToSend(f"faults-{number}", "citizen", body)

    def _note(self, answer: Accepted | Refused) -> None:
        if isinstance(answer, Accepted):
            self.accepted.append(answer.report_id)
        else:
            self.refused.append(answer)


@pytest.fixture(scope="module")
def own_system() -> Iterator[System]:
    with running_system() as system:
        yield system


@pytest.mark.timeout(600)
def test_every_accepted_report_is_in_the_picture_once_though_all_servers_were_killed(
    own_system: System,
) -> None:
    stack, load = own_system.servers.stack, Load(own_system)
    load.start()
    for service in Service:
        _kill_under_load(load, own_system.services[service].kill, partial(own_system.restart, service))
    _kill_under_load(load, stack.kill_broker, stack.restart_broker)
    _kill_under_load(load, stack.kill_postgres, stack.restart_postgres)
    load.end()

    account, again = asyncio.run(_settled(own_system, load.accepted))
    assert load.refused == []
    assert len(set(load.accepted)) == load.sent >= REPORTS
    assert [stage for stage in account.stages if not stage.complete] == []
    assert account.dead_letters == 0
    assert account.unsent == 0
    assert again == [], "an agency was told of the same incident as new twice"


def _kill_under_load(load: Load, kill: Callable[[], object], restart: Callable[[], object]) -> None:
    """With work in hand before, and a second of absence after. The load runs on the clock meanwhile."""
    _until_it_flows(load)
    kill()
    time.sleep(1.0)
    restart()


def _until_it_flows(load: Load) -> None:
    """A kill proves something only while reports come in: senders wait up to five seconds after a refusal."""
    wanted, until = len(load.accepted) + PER_SECOND, time.monotonic() + 60
    while len(load.accepted) < wanted:
        assert load.is_alive(), "nothing is sent any more: the kill would prove nothing"
        assert time.monotonic() < until, "nothing is accepted any more"
        time.sleep(0.05)


async def _settled(system: System, ids: list[UUID]) -> tuple[Account, list[object]]:
    accountant = Accountant(system.servers.postgres_dsn, system.servers.kafka_admin.as_settings())
    until = time.monotonic() + SETTLE_S
    account = await accountant.account(ids)
    while not account.complete and time.monotonic() < until:
        await asyncio.sleep(1)
        account = await accountant.account(ids)
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        again = await connection.fetch(
            "SELECT incident_id, agency FROM notifier.alert WHERE kind = 'new' GROUP BY 1, 2 HAVING count(*) > 1"
        )
    finally:
        await connection.close()
    return account, list(again)
