"""Photos that come by Open311: in a file part, as clients send them, and back to who sent them alone."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from services.intake import tokens, tokens_store
from services.intake.photos.settings import PhotoSettings
from tests.database.intake.conftest import running_intake
from tests.support.open311 import BASE, GRAFFITI, make_key
from tests.support.photos import SECRETS, photo


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


async def media_of(intake: httpx.AsyncClient, key: str, request_id: str) -> list[str]:
    """As FixMyStreet reads it: the elements called `media_url`."""
    answer = await intake.get(f"{BASE}/requests/{request_id}.xml", params={"api_key": key})
    return [each.text or "" for each in ET.fromstring(answer.content).iterfind("request/media_url")]


@pytest.mark.parametrize("field", ["media", "media[]", "photo1"])
async def test_a_picture_in_a_part_belongs_to_the_request_and_its_sender_is_told_where_it_is(
    intake: httpx.AsyncClient, database: Any, field: str
) -> None:
    key = await make_key(database)
    sent = await send(intake, key, [(field, ("a.jpg", photo(), "image/jpeg"))])
    address = f"{BASE}/requests/{sent['service_request_id']}.json"
    (own,) = (await intake.get(address, params={"api_key": key})).json()
    (others,) = (await intake.get(address)).json()
    assert own["media_url"].startswith(f"http://intake{BASE}/media/")
    assert others["media_url"] is None


async def test_media_url_opens_the_redrawn_photo_without_a_key(
    intake: httpx.AsyncClient, database: Any
) -> None:
    key = await make_key(database)
    sent = await send(intake, key, [("media", ("a.jpg", photo(), "image/jpeg"))])
    (url,) = await media_of(intake, key, sent["service_request_id"])
    whole = await intake.get(url)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(whole.content)).size == (640, 480)
    assert not any(secret in whole.content for secret in SECRETS)
    assert (whole.headers["referrer-policy"], whole.headers.get("set-cookie")) == ("no-referrer", None)
    part = await intake.get(url, headers={"range": "bytes=2-9"})
    assert (part.status_code, part.content) == (206, whole.content[2:10])
    same = await intake.get(url, headers={"if-none-match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    head = await intake.head(url)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


async def test_several_pictures_are_told_of_and_the_list_stays_the_same(
    intake: httpx.AsyncClient, database: Any
) -> None:
    key = await make_key(database)
    files = [(f"photo{seed}", (f"{seed}.jpg", photo(seed=seed), "image/jpeg")) for seed in range(3)]
    sent = await send(intake, key, files)
    urls = await media_of(intake, key, sent["service_request_id"])
    assert len(set(urls)) == 3
    assert len({(await intake.get(url)).content for url in urls}) == 3
    query = {"api_key": key}
    listed = await intake.get(f"{BASE}/requests.json", params=query)
    assert listed.json()[0]["media_urls"] == urls
    known = {"if-none-match": listed.headers["etag"]}
    again = await intake.get(f"{BASE}/requests.json", params=query, headers=known)
    assert again.status_code == 304


async def test_no_other_address_opens_a_photo(intake: httpx.AsyncClient, database: Any) -> None:
    key = await make_key(database)
    files = [("a", ("1.jpg", photo(seed=1), "image/jpeg")), ("b", ("2.jpg", photo(seed=2), "image/jpeg"))]
    sent = await send(intake, key, files)
    first, second = [httpx.URL(url) for url in await media_of(intake, key, sent["service_request_id"])]
    until, signature = first.params["until"], first.params["signature"]
    later = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
    wrong = [
        second.copy_merge_params({"signature": signature}),
        first.copy_merge_params({"until": later}),
        first.copy_merge_params({"signature": signature[:-1]}),
        first.copy_merge_params({"signature": ""}),
        first.copy_merge_params({"signature": "å" * 43}),
        first.copy_merge_params({"until": "2026-13-45"}),
        first.copy_with(query=None),
        first.copy_with(path=f"{BASE}/media/{uuid4()}.jpg"),
        first.copy_with(path=f"{BASE}/media/x.jpg"),
    ]
    assert {(await intake.get(url)).status_code for url in wrong} == {404}


async def test_media_url_opens_nothing_once_its_key_is_revoked_or_its_report_is_gone(
    intake: httpx.AsyncClient, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "TRUSTED_FOR_S", -1.0)
    urls = []
    for name in ("revoked", "withdrawn"):
        key = await make_key(database, name=name)
        sent = await send(intake, key, [("media", ("a.jpg", photo(), "image/jpeg"))])
        urls += await media_of(intake, key, sent["service_request_id"])
    assert [(await intake.get(url)).status_code for url in urls] == [200, 200]
    await tokens_store.revoke_token(database, "revoked")
    assert [(await intake.get(url)).status_code for url in urls] == [404, 200]
    code = await database.fetchval("SELECT tracking_code FROM report ORDER BY received_at DESC LIMIT 1")
    assert (await intake.delete(f"/api/v1/reports/{code}")).is_success
    assert [(await intake.get(url)).status_code for url in urls] == [404, 404]


async def test_photos_of_grave_matters_have_no_address(intake: httpx.AsyncClient, database: Any) -> None:
    key = await make_key(database)
    form = {**GRAFFITI, "api_key": key, "service_code": "violence"}
    files = [("media", ("a.jpg", photo(), "image/jpeg"))]
    sent = (await intake.post(f"{BASE}/requests.json", data=form, files=files)).json()[0]
    assert await database.fetchval("SELECT count(*) FROM photo") == 1
    assert await media_of(intake, key, sent["service_request_id"]) == [""]


async def test_an_update_may_be_pictures_alone(intake: httpx.AsyncClient, database: Any) -> None:
    key = await make_key(database)
    sent = await send(intake, key, [])
    form = {
        "api_key": key,
        "service_request_id": sent["service_request_id"],
        "status": "OPEN",
        "description": "",
    }
    address = f"{BASE}/servicerequestupdates.json"
    assert (await intake.post(address, data=form)).status_code == 400
    files = [(f"photo{seed}", (f"{seed}.jpg", photo(seed=seed), "image/jpeg")) for seed in range(2)]
    answer = await intake.post(address, data=form, files=files)
    assert answer.status_code == 200, answer.text
    (update,) = answer.json()
    owners = await database.fetch("SELECT DISTINCT report_id::text FROM photo")
    assert [row["report_id"] for row in owners] == [update["update_id"]]
    bad = await intake.post(address, data=form, files=[("photo", ("b.pdf", b"%PDF", "application/pdf"))])
    assert "b.pdf" in bad.json()[0]["service_notice"]


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
