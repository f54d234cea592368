"""Photos that come by Open311: in a file part, as clients send them, and back to who sent them alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.intake.photos.settings import PhotoSettings
from tests.database.intake.conftest import running_intake
from tests.database.intake.test_open311 import BASE, GRAFFITI, make_key
from tests.support.photos import photo


@pytest_asyncio.fixture
async def intake(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    settings = PhotoSettings(store=str(tmp_path / "photos"))
    async with running_intake(fresh_postgres_dsn, photos=settings) as client:
        yield client


async def send(intake: httpx.AsyncClient, key: str, files: list[Any], **headers: str) -> dict[str, Any]:
    form = {**GRAFFITI, "api_key": key}
    answer = await intake.post(f"{BASE}/requests.json", data=form, files=files, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()[0]
    return found


@pytest.mark.parametrize("field", ["media", "media[]", "photo1"])
async def test_a_picture_in_a_part_belongs_to_the_request_and_is_shown_to_its_sender(
    intake: httpx.AsyncClient, database: Any, field: str
) -> None:
    key, other = await make_key(database), await make_key(database, name="Someone else")
    sent = await send(intake, key, [(field, ("a.jpg", photo(), "image/jpeg"))])
    address = f"{BASE}/requests/{sent['service_request_id']}.json"
    (own,) = (await intake.get(address, params={"api_key": key})).json()
    (others,) = (await intake.get(address)).json()
    assert own["media_url"].startswith("http://intake/api/v1/photos/")
    assert others["media_url"] is None
    as_sender, as_other = {"authorization": f"Bearer {key}"}, {"authorization": f"Bearer {other}"}
    shown = await intake.get(own["media_url"], headers=as_sender)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert (await intake.get(own["media_url"], headers=as_other)).status_code == 403
    assert (await intake.get(own["media_url"])).status_code == 401


async def test_a_bad_picture_costs_no_report_and_is_told_of(intake: httpx.AsyncClient, database: Any) -> None:
    key = await make_key(database)
    files = [("media", ("a.jpg", photo(), "image/jpeg")), ("media", ("b.pdf", b"%PDF", "application/pdf"))]
    sent = await send(intake, key, files)
    assert "”b.pdf” är inget foto som går att ta emot." in sent["service_notice"]
    assert await database.fetchval("SELECT count(*) FROM photo") == 1


async def test_the_same_post_again_adds_no_photo_though_its_parts_are_divided_otherwise(
    intake: httpx.AsyncClient, database: Any
) -> None:
    key, files = await make_key(database), [("media", ("a.jpg", photo(), "image/jpeg"))]
    first, second = [await send(intake, key, files, **{"idempotency-key": "one"}) for _ in range(2)]
    assert first["service_request_id"] == second["service_request_id"]
    assert await database.fetchval("SELECT count(*) FROM photo") == 1


async def test_who_has_no_key_makes_nobody_look_at_a_picture(
    intake: httpx.AsyncClient, tmp_path: Path
) -> None:
    files = [("media", ("a.jpg", photo(), "image/jpeg"))]
    answer = await intake.post(f"{BASE}/requests.json", data=dict(GRAFFITI), files=files)
    assert answer.status_code == 403
    assert not (tmp_path / "photos").exists()
