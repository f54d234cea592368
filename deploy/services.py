"""The four services as child processes: what each is told, and nothing of the others' secrets."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from deploy.errors import CannotGoOn
from deploy.local.child import Child
from deploy.local.preflight import require_free_port
from deploy.master_keys import made_master_keys
from deploy.servers import Servers
from shared.topics import Service

DEFAULT_PORTS: Final = {
    Service.INTAKE: 8101,
    Service.ENRICHMENT: 8102,
    Service.NOTIFIER: 8103,
    Service.REPORTING: 8104,
}
MASTER_KEYS: Final = "INTAKE_MASTER_KEYS_FILE"
# Threads of the numerical libraries and arenas of malloc cost memory in each process and gain nothing here.
FRUGAL: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUNBUFFERED": "1",
}


class ServiceChild(Child):
    def __init__(self, service: Service, port: int, log_path: Path, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", f"services.{service}"]
        super().__init__(str(service), command, log_path, environment, stop_timeout_s=25.0)
        self.service = service
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def require_port(self) -> None:
        require_free_port(self.port, self.name, f"{self.name.upper()}_PORT")

    def readiness(self) -> dict[str, Any]:
        return readiness(self.url)

    def is_ready(self) -> bool:
        return self.readiness().get("status") == "ready"


def service_ports() -> dict[Service, int]:
    return {service: _port(f"{service.upper()}_PORT", default) for service, default in DEFAULT_PORTS.items()}


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CannotGoOn(f"The setting {variable} is {text!r}: set it to a port number between 1 and 65535.")
    return int(text)


def service_children(
    servers: Servers, ports: Mapping[Service, int], extra: Mapping[str, str]
) -> list[ServiceChild]:
    return [
        ServiceChild(
            service,
            ports[service],
            servers.stack.logs / f"{service}.log",
            _environment(service, servers, ports, extra),
        )
        for service in Service
    ]


def _environment(
    service: Service, servers: Servers, ports: Mapping[Service, int], extra: Mapping[str, str]
) -> dict[str, str]:
    own: dict[Service, dict[str, str]] = {
        Service.INTAKE: {
            "INTAKE_TOKENS": json.dumps(servers.stack.secrets.intake_tokens),
            "INTAKE_ABUSE_CHALLENGE_KEY": servers.stack.secrets.challenge_key,
            MASTER_KEYS: os.environ.get(MASTER_KEYS) or str(made_master_keys(servers.stack.state)),
            "INTAKE_PHOTOS_STORE": str(servers.stack.state / "photos"),
        },
        Service.NOTIFIER: {"NOTIFIER_AGENCY_TOKENS": json.dumps(servers.stack.secrets.agency_tokens)},
        Service.REPORTING: {
            "REPORTING_STAFF_TOKEN": servers.stack.secrets.staff_token,
            "REPORTING_INTAKE_URL": f"http://127.0.0.1:{ports[Service.INTAKE]}",
        },
    }
    kept = {name: os.environ[name] for name in own.get(service, {}) if name in os.environ}
    return {
        **FRUGAL,
        **servers.kafka_as(service).as_environment(),
        "POSTGRES_DSN": servers.postgres_as(service),
        f"{service.upper()}_PORT": str(ports[service]),
        **own.get(service, {}),
        **kept,
        **extra,
    }


def readiness(url: str, timeout_s: float = 2.0) -> dict[str, Any]:
    """The answer of /ready; {"status": "unreachable"} when nobody answers."""
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=timeout_s) as response:  # noqa: S310 - our own address
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    except (OSError, ValueError) as error:
        answer = {"status": "unreachable", "detail": str(error)}
    return answer
