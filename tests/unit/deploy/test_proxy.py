"""The example of a proxy lets through what citizens need, and nothing that is for staff, other systems or machines that watch."""

import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

import deploy
from services.intake.app import create_app
from services.intake.settings import IntakeSettings

TEXT = (Path(deploy.__file__).parent / "proxy" / "nginx.conf").read_text()
SERVERS = {
    name: server
    for server in TEXT.split("server {")[1:]
    for name in re.findall(r"server_name (\S+);", server)
}
NOT_FOR_EVERYBODY = re.compile(
    r"/(metrics|health|ready|staff.*|api/v1/quarantine.*|api/v1/contacts.*|api/v1/imports.*)"
)


def closed(name: str, path: str) -> bool:
    (pattern,) = re.findall(r"location ~ (\S+) \{\s+return 404;", SERVERS[name])
    return re.search(pattern, path) is not None


def paths() -> list[str]:
    app = create_app(IntakeSettings(public_url="https://rapport.example.se"))
    return sorted({str(getattr(route, "path", "/")) for route in iter_route_contexts(app.routes)})


@pytest.mark.parametrize("path", paths())
def test_everybody_reaches_what_is_for_everybody(path: str) -> None:
    assert closed("rapport.example.se", path) is bool(NOT_FOR_EVERYBODY.fullmatch(path))


@pytest.mark.parametrize("name", ["intag.example.se", "lage.example.se"])
def test_staff_come_from_their_own_network_and_watch_no_metrics(name: str) -> None:
    assert re.search(r"allow \S+;\s+deny all;", SERVERS[name])
    assert all(closed(name, path) for path in ("/metrics", "/health", "/ready"))
    assert not closed(name, "/staff/quarantine")


def test_what_a_client_says_of_its_address_is_dropped() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in TEXT
    assert "INTAKE_ABUSE_TRUSTED_PROXIES=127.0.0.1" in TEXT
