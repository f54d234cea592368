import os
import shlex

from deploy.errors import CannotGoOn
from deploy.kafka_access import KafkaAccess
from deploy.local.settings import LocalSettings
from deploy.running import Running, in_use
from deploy.servers import Servers
from shared.events import Agency


def run_agency(name: str) -> None:
    servers = _servers_for(name)
    access = servers.kafka_as(name)
    print(f"export KAFKA_ADDRESS={shlex.quote(access.bootstrap_servers)}")
    print(f"export KAFKA_PASSWORD={shlex.quote(access.password or '')}")
    print(f"export NOTIFIER_TOKEN={shlex.quote(servers.stack.secrets.agency_tokens[name])}")


def access_of(name: str) -> KafkaAccess:
    return _servers_for(name).kafka_as(name)


def _servers_for(name: str) -> Servers:
    if name not in set(Agency):
        raise CannotGoOn(f"There is no agency {name!r}: choose one of {', '.join(Agency)}.")
    settings = in_use(LocalSettings.load())
    if "KAFKA_BOOTSTRAP_SERVERS" not in os.environ and Running(settings.state).owner() is None:
        raise CannotGoOn("Nothing runs here: start it with `vardkase up` or `vardkase demo` first.")
    return Servers.from_environment(settings)
