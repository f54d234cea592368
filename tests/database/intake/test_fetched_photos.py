"""Pictures that a client only tells the address of: fetched from where the settings say, and from nowhere else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from pydantic import ValidationError

from services.intake.photos import fetching, keeping
from services.intake.photos.origins import origin_of
from services.intake.photos.settings import PhotoSettings
from tests.database.intake.conftest import running_intake
from tests.support.open311 import BASE, GRAFFITI, make_key
from tests.support.photos import photo

Database = Any
_DUE_NOW = "UPDATE open311_request SET media_due_at = now() WHERE media_due_at IS NOT NULL"


class Gallery:
    """Somebody else's server. `asked`: how often for each path."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        gallery = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gallery.asked[self.path] += 1
                status, headers, body = gallery.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is said."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def shows(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        self.answers[path] = (status, headers, body)
        return self.origin + path


@contextmanager
def running(gallery: Gallery) -> Iterator[Gallery]:
    thread = Thread(target=gallery.server.serve_forever, daemon=True)
    thread.start()
    yield gallery
    gallery.server.shutdown()
    gallery.server.server_close()


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    with running(Gallery()) as shown:
        yield shown


@pytest.fixture
def elsewhere() -> Iterator[Gallery]:
    with running(Gallery()) as shown:
        yield shown


@pytest_asyncio.fixture
async def intake(
    fresh_postgres_dsn: str, gallery: Gallery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setattr(keeping, "LOOKED_AT_EVERY_S", 0.05)
    settings = PhotoSettings(
        store=str(tmp_path / "photos"), fetched_from=frozenset({gallery.origin}), max_bytes=100_000
    )
    async with running_intake(fresh_postgres_dsn, photos=settings) as client:
        yield client


async def send(intake: httpx.AsyncClient, key: str, *urls: str) -> str:
    form = {**GRAFFITI, "api_key": key, "media_url": list(urls)}
    answer = await intake.post(f"{BASE}/requests.json", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["service_request_id"])


async def settled(database: Database) -> None:
    """Waits until nothing is to be fetched any more."""
    async with asyncio.timeout(30):
        while await database.fetchval("SELECT count(*) FROM open311_request WHERE media_due_at IS NOT NULL"):
            await asyncio.sleep(0.05)


async def media_of(intake: httpx.AsyncClient, key: str, request_id: str) -> list[str]:
    answer = await intake.get(f"{BASE}/requests/{request_id}.xml", params={"api_key": key})
    return [each.text or "" for each in ET.fromstring(answer.content).iterfind("request/media_url")]


async def test_pictures_are_fetched_and_stand_in_the_stead_of_their_addresses(
    intake: httpx.AsyncClient, database: Database, gallery: Gallery
) -> None:
    key = await make_key(database)
    urls = [gallery.shows(f"/photo/7.{seed}.jpeg", photo(seed=seed)) for seed in range(2)]
    request_id = await send(intake, key, *urls)
    await settled(database)
    told = await media_of(intake, key, request_id)
    assert [each.startswith(f"http://intake{BASE}/media/") for each in told] == [True, True]
    assert [(await intake.get(url)).status_code for url in told] == [200, 200]
    assert gallery.asked == {"/photo/7.0.jpeg": 1, "/photo/7.1.jpeg": 1}


async def test_nothing_is_asked_for_anywhere_else(
    intake: httpx.AsyncClient, database: Database, gallery: Gallery, elsewhere: Gallery
) -> None:
    key = await make_key(database)
    there = elsewhere.shows("/photo.jpeg", photo())
    leads_away = gallery.shows("/away.jpeg", b"", 302, Location=there)
    signed_in = there.replace("http://", f"http://{gallery.origin[7:]}@")
    request_id = await send(intake, key, there, leads_away, signed_in)
    await settled(database)
    assert elsewhere.asked == {}
    assert await database.fetchval("SELECT count(*) FROM photo") == 0
    assert await media_of(intake, key, request_id) == [there, leads_away, signed_in]


async def test_what_is_too_large_or_no_photo_is_left_where_it_is_and_not_asked_for_again(
    intake: httpx.AsyncClient, database: Database, gallery: Gallery
) -> None:
    key = await make_key(database)
    wrong = [
        gallery.shows("/large.jpeg", b"\xff\xd8" + bytes(200_000)),
        gallery.shows("/page.html", b"<html>"),
        gallery.origin + "/gone.jpeg",
    ]
    request_id = await send(intake, key, *wrong)
    await settled(database)
    assert await media_of(intake, key, request_id) == wrong
    assert await database.fetchval("SELECT media_due_at FROM open311_request") is None


async def test_a_server_that_is_down_is_asked_again_later_and_not_forever(
    intake: httpx.AsyncClient, database: Database, gallery: Gallery
) -> None:
    key = await make_key(database)
    url = gallery.shows("/photo.jpeg", b"", 503)
    await send(intake, key, url)
    for times in range(1, fetching._TRIES + 1):
        async with asyncio.timeout(30):
            while gallery.asked["/photo.jpeg"] < times:
                await asyncio.sleep(0.05)
        await database.execute(_DUE_NOW)
    await settled(database)
    assert gallery.asked["/photo.jpeg"] == fetching._TRIES


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://www.exempel.se/photo/1.jpeg?a=b", "https://www.exempel.se"),
        ("HTTPS://WWW.Exempel.SE:8443/x", "https://www.exempel.se:8443"),
        ("https://exempel.se\\@annan.se/", None),
        ("https://kim@exempel.se/", None),
        ("ftp://exempel.se/a", None),
        ("file:///etc/passwd", None),
        ("//exempel.se/a", None),
        ("https://", None),
        ("https://[::1", None),
        ("data:image/jpeg;base64,AAAA", None),
    ],
)
def test_an_origin_is_what_would_be_asked(address: str, origin: str | None) -> None:
    found = origin_of(address)
    assert found == origin or (origin is None and found not in {"https://exempel.se", "https://annan.se"})


def test_a_setting_names_origins_and_no_paths() -> None:
    for wrong in ("https://exempel.se/", "exempel.se", "https://exempel.se/photo", "https://Exempel.se"):
        with pytest.raises(ValidationError):
            PhotoSettings(fetched_from=frozenset({wrong}))
