"""Schemathesis asks both APIs, Open311 and the agencies' API what nobody thought of; nothing that was accepted is lost by it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import asyncpg
import httpx
import orjson
import pytest
import pytest_asyncio
import structlog

from deploy.system import System
from services.intake import tokens_store
from services.intake.domain.tokens import new_secret
from shared.events import Agency
from shared.topics import Service
from tests.support.fuzzing import EXAMPLES, LONGEST_S, SEED, Exchange, Fuzzed, Target, fuzz
from tests.support.journey import ARBOGA, intake, records_on, reporting
from tests.support.mail_server import MailBoxes, mail_server
from tests.support.open311 import BASE, GRAFFITI
from tests.support.photos import little_photo
from tests.support.system import running_system

log = structlog.get_logger()
pytestmark = pytest.mark.timeout(LONGEST_S + 120)

SCOPES = ("report:staff", "quarantine", "photos", "contact", "open311:1983", "read")
INTAKE = "/api/v1/openapi.json"
OPEN311 = "/open311/v2/openapi.json"
# Nobody is turned away for asking much, and there is mail that could be sent.
OPEN_DOORS = {
    "INTAKE_ABUSE_LIMITS": "false",
    "INTAKE_ABUSE_NEVER_LIMITED": "127.0.0.0/8",
    "INTAKE_PUBLIC_URL": "https://rapport.exempel.se",
    "INTAKE_EMAIL_HOST": "127.0.0.1",
    "INTAKE_EMAIL_SECURITY": "none",
    "INTAKE_EMAIL_SENDER": "rapport@exempel.se",
    **{f"INTAKE_EMAIL_{whose}_BURST": "1000" for whose in ("REPORT", "NETWORK", "RECIPIENT")},
}
# Refused for what no schema says: a time that lies too far back, what says nothing once it is cleaned, a cursor of nobody's.
NARROWER_INTAKE = {
    "accept_report": [422],
    "import_reports": [422],
    "answer_question": [422],
    "open_contact": [422],
    "list_quarantine": [422],
    "list_photos_of_report": [422],
    "add_photo": [413, 415, 422],
    "ask_for_email_code": [422, 429],
    "enter_email_code": [422],
    "show_photo": [416],
}
NARROWER_OPEN311 = {
    f"{operation}_{form}": [400]
    for operation in ("list_requests", "list_updates", "post_request", "post_update")
    for form in ("json", "xml")
}
NARROWER_REPORTING = {
    "picture": [422],
    "incidents_geojson": [422],
    "list_incidents": [422],
    "all_claims": [422],
    "all_editions": [422],
    "correct_report": [422],
    "correct_incident": [422],
    "give_verdict": [422],
    "open_claim": [422],
    "freeze_edition": [422],
    "ask": [422],
    "take_step": [422],
    "preview_sentence": [422],
}
_PHOTOS_OF = "SELECT count(*) FROM photo WHERE report_id = $1"
NARROWER_NOTIFIER = {"list_alerts": [422], "list_deliveries": [422]}


@dataclass
class Town:
    """A running system in which something has happened, and all that was asked of it."""

    system: System
    token: str
    folder: Path
    codes: list[str]

    def targets(self) -> list[Target]:
        intake_url, secrets = self.system.url(Service.INTAKE), self.system.secrets
        notifier_url, reporting_url = self.system.url(Service.NOTIFIER), self.system.url(Service.REPORTING)
        known = {"path.tracking_code": self.codes}
        as_citizen = ["accept_report", "follow_report", "withdraw_report", "show_token", "list_quarantine"]
        return [
            Target("citizen", intake_url + INTAKE, intake_url, narrower=NARROWER_INTAKE, only=as_citizen),
            Target("intake", intake_url + INTAKE, intake_url, "token", self.token, NARROWER_INTAKE, living=known),
            Target("open311", intake_url + OPEN311, intake_url, "api_key", self.token, NARROWER_OPEN311, overriding=["list_requests_json", "list_requests_xml"]),
            Target("reporting", f"{reporting_url}/openapi.json", reporting_url, "staff", secrets.staff_token, NARROWER_REPORTING),
            Target("stranger", f"{reporting_url}/openapi.json", reporting_url, only=["picture", "open_claim"]),
            Target("notifier", f"{notifier_url}/openapi.json", notifier_url, "agency", secrets.agency_tokens[Agency.POLICE], NARROWER_NOTIFIER),
        ]  # fmt: skip


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailBoxes]:
    with mail_server(tmp_path_factory.mktemp("letters")) as boxes:
        yield boxes


@pytest.fixture(scope="module")
def open_system(letters: MailBoxes) -> Iterator[System]:
    with running_system(**OPEN_DOORS, INTAKE_EMAIL_PORT=str(letters.port)) as system:
        yield system


@pytest_asyncio.fixture(scope="module")
async def database(open_system: System) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    dsn = open_system.servers.postgres_as(Service.INTAKE)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "intake"})
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def town(open_system: System, database: Any, tmp_path_factory: pytest.TempPathFactory) -> Town:
    token = new_secret()
    await tokens_store.insert_token(
        database, secret=token, name="fuzz", municipality=None, scopes=SCOPES, now=datetime.now(UTC), expires_at=None
    )  # fmt: skip
    await _let_something_happen(open_system)
    folder = tmp_path_factory.mktemp("fuzz")
    return Town(open_system, token, folder, await _followed(open_system))


@pytest_asyncio.fixture(scope="module")
async def heard(town: Town) -> dict[str, Fuzzed]:
    """All that was asked and answered, by target. Two at a time: one for each core."""
    room = asyncio.Semaphore(2)

    async def ask(target: Target) -> Fuzzed:
        async with room:
            began = time.monotonic()
            asked = await fuzz(target, town.folder)
            seconds = round(time.monotonic() - began)
            log.info("fuzzed", target=target.name, seconds=seconds, statuses=dict(asked.statuses))
            return asked

    targets = town.targets()
    return dict(zip([each.name for each in targets], await asyncio.gather(*map(ask, targets)), strict=True))


async def _followed(system: System) -> list[str]:
    """Reports to which things are added."""
    async with intake(system) as citizen:
        sent = [
            await citizen.post("/api/v1/reports", json={"text": f"Klotter nummer {number}."})
            for number in range(40)
        ]
    return [each.json()["tracking_code"] for each in sent]


async def _let_something_happen(system: System) -> None:
    """An incident that the police are told of, and one that a person must look at."""
    async with intake(system) as citizen, reporting(system) as staff:
        for text in (
            "Rån mot kiosken i Köping, han hade kniv",
            "Slagsmål i Munktorp, en blöder, han hade kniv",
        ):
            accepted = await citizen.post("/api/v1/reports", json={"text": text, **ARBOGA})
            assert accepted.status_code == 202, accepted.text
        async with asyncio.timeout(90):
            while not (await staff.get("/api/v1/picture")).json()["incidents"]:
                await asyncio.sleep(0.3)


@pytest.mark.parametrize("name", ["citizen", "intake", "open311", "reporting", "stranger", "notifier"])
def test_whatever_is_sent_the_answer_is_one_that_was_promised(heard: dict[str, Fuzzed], name: str) -> None:
    asked = heard[name]
    assert asked.is_clean, asked.told
    assert not [each for each in asked.exchanges if each.status >= 500]
    # What is refused at the door tests nothing behind it.
    assert asked.statuses[429] == 0
    assert any(200 <= status < 300 for status in asked.statuses) == (name != "stranger")


async def test_nothing_that_was_accepted_is_lost(town: Town, heard: dict[str, Fuzzed], database: Any) -> None:
    accepted = {report_id for asked in heard.values() for report_id in _accepted(asked.exchanges)}
    assert len(accepted) > 30
    stored = {row["id"] for row in await database.fetch("SELECT id FROM report")}
    disposed = {row["report_id"] for row in await database.fetch("SELECT report_id FROM disposal")}
    held = {
        row["report_id"]
        for row in await database.fetch("SELECT report_id FROM quarantine WHERE body IS NOT NULL")
    }
    assert accepted - stored - disposed == set()
    received = await _on_topic(town.system, database, "report.received.v1")
    assert accepted - received - held - disposed == set()
    assert disposed & accepted <= await _on_topic(town.system, database, "report.disposed.v1")


async def test_photos_got_behind_the_door(heard: dict[str, Fuzzed], database: Any) -> None:
    """By every way that takes them, and each that was taken is there."""
    there = {row["tracking_code"] for row in await database.fetch("SELECT tracking_code FROM report")}
    exchanges = [(each, httpx.URL(each.url).path.split("/")) for each in heard["intake"].exchanges]
    added = {
        UUID(each.json["id"])
        for each, path in exchanges
        if each.method == "POST" and each.status == 201 and path[-1] == "photos" and path[-2] in there
    }
    removed = {
        UUID(path[-1])
        for each, path in exchanges
        if each.method == "DELETE" and each.status == 204 and path[-2] == "photos"
    }
    assert added
    assert added - removed <= {row["id"] for row in await database.fetch("SELECT id FROM photo")}


async def test_open311_keeps_every_photo_that_is_one(town: Town, database: Any) -> None:
    """Its forms come in parts that Schemathesis fills with photos too seldom."""
    chance = Random(SEED)
    async with intake(town.system) as client:
        for number in range(EXAMPLES):
            right = [_any_photo(chance) for _ in range(chance.randint(0, 3))]
            broken = [_any_photo(chance)[: chance.randint(1, 40)] for _ in range(chance.randint(0, 2))]
            files = [
                (chance.choice(["media", "photo1", "file[]"]), ("a.jpg", each)) for each in right + broken
            ]
            form = {**GRAFFITI, "api_key": town.token, "description": f"Klotter {number}, med bilder."}
            answer = await client.post(f"{BASE}/requests.json", data=form, files=files or {"x": (None, "")})
            assert answer.status_code == 200, answer.text
            (request,) = answer.json()
            kept = await database.fetchval(_PHOTOS_OF, UUID(request["service_request_id"]))
            assert kept == len(set(right))
            assert ("a.jpg" in request["service_notice"]) == bool(broken)


def _any_photo(chance: Random) -> bytes:
    colour = (chance.randint(0, 255), chance.randint(0, 255), chance.randint(0, 255))
    kind = chance.choice(["jpeg", "png", "webp"])
    return little_photo(kind, chance.randint(1, 64), chance.randint(1, 64), colour)


async def test_the_services_are_as_ready_as_before(town: Town, heard: dict[str, Fuzzed]) -> None:
    async with httpx.AsyncClient(timeout=10) as client:
        for service in Service:
            ready = await client.get(f"{town.system.url(service)}/ready")
            assert ready.status_code == 200, ready.text


def _accepted(exchanges: list[Exchange]) -> Iterator[UUID]:
    """Of every way in: what was answered with an identifier of what is stored."""
    for each in exchanges:
        path = httpx.URL(each.url).path
        if each.method != "POST" or not 200 <= each.status < 300:
            continue
        if path == "/api/v1/reports":
            yield UUID(each.json["id"])
        elif path == "/api/v1/imports":
            yield from (UUID(report["id"]) for report in each.json["reports"] if report["id"])
        elif path == "/api/v1/imports":
            yield from (UUID(report["id"]) for report in each.json["reports"])
        elif path.startswith("/open311/"):
            yield _identifier(each, path)


def _identifier(exchange: Exchange, path: str) -> UUID:
    name = "update_id" if "updates" in path else "service_request_id"
    if path.endswith(".json"):
        return UUID(exchange.json[0][name])
    return UUID(ET.fromstring(exchange.body).findtext(f".//{name}"))


async def _on_topic(system: System, database: Any, topic: str) -> set[UUID]:
    """Once everything has left the outbox."""
    async with asyncio.timeout(60):
        while await database.fetchval("SELECT count(*) FROM outbox"):
            await asyncio.sleep(0.2)
    return {UUID(orjson.loads(body)["report_id"]) for body in await records_on(system, topic)}
