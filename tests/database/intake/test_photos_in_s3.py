"""Photos on a server that speaks S3: the same as in a folder."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.intake.photos.depot import Depot
from services.intake.photos.sweeping import sweep
from shared.identity import new_id
from tests.database.intake.conftest import running_intake
from tests.support.photos import photo
from tests.support.s3_server import S3Server, s3_server

REPORTS = "/api/v1/reports"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest_asyncio.fixture
async def intake(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, server: S3Server
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn, photos=server.settings) as client:
        yield client


async def test_a_photo_is_kept_shown_in_parts_and_erased(
    intake: httpx.AsyncClient, server: S3Server, database: Any
) -> None:
    code = (await intake.post(REPORTS, json={"text": "Klotter."})).json()["tracking_code"]
    added = await intake.post(f"{REPORTS}/{code}/photos", content=photo(size=(1600, 1200)))
    assert added.status_code == 201, added.text
    url = added.json()["url"]
    (key,) = server.keys()
    assert key.startswith("koping/")
    assert b"JFIF" not in server.object(key)
    whole = (await intake.get(url)).content
    part = await intake.get(url, headers={"range": f"bytes={len(whole) // 2}-"})
    assert (part.status_code, part.content) == (206, whole[len(whole) // 2 :])
    assert (await intake.delete(f"{REPORTS}/{code}")).status_code == 200
    async with asyncio.timeout(20):
        while server.keys():
            await asyncio.sleep(0.05)


async def test_what_belongs_to_nobody_is_swept(
    server: S3Server, intake: httpx.AsyncClient, database: Any
) -> None:
    depot, photo_id = Depot(server.settings), new_id()
    await depot.put(photo_id, b"sealed")
    assert await depot.get(photo_id) == b"sealed"
    now = datetime.now(UTC)

    class Pool:
        def acquire(self) -> Any:
            return self

        async def __aenter__(self) -> Any:
            return database

        async def __aexit__(self, *_: object) -> None: ...

    assert await sweep(Pool(), depot, timedelta(hours=24), now) == 0  # type: ignore[arg-type]
    assert await sweep(Pool(), depot, timedelta(hours=24), now + timedelta(hours=25)) == 1  # type: ignore[arg-type]
    assert await depot.get(photo_id) is None
    await depot.delete(photo_id)


async def test_while_it_is_away_reports_go_through_and_photos_are_told_to_wait(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    with s3_server() as server:
        async with running_intake(fresh_postgres_dsn, photos=server.settings) as intake:
            code = (await intake.post(REPORTS, json={"text": "Klotter."})).json()["tracking_code"]
            url = (await intake.post(f"{REPORTS}/{code}/photos", content=photo())).json()["url"]
            server.stop()
            answer = await intake.post(f"{REPORTS}/{code}/photos", content=photo(seed=1))
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert (await intake.get(url)).status_code == 503
            sent = await intake.post(
                "/?lang=sv",
                data={"text": "Rutan är krossad."},
                files=[("photo", ("a.jpg", photo(), "image/jpeg"))],
            )
            assert sent.status_code == 303
            assert "photos=lost" in sent.headers["location"]
