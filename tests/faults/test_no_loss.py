"""Everything is killed in turn while reports stream in; what was accepted is in the picture exactly once all the same."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from itertools import islice
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
    """Sends reports at a steady rate from a thread of its own, whatever happens to the servers meanwhile."""

    def __init__(self, system: System) -> None:
        super().__init__(daemon=True)
        self._url, self._tokens = system.url(Service.INTAKE), system.secrets.intake_tokens
        self.accepted: list[UUID] = []
        self.refused: list[Refused] = []

    def run(self) -> None:
        asyncio.run(self._send())

    async def _send(self) -> None:
        bodies = islice(report_bodies(seed=7), REPORTS)
        reports = (ToSend(f"faults-{number}", "citizen", body) for number, body in enumerate(bodies))
        async with IntakeClient(self._url, self._tokens) as client:
            await client.send_all(reports, per_second=PER_SECOND, on_answer=self._note)

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
    load = Load(own_system)
    load.start()
    for service in Service:
        _let_flow()
        own_system.services[service].kill()
        _let_flow()
        own_system.restart(service)
    _let_flow()
    own_system.servers.stack.kill_broker()
    _let_flow()
    own_system.servers.stack.restart_broker()
    _let_flow()
    own_system.servers.stack.kill_postgres()
    _let_flow()
    own_system.servers.stack.restart_postgres()
    load.join()

    account, again = asyncio.run(_settled(own_system, load.accepted))
    assert load.refused == []
    assert len(set(load.accepted)) == REPORTS
    assert [stage for stage in account.stages if not stage.complete] == []
    assert account.dead_letters == 0
    assert account.unsent == 0
    assert again == [], "an agency was told of the same incident as new twice"


def _let_flow() -> None:
    """A second of load, so that what is killed next has work in hand. The load itself runs on the clock."""
    time.sleep(1.0)


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
