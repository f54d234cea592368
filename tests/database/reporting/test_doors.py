"""What comes to reporting that no page of ours would send: refused with a problem, never a fault of ours."""

import gzip
import json
from uuid import uuid4

import pytest

JSON_DOORS = (
    "/api/v1/claims",
    f"/api/v1/claims/{uuid4()}/verdict",
    f"/api/v1/reports/{uuid4()}/correction",
    f"/api/v1/incidents/{uuid4()}/correction",
    f"/api/v1/reports/{uuid4()}/questions",
    "/api/v1/questions/preview",
    "/api/v1/situation-reports",
)
ODD_TEXTS = ("%00", "%ff%fe", "%c0%af", "..%2f..", "9" * 3000, "NaN", "1e400", "%3Cscript%3E", "a%0d%0ab")
ADDRESSES = (
    "/api/v1/picture?municipality={}",
    "/api/v1/picture?to={}",
    "/api/v1/picture?days={}",
    "/api/v1/incidents/{}",
    "/api/v1/review?after={}",
    "/api/v1/situation-reports/{}/1.json",
    "/api/v1/situation-reports/{}/1.pdf",
    "/api/v1/situation-reports/1983/{}.pdf",
    "/api/v1/localities.geojson?municipality={}",
    "/static/{}",
    "/sign-in?token={}",
)


def odd_bodies() -> dict[str, bytes]:
    def said(text: str) -> bytes:
        return json.dumps(
            {"statement": text, "text": text, "note": text, "category": "fire", "explanation": text, "verdict": "refuted", "days": 0}
        ).encode()  # fmt: skip

    return {
        "nul": said("a\0b"),
        "hidden": said("a\u202eb\x1b[31m"),
        "half_a_pair": b'{"statement": "a\\ud800b", "\\udc00": 1, "text": "\\ud800", "days": 0}',
        "nothing_shown": said(" \n\t "),
        "deep": b"[" * 30_000 + b"]" * 30_000,
        "huge": b'{"days": ' + b"9" * 5000 + b"}",
        "no_number": b'{"days": NaN, "location": {"lat": Infinity, "lon": -Infinity}}',
        "no_json": b"statement=a",
        "no_utf_8": b'{"statement": "\xff"}',
        "a_number_as_time": b'{"to": 0}',
        "before_our_time": b'{"to": "0001-01-01T00:00:00Z"}',
        "yes_as_number": b'{"location": {"lat": true, "lon": false}, "days": true}',
        "packed": gzip.compress(said("a")),
        "too_large": b'{"statement": "' + b"a" * 70_000 + b'"}',
    }


def assert_problem(answer, told: object) -> None:
    assert 400 <= answer.status_code < 500, (told, answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json", told
    assert answer.json()["status"] == answer.status_code, told


async def test_no_body_opens_a_door_it_does_not_fit(staff):
    for door in JSON_DOORS:
        for name, body in odd_bodies().items():
            answer = await staff.post(door, content=body, headers={"content-type": "application/json"})
            assert_problem(answer, (door, name))
            if name == "too_large":
                assert answer.status_code == 413


async def test_a_body_of_another_kind_is_refused_as_that(staff):
    for kind in ("text/plain", "application/xml", "a/b/c"):
        answer = await staff.post("/api/v1/claims", content=b"<a/>", headers={"content-type": kind})
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")


async def test_a_body_without_a_length_is_read_no_further_than_allowed(staff):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 8192
            yield b"a" * 8192

    answer = await staff.post(
        "/api/v1/claims", content=endless(), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
    assert read < 100_000


async def test_no_address_breaks_what_is_behind_it(staff):
    for address in ADDRESSES:
        for odd in ODD_TEXTS:
            answer = await staff.get(address.format(odd))
            assert answer.status_code < 500, (address, odd, answer.text[:300])
            assert "content-security-policy" in answer.headers
            assert "set-cookie" not in answer.headers


async def test_another_method_is_told_which_ones_there_are(staff):
    for address, methods in {
        "/api/v1/claims": "GET, POST",
        "/api/v1/picture": "GET",
        "/api/v1/situation-reports": "GET, POST",
    }.items():
        answer = await staff.request("PATCH", address)
        assert (answer.status_code, answer.headers["allow"]) == (405, methods)


@pytest.mark.parametrize("name", ["a\0b", "Kim\r\nSet-Cookie: a=b", "\u202eKim", "å" * 80])
async def test_who_signs_in_with_an_odd_name_is_written_without_it(stranger, name):
    from tests.database.reporting.conftest import TOKEN

    signed_in = await stranger.post("/sign-in", data={"token": TOKEN, "name": name})
    assert signed_in.status_code == 303
    stranger.cookies.update(signed_in.cookies)
    opened = await stranger.post(
        "/api/v1/claims", json={"statement": "Det sägs att det brinner."}, headers={"x-requested-with": "vardkase"}
    )  # fmt: skip
    assert opened.status_code == 201
    judged = await stranger.post(
        f"/api/v1/claims/{opened.json()['claim_id']}/verdict",
        json={"verdict": "confirmed", "explanation": "Sett."},
        headers={"x-requested-with": "vardkase"},
    )
    assert judged.status_code == 200
    assert judged.json()["decided_by"].isprintable()
