"""Photos where staff work: on a page of their own and in the quarantine, for tokens of the scope `photos`, of one's municipality."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from services.intake.domain.tokens import PHOTOS, QUARANTINE
from services.intake.routes.staff.visiting import own_page
from tests.database.intake.test_photos import add, folder, intake, report
from tests.support.photos import photo
from tests.support.staff import ANNA, make_token, sign_in

__all__ = ["folder", "intake"]
Database = Any


async def with_photos(intake: httpx.AsyncClient, database: Database, count: int = 2) -> str:
    """The report's id."""
    code = await report(intake)
    for number in range(count):
        answer = await add(intake, code, photo(seed=number), alt="" if number else "<b>Muren</b>")
        assert answer.status_code == 201
    return str(await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code))


def images_on(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('src="') if part.startswith("/staff/photos/")]


async def test_who_signs_in_comes_to_the_photos_that_the_link_was_about(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await make_token(database, scopes=[PHOTOS])
    address = f"/staff/photos/{await with_photos(intake, database)}"
    away = await intake.get(address, headers={"accept-language": "sv"})
    assert away.status_code == 303
    sign_in_page = (await intake.get(away.headers["location"])).text
    action = sign_in_page.split('method="post" action="')[1].split('"')[0].replace("&amp;", "&")
    inside = await intake.post(action, data={"token": ANNA})
    assert inside.headers["location"] == f"{address}?lang=sv"

    page = (await intake.get(inside.headers["location"])).text
    assert "&lt;b&gt;Muren&lt;/b&gt;" in page
    assert "inte suddade" in page
    thumbnails = images_on(page)
    assert len(thumbnails) == 2
    for each in thumbnails:
        small = await intake.get(each)
        assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
        assert max(Image.open(BytesIO(small.content)).size) <= 400


async def test_a_photo_has_the_headers_ranges_and_etag_of_every_photo(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await make_token(database, scopes=[PHOTOS])
    await sign_in(intake)
    page = (await intake.get(f"/staff/photos/{await with_photos(intake, database, 1)}")).text
    address = images_on(page)[0].removesuffix("/thumbnail")
    whole = await intake.get(address)
    assert whole.headers["cache-control"] == "private, no-cache"
    assert "sandbox" in whole.headers["content-security-policy"]
    known = await intake.get(address, headers={"if-none-match": whole.headers["etag"]})
    assert known.status_code == 304
    part = await intake.get(address, headers={"range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, whole.content[:10])


@pytest.mark.parametrize(
    ("scopes", "municipality", "status"), [([QUARANTINE], "1983", 403), ([PHOTOS], "1980", 404)]
)
async def test_another_scope_or_municipality_sees_none(
    intake: httpx.AsyncClient, database: Database, scopes: list[str], municipality: str, status: int
) -> None:
    await make_token(database, scopes=scopes, municipality=municipality)
    report_id = await with_photos(intake, database, 1)
    photo_id = await database.fetchval("SELECT id FROM photo")
    await sign_in(intake)
    for address in ("", f"/{photo_id}", f"/{photo_id}/thumbnail"):
        answer = await intake.get(f"/staff/photos/{report_id}{address}")
        assert answer.status_code == status
        assert "Muren" not in answer.text


async def test_a_stranger_sees_none_and_a_photo_is_of_its_own_report_alone(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await make_token(database, scopes=[PHOTOS])
    report_id = await with_photos(intake, database, 1)
    photo_id = await database.fetchval("SELECT id FROM photo")
    for address in ("", f"/{photo_id}", f"/{photo_id}/thumbnail"):
        assert (await intake.get(f"/staff/photos/{report_id}{address}")).status_code == 303
    await sign_in(intake)
    other = await with_photos(intake, database, 0)
    assert (await intake.get(f"/staff/photos/{other}/{photo_id}")).status_code == 404
    assert "har inga bilder" in (await intake.get(f"/staff/photos/{other}?lang=sv")).text
    assert (await intake.get(f"/staff/photos/{uuid4()}")).status_code == 404


async def test_a_token_for_photos_alone_does_not_review(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await make_token(database, scopes=[PHOTOS])
    await sign_in(intake)
    refused = await intake.get("/staff/quarantine?lang=sv")
    assert refused.status_code == 403
    assert "Din nyckel gäller inte här" in refused.text


@pytest.mark.parametrize("sees", [True, False])
async def test_photos_and_pin_of_what_is_held_are_beside_it_for_who_may_see_them(
    intake: httpx.AsyncClient, database: Database, sees: bool
) -> None:
    await make_token(database, scopes=[QUARANTINE, *([PHOTOS] if sees else [])])
    report_id = await with_photos(intake, database, 2)
    body = await database.fetchval("SELECT body FROM outbox WHERE headers ->> 'ce_subject' = $1", report_id)
    body = body.replace(b'"point":null', b'"point":{"lat":59.5139,"lon":15.9967,"accuracy_m":20}')
    await database.execute(
        "INSERT INTO quarantine (report_id, state, reasons, received_at, event_id, topic, key, headers, body)"
        " VALUES ($1, 'held', '{trap}', now(), gen_random_uuid(), 't', 'k', '{}', $2)",
        report_id,
        body,
    )
    await sign_in(intake)
    page = (await intake.get("/staff/quarantine?lang=sv")).text
    assert "Nål på kartan: 59.5139, 15.9967" in page
    assert len(images_on(page)) == (2 if sees else 0)
    assert ("Din nyckel visar inte bilder" in page) is not sees
    for each in images_on(page):
        assert (await intake.get(each)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/staff/photos/x",
        "//evil.example",
        "/staff/photos/../../x",
        "/staff/photos/" + "a" * 36 + "/x",
        "/follow/x",
        "",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(path: str) -> None:
    assert own_page(path) == ""
