"""Photos of reports: taken once, shown to those who may see them, gone with their report."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from services.intake.abuse.settings import AbuseSettings
from services.intake.photos.settings import PhotoSettings
from services.intake.tokens_store import insert_token
from tests.database.intake.conftest import running_intake
from tests.support.photos import SECRETS, parts, photo

REPORTS = "/api/v1/reports"
STAFF_SECRET = "vardkase_" + "s" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest_asyncio.fixture
async def intake(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    settings = PhotoSettings(store=str(folder), max_bytes=2_000_000, address_burst=1000)
    async with running_intake(fresh_postgres_dsn, photos=settings) as client:
        yield client


async def report(intake: httpx.AsyncClient, text: str = "Klotter på muren.") -> str:
    answer = await intake.post(REPORTS, json={"text": text})
    assert answer.status_code == 202
    return str(answer.json()["tracking_code"])


async def add(intake: httpx.AsyncClient, code: str, content: bytes, **query: str) -> httpx.Response:
    return await intake.post(
        f"{REPORTS}/{code}/photos", content=content, params=query, headers={"content-type": "image/jpeg"}
    )


def files_in(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


async def token(database: Any, *scopes: str, municipality: str | None = "1983") -> dict[str, str]:
    secret = STAFF_SECRET + (municipality or "any") + "-".join(scopes)
    await insert_token(
        database,
        secret=secret,
        name=secret[-20:],
        municipality=municipality,
        scopes=list(scopes),
        now=datetime.now(UTC),
        expires_at=None,
    )
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_what_is_shown_is_the_picture_upright_and_nothing_else_of_the_file(
    intake: httpx.AsyncClient, kind: str
) -> None:
    code = await report(intake)
    added = await add(intake, code, photo(kind, orientation=6), alt="Muren vid stationen")
    assert added.status_code == 201, added.text
    told = added.json()
    assert (told["width"], told["height"], told["alt"]) == (480, 640, "Muren vid stationen")
    for url in (told["url"], told["thumbnail_url"]):
        answer = await intake.get(url)
        shown = Image.open(BytesIO(answer.content))
        assert shown.format == "JPEG"
        assert shown.size[0] < shown.size[1]
        assert shown.getpixel((5, 5))[0] > 150, "the left half lies on top after the turn"
        assert not shown.getexif()
        assert set(shown.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        assert not any(secret in answer.content for secret in SECRETS)
        assert answer.content.endswith(b"\xff\xd9")


async def test_the_same_photo_twice_is_one(intake: httpx.AsyncClient, folder: Path) -> None:
    code, content = await report(intake), photo()
    first, second = await add(intake, code, content), await add(intake, code, content)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len((await intake.get(f"{REPORTS}/{code}/photos")).json()["photos"]) == 1
    assert len(files_in(folder)) == 1
    other = await add(intake, await report(intake, "En annan."), content)
    assert other.status_code == 201, "another report may have it too"


async def test_at_most_five_also_when_they_come_at_once(intake: httpx.AsyncClient) -> None:
    code = await report(intake)
    answers = await asyncio.gather(*(add(intake, code, photo(seed=seed)) for seed in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [422] * 3
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["fault"] == "too_many"


@pytest.mark.parametrize(
    ("content", "status", "fault"),
    [
        (b"", 422, "empty"),
        (b"GIF89a" + b"\0" * 100, 422, "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 422, "kind"),
        (photo()[:2000], 422, "damaged"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 500, 422, "damaged"),
        (b"\xff\xd8\xff" + b"\0" * 2_000_000, 413, "too_large"),
    ],
)
async def test_what_is_no_photo_is_refused_with_its_reason_and_nothing_is_kept(
    intake: httpx.AsyncClient, folder: Path, content: bytes, status: int, fault: str
) -> None:
    code = await report(intake)
    answer = await add(intake, code, content)
    assert (answer.status_code, answer.json()["fault"]) == (status, fault)
    assert files_in(folder) == []


async def test_parts_are_understood_as_well(intake: httpx.AsyncClient) -> None:
    code = await report(intake)
    answer = await intake.post(
        f"{REPORTS}/{code}/photos", **parts({"alt": " Muren \n igen "}, [("å.jpg", photo())])
    )
    assert answer.status_code == 201
    assert answer.json()["alt"] == "Muren igen"


async def test_what_a_photo_shows_is_said_shortly_or_refused_whichever_way_it_comes(
    intake: httpx.AsyncClient, folder: Path
) -> None:
    code, long = await report(intake), "m" * 301
    for answer in (
        await add(intake, code, photo(), alt=long),
        await intake.post(f"{REPORTS}/{code}/photos", **parts({"alt": long}, [("å.jpg", photo())])),
    ):
        assert answer.status_code == 422
        assert [each["code"] for each in answer.json()["errors"]] == ["string_too_long"]
    assert files_in(folder) == []


async def test_ranges_and_etags(intake: httpx.AsyncClient) -> None:
    code = await report(intake)
    url = (await add(intake, code, photo(size=(1600, 1200)))).json()["url"]
    whole = await intake.get(url)
    assert whole.headers["cache-control"] == "private, no-cache"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["content-disposition"].startswith("inline; filename=")
    etag, length = whole.headers["etag"], len(whole.content)
    assert not etag.startswith("W/")

    part = await intake.get(url, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{length}"
    last = await intake.get(url, headers={"range": "bytes=-10", "if-range": etag})
    assert (last.status_code, last.content) == (206, whole.content[-10:])
    changed = await intake.get(url, headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    beyond = await intake.get(url, headers={"range": f"bytes={length}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{length}")
    known = await intake.get(url, headers={"if-none-match": etag})
    assert (known.status_code, known.content) == (304, b"")


async def test_nobody_else_sees_it(intake: httpx.AsyncClient, database: Any) -> None:
    reads, koping = await token(database, "read"), await token(database, "photos")
    arboga, anybody = [await token(database, "photos", municipality=place) for place in ("1984", None)]
    code = await report(intake)
    told = (await add(intake, code, photo())).json()
    other = await report(intake, "En annan.")
    assert (await intake.get(f"{REPORTS}/{other}/photos/{told['id']}")).status_code == 404
    report_id = await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code)
    listed = f"/api/v1/photos?report_id={report_id}"
    assert (await intake.get(listed)).status_code == 401
    assert (await intake.get(listed, headers=reads)).status_code == 403
    assert (await intake.get(listed, headers=arboga)).status_code == 404
    assert (await intake.get(f"/api/v1/photos/{told['id']}", headers=arboga)).status_code == 404
    own = (await intake.get(listed, headers=koping)).json()["photos"]
    assert [each["id"] for each in own] == [told["id"]]
    shown = await intake.get(own[0]["thumbnail_url"], headers=koping)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert (await intake.get(own[0]["url"], headers=anybody)).status_code == 200


async def test_what_lies_there_shows_nothing_and_opens_by_the_reports_key_alone(
    intake: httpx.AsyncClient, database: Any, folder: Path
) -> None:
    code = await report(intake)
    url = (await add(intake, code, photo(), alt="Muren")).json()["url"]
    shown = (await intake.get(url)).content
    (file,) = files_in(folder)
    assert b"JFIF" not in file.read_bytes()
    assert shown[200:240] not in file.read_bytes()
    sealed = await database.fetchval("SELECT sealed FROM photo")
    assert b"Muren" not in sealed
    await database.execute("DELETE FROM report_key")
    assert (await intake.get(url)).status_code == 503


async def test_a_photo_that_was_changed_where_it_lies_is_not_shown(
    intake: httpx.AsyncClient, folder: Path
) -> None:
    url = (await add(intake, await report(intake), photo())).json()["url"]
    (file,) = files_in(folder)
    content = bytearray(file.read_bytes())
    content[-40] ^= 1
    file.write_bytes(bytes(content))
    assert (await intake.get(url)).status_code == 503


@pytest.mark.parametrize("way", ["remove", "withdraw"])
async def test_it_is_erased_when_it_is_removed_or_its_report_withdrawn(
    intake: httpx.AsyncClient, database: Any, folder: Path, way: str
) -> None:
    code = await report(intake)
    told = (await add(intake, code, photo())).json()
    path = told["url"] if way == "remove" else f"{REPORTS}/{code}"
    assert (await intake.delete(path)).status_code in {200, 204}
    assert (await intake.get(told["url"])).status_code == (404 if way == "remove" else 410)
    async with asyncio.timeout(10):
        while files_in(folder) or await database.fetchval("SELECT count(*) FROM photo_to_erase"):
            await asyncio.sleep(0.02)


async def test_the_form_without_script_keeps_everything_when_a_photo_is_bad(
    intake: httpx.AsyncClient, database: Any
) -> None:
    fields = {"text": "Rutan är krossad.", "place_text": "Torget i Kolsva", "token": "t1", "danger": "no"}
    chosen = [("mur.jpg", photo(seed=1)), ("brev.pdf", b"%PDF-1.7 nothing"), ("hus.jpg", photo(seed=2))]
    page = await intake.post("/?lang=sv", **parts(fields, chosen))
    assert page.status_code == 422
    assert "”brev.pdf” är inget foto som går att ta emot." in page.text
    assert "Rutan är krossad." in page.text
    assert "Torget i Kolsva" in page.text
    brought = re.findall(r'name="photo_ref" value="([^"]+)"', page.text)
    assert len(brought) == 2
    assert await database.fetchval("SELECT count(*) FROM report") == 0

    again = await intake.post(
        "/?lang=sv",
        data={**fields, "photo_ref": brought, "photo_alt": ["Muren", "Huset"], "photo_drop": brought[1]},
        files=[("photo", ("", b"", "application/octet-stream"))],
    )
    assert again.status_code == 303, again.text
    assert "photos=lost" not in again.headers["location"]
    follow = await intake.get(again.headers["location"])
    assert follow.text.count("photos__open") == 1
    assert "Muren" in follow.text


async def test_a_form_sent_twice_is_one_report_with_each_photo_once(
    intake: httpx.AsyncClient, database: Any
) -> None:
    fields, chosen = (
        {"text": "Rutan är krossad.", "token": "t2"},
        [("a.jpg", photo(seed=1)), ("b.jpg", photo(seed=2))],
    )
    first, second = [await intake.post("/?lang=sv", **parts(fields, chosen)) for _ in range(2)]
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert await database.fetchval("SELECT count(*) FROM report") == 1
    assert await database.fetchval("SELECT count(*) FROM photo") == 2


async def test_photos_go_along_while_questions_are_asked(intake: httpx.AsyncClient, database: Any) -> None:
    fields = {"text": "Rök ur en soptunna.", "category": "fire", "token": "t3"}
    asked = await intake.post("/?lang=sv", **parts(fields, [("a.jpg", photo())]))
    assert asked.status_code == 200
    (brought,) = re.findall(r'name="photo_ref" value="([^"]+)"', asked.text)
    sent = await intake.post(
        "/?lang=sv", data={**fields, "step": "confirmed", "photo_ref": brought, "photo_alt": ""}
    )
    assert sent.status_code == 303
    assert await database.fetchval("SELECT count(*) FROM photo") == 1


async def test_a_form_that_waited_for_a_connection_is_not_held_up_by_a_photo(
    intake: httpx.AsyncClient, database: Any
) -> None:
    fields = {"text": "Rutan är krossad.", "token": "t4", "step": "confirmed", "photo_waited": "1"}
    sent = await intake.post("/?lang=sv", **parts(fields, [("a.jpg", photo()), ("b.jpg", b"nothing")]))
    assert sent.status_code == 303
    assert "photos=lost" in sent.headers["location"]
    assert await database.fetchval("SELECT count(*) FROM photo") == 1


async def test_a_photo_too_large_and_one_too_many_are_told_of_and_cost_no_words(
    intake: httpx.AsyncClient,
) -> None:
    chosen = [(f"{number}.jpg", photo(seed=number)) for number in range(6)]
    page = await intake.post("/?lang=sv", **parts({"text": "Ord som blir kvar"}, chosen))
    assert page.status_code == 422
    assert "”5.jpg” fick inte plats. En rapport kan ha högst 5 bilder." in page.text
    large = await intake.post(
        "/?lang=en", **parts({"text": "Words"}, [("big.jpg", b"\xff\xd8\xff" + b"\0" * 3_000_000)])
    )
    assert large.status_code == 422
    assert "“big.jpg” is too large." in large.text


async def test_a_photo_is_added_and_removed_on_the_page_that_follows(intake: httpx.AsyncClient) -> None:
    code = await report(intake)
    added = await intake.post(
        f"/follow/{code}/photos?lang=sv", **parts({}, [("a.jpg", photo()), ("b", b"no")])
    )
    assert added.status_code == 303
    page = await intake.get(added.headers["location"].partition("#")[0])
    assert "Bilderna är tillagda." in page.text
    assert "En bild är inget foto som går att ta emot." in page.text
    (small,) = re.findall(r'src="(/follow/[^"]+/small)"', page.text)
    assert (await intake.get(small)).headers["content-type"] == "image/jpeg"
    removed = await intake.post(f"{small.removesuffix('/small')}/remove?lang=sv")
    assert removed.status_code == 303
    assert "Bilden är borttagen." in (await intake.get(removed.headers["location"].partition("#")[0])).text


async def test_the_report_goes_through_while_photos_can_not_be_kept(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: Any
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings = PhotoSettings(store=str(tmp_path / "taken"))
    async with running_intake(fresh_postgres_dsn, photos=settings) as intake:
        sent = await intake.post("/?lang=sv", **parts({"text": "Rutan är krossad."}, [("a.jpg", photo())]))
        assert sent.status_code == 303
        assert "photos=lost" in sent.headers["location"]
        assert "alla bilder kunde inte sparas" in (await intake.get(sent.headers["location"])).text
        code = await database.fetchval("SELECT tracking_code FROM report")
        assert (await add(intake, code, photo())).status_code == 503


async def test_a_report_that_is_held_back_keeps_its_photos(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, folder: Path, database: Any
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn, photos=PhotoSettings(store=str(folder))) as intake:
        fields = {"text": "Rutan är krossad.", "website": "filled by a machine"}
        sent = await intake.post("/?lang=sv", **parts(fields, [("a.jpg", photo())]))
        assert sent.status_code == 303
        assert await database.fetchval("SELECT state FROM quarantine") == "held"
        follow = await intake.get(sent.headers["location"])
        (small,) = re.findall(r'src="(/follow/[^"]+/small)"', follow.text)
        assert (await intake.get(small)).status_code == 200


async def test_an_address_may_send_so_many_and_its_report_goes_through_all_the_same(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    abuse = AbuseSettings(never_limited=())
    photos = PhotoSettings(store=str(folder), address_burst=2, address_each_s=600)
    async with running_intake(fresh_postgres_dsn, photos=photos, abuse=abuse) as intake:
        code = await report(intake)
        answers = [await add(intake, code, photo(seed=seed)) for seed in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert int(answers[2].headers["retry-after"]) > 0
        fields = {"text": "Rutan är krossad.", "token": "t9"}
        shown = await intake.post("/?lang=sv", **parts(fields, [("a.jpg", photo(seed=4))]))
        assert shown.status_code == 422
        assert "kunde inte tas emot just nu" in shown.text
        assert (await intake.post("/?lang=sv", data=fields)).status_code == 303
