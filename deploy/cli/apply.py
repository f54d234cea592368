import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.cli.console import console
from deploy.grants import users
from deploy.local.settings import LocalSettings
from deploy.migrations import migrate_all
from deploy.provision import Provisioned, provision
from deploy.running import Running, in_use
from deploy.servers import Servers
from shared.topics import Service


@contextmanager
def reachable_servers(*, kafka: bool = False, postgres: bool = False) -> Iterator[Servers]:
    """The servers that are given or already run; else embedded ones, for as long as this takes."""
    servers = Servers.from_environment(in_use(LocalSettings.load()), kafka=kafka, postgres=postgres)
    if Running(servers.stack.state).owner():
        yield servers
        return
    with servers.stack:
        yield servers


def run_topics_apply() -> None:
    with reachable_servers(kafka=True) as servers:
        secrets = servers.stack.secrets
        done = provision(servers.kafka_admin, {user: secrets.kafka_password(user) for user in users()})
    for line in sentences(done):
        console.print(line)


def sentences(done: Provisioned) -> list[str]:
    lines = [f"Created {name}." for name in done.created_topics]
    lines += [f"Mended the settings of {name}." for name in done.changed_topics]
    if done.added_grants or done.removed_grants:
        lines.append(f"Access rules: {len(done.added_grants)} added, {done.removed_grants} removed.")
    return [*(lines or ["All was in place."]), *done.notices]


def run_migrate() -> None:
    with reachable_servers(postgres=True) as servers:
        secrets = servers.stack.secrets
        passwords = {str(service): secrets.postgres_password(service) for service in Service}
        done = asyncio.run(migrate_all(servers.postgres_dsn, passwords))
    for service, names in done.applied.items():
        console.print(f"{service}: {', '.join(names) if names else 'up to date'}")
    for notice in done.notices:
        console.print(notice)
