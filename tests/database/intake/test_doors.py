"""Every door of intake, and what comes to it that no form and no client of ours would send: 4xx, told properly, and nothing stored."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.database.intake.conftest import running_intake
from tests.support.open311 import make_key

Database = Any
CODE = "7KQM-2XTD-9RWA"
JSON_DOORS = (
    "/api/v1/reports",
    f"/api/v1/reports/{CODE}/answers",
    f"/api/v1/reports/{CODE}/email",
    f"/api/v1/reports/{CODE}/email/verify",
    "/api/v1/quarantine/release",
    "/api/v1/quarantine/reject",
)
FORM_DOORS = (
    "/",
    f"/follow/{CODE}/add",
    f"/follow/{CODE}/answer",
    f"/follow/{CODE}/questions",
    f"/follow/{CODE}/photos",
    f"/follow/{CODE}/email",
    "/staff",
    "/staff/quarantine",
    "/open311/v2/requests.json",
    "/open311/v2/servicerequestupdates.xml",
)
PAGES = (
    "/",
    "/follow",
    "/follow/{}",
    "/follow/{}/add",
    "/follow/{}/withdraw",
    "/similar?lat={0}&lon={0}&category={0}",
    "/follow?code={}",
    "/?lang={}",
    "/staff",
    "/static/{}",
)
ADDRESSES = (
    *PAGES,
    "/api/v1/reports/{}",
    "/api/v1/reports/{}/photos",
    "/api/v1/reports/{}/photos/{0}",
    "/api/v1/reports/{}/email",
    "/api/v1/photos/{}",
    "/api/v1/photos?report_id={}",
    "/api/v1/quarantine?cursor={0}&state={0}&limit={0}",
    "/open311/v2/requests/{}.json",
    "/open311/v2/requests.xml?service_request_id={0}&start_date={0}&page={0}&jurisdiction_id={0}",
    "/open311/v2/services/{}.xml",
    "/open311/v2/tokens/{}.json",
    "/open311/v2/{}",
)
ODD_TEXTS = {
    "nul": "%00",
    "no_utf_8": "%ff%fe",
    "overlong": "%c0%af",
    "surrogate": "%ed%a0%80",
    "line_break": "a%0d%0aSet-Cookie:%20a=b",
    "up": "..%2f..%2fetc%2fpasswd",
    "long": "9" * 5000,
    "markup": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "number": "1e400",
    "not_a_number": "NaN",
    "direction": "%E2%80%AE%E2%81%A6",
    "emoji": "%F0%9F%94%A5",
    "percent": "%25s%25n%zz",
}


def nested(depth: int) -> bytes:
    return b'{"text": ' + b"[" * depth + b"]" * depth + b"}"


ODD_JSON: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"text": "Det bri',
    "no_json": b"Det brinner.",
    "null": b"null",
    "a_list": b"[]",
    "deep": nested(30_000),
    "deep_lists": b"[" * 60_000,
    "huge_number": b'{"text": "Eld", "lat": ' + b"9" * 5000 + b', "lon": 1e999}',
    "not_a_number": b'{"text": "Eld", "lat": NaN, "lon": Infinity}',
    "nul": b'{"text": "a\\u0000b"}',
    "half_a_pair": b'{"text": "a\\ud800b", "\\udc00": 1}',
    "raw_control": b'{"text": "a\x00\x01b"}',
    "no_utf_8": b'{"text": "\xff\xfe"}',
    "overlong": b'{"text": "\xc0\xaf\xe0\x80\xaf"}',
    "utf_16": json.dumps({"text": "Det brinner."}).encode("utf-16"),
    "utf_8_with_mark": b'\xef\xbb\xbf{"unknown": 1}',
    "many_fields": json.dumps({f"field_{n}": n for n in range(4000)}).encode(),
    "twice": b'{"unknown": 1, "unknown": 2}',
    "too_large": b'{"text": "' + b"a" * 70_000 + b'"}',
}
ODD_FORMS: dict[str, bytes] = {
    "nothing": b"",
    "no_utf_8": b"text=%ff%fe&code=%ff&token=%c0%af",
    "nul": b"text=a%00b&token=%00&code=%00&description=%00",
    "half_a_pair": b"text=%ed%a0%80",
    "many_fields": b"&".join(b"field=1" for _ in range(8000)),
    "one_name_for_ever": b"text" * 15_000,
    "no_form": b'{"text": "Det brinner."}',
    "too_large": b"text=" + b"a" * 70_000,
    "control": b"text=%01%02%1b[31m&lang=%0d%0aX:1",
}
# What a form holds for people may be right; then it is a page that asks further.
PAGE_OR_REFUSAL = range(200, 500)


@pytest_asyncio.fixture(scope="module")
async def doors(postgres_dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        async with running_intake(postgres_dsn) as client:
            yield client


@pytest_asyncio.fixture(scope="module")
async def key(postgres_dsn: str) -> str:
    import asyncpg

    connection = await asyncpg.connect(postgres_dsn, server_settings={"search_path": "intake"})
    try:
        return await make_key(connection, "quarantine", "open311:1983", "photos", "read", municipality=None)
    finally:
        await connection.close()


def assert_refused(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    kind = answer.headers["content-type"].partition(";")[0]
    if answer.request.url.path.startswith("/api/"):
        assert (kind, answer.json()["status"]) == ("application/problem+json", answer.status_code)
    else:
        assert kind in {"text/html", "text/xml", "application/json", "application/problem+json"}


def assert_harmless_page(answer: httpx.Response) -> None:
    """Whatever was sent is shown as text, runs nothing, and sets nothing."""
    assert "set-cookie" not in answer.headers
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("odd", ODD_JSON)
@pytest.mark.parametrize("door", JSON_DOORS)
async def test_no_json_opens_a_door_it_does_not_fit(
    doors: httpx.AsyncClient, key: str, door: str, odd: str
) -> None:
    headers = {"content-type": "application/json"}
    if "quarantine" in door:
        headers["authorization"] = f"Bearer {key}"
    assert_refused(await doors.post(door, content=ODD_JSON[odd], headers=headers))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
@pytest.mark.parametrize("door", [*JSON_DOORS, *FORM_DOORS])
async def test_nothing_is_unpacked(doors: httpx.AsyncClient, key: str, door: str, encoding: str) -> None:
    """So there is no bomb to burst: ten megabytes that come as ten kilobytes stay ten kilobytes."""
    packed = gzip.compress(b'{"text": "' + b"a" * 10_000_000 + b'"}')
    kind = "application/json" if door in JSON_DOORS else "application/x-www-form-urlencoded"
    headers = {"content-type": kind, "content-encoding": encoding, "authorization": f"Bearer {key}"}
    assert_refused(await doors.post(door, content=packed, headers={**headers, "origin": "http://intake"}))


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "application/json; charset=utf-16", "a/b/c", "\xff"]
)
@pytest.mark.parametrize("door", [*JSON_DOORS, *FORM_DOORS])
async def test_a_kind_of_body_that_is_not_read_is_refused(
    doors: httpx.AsyncClient, key: str, door: str, kind: str
) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><text>&b;</text>'
    headers = {"content-type": kind.encode("latin-1"), "authorization": f"Bearer {key}".encode()}
    answer = await doors.post(door, content=bomb, headers={**headers, "origin": b"http://intake"})
    assert_refused(answer)


@pytest.mark.parametrize("odd", ODD_FORMS)
@pytest.mark.parametrize("door", FORM_DOORS)
async def test_no_form_breaks_a_page(doors: httpx.AsyncClient, key: str, door: str, odd: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://intake"}
    if "open311" in door:
        headers["authorization"] = f"Bearer {key}"
    answer = await doors.post(door, content=ODD_FORMS[odd], headers=headers)
    assert answer.status_code in PAGE_OR_REFUSAL, (answer.status_code, answer.text[:300])
    assert_harmless_page(answer)
    if odd == "too_large" and answer.status_code not in {303, 404}:
        assert answer.status_code in {401, 403, 413}, answer.status_code


@pytest.mark.parametrize("odd", ODD_TEXTS)
@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_address_breaks_what_is_behind_it(
    doors: httpx.AsyncClient, key: str, address: str, odd: str
) -> None:
    text = ODD_TEXTS[odd]
    path = address.replace("{0}", text).replace("{}", text)
    answer = await doors.get(path, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code in PAGE_OR_REFUSAL, (path, answer.status_code, answer.text[:300])
    assert_harmless_page(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "x" * 20_000},
        {"accept-language": ",".join(["sv;q=0.1"] * 5000)},
        {"cookie": "a=" + "b" * 20_000},
        {"authorization": "Bearer " + "a" * 20_000},
        {"authorization": "Bearer \xff\xfe"},
        {"authorization": "Bearer"},
        {"if-none-match": '"' + '","' * 10_000},
        {"range": "bytes=" + ",".join(["0-1"] * 5000)},
        {"host": "evil.example"},
        {"x-forwarded-for": ",".join(["1.2.3.4"] * 3000)},
        {"traceparent": "00-" + "a" * 10_000},
        {"idempotency-key": "a" * 10_000},
        {"altcha-solution": "a" * 20_000},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize(
    "address",
    ["/", f"/follow/{CODE}", f"/api/v1/reports/{CODE}", "/open311/v2/requests.json", "/api/v1/token"],
)
async def test_no_header_breaks_what_reads_it(
    doors: httpx.AsyncClient, address: str, headers: dict[str, str]
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await doors.get(address, headers=encoded)
    assert answer.status_code in PAGE_OR_REFUSAL, answer.text[:300]
    assert_harmless_page(answer)


async def test_what_is_written_as_markup_is_shown_as_text(doors: httpx.AsyncClient) -> None:
    text = "<script>alert(1)</script> & <b onclick=x>Klotter</b> {{7*7}}"
    shown = await doors.post(
        "/?lang=sv", data={"text": text, "place_text": text, "step": "edit", "token": "t"}, headers={"origin": "http://intake"}
    )  # fmt: skip
    assert shown.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown.text
    assert "<b onclick" not in shown.text
    assert "{{7*7}}" in shown.text
    assert_harmless_page(shown)


async def test_of_two_fields_of_one_name_the_last_one_counts_and_both_are_looked_at(
    doors: httpx.AsyncClient,
) -> None:
    """JSON leaves it open; what is stored is what was checked."""
    headers = {"content-type": "application/json"}
    bad_last = b'{"text": "Det brinner.", "text": 7}'
    assert (await doors.post("/api/v1/reports", content=bad_last, headers=headers)).status_code == 422
    good_last = b'{"text": 7, "text": "Det brinner."}'
    assert (await doors.post("/api/v1/reports", content=good_last, headers=headers)).status_code in {202, 422}
