from datetime import timedelta

import pytest

from services.reporting.session import COOKIE
from tests.support.picture_events import NOW

TOKEN = "a-token-of-sufficient-length"
API = (
    "/api/v1/picture",
    "/api/v1/claims",
    "/api/v1/municipalities.geojson",
    "/api/v1/situation-reports/1983/1.pdf",
)


@pytest.mark.parametrize("address", API)
async def test_a_stranger_is_told_to_sign_in(stranger, address):
    answer = await stranger.get(address)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_token_is_no_token(stranger):
    answer = await stranger.get("/api/v1/picture", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


async def test_a_stranger_on_a_page_is_shown_to_the_sign_in(stranger):
    answer = await stranger.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_the_form_begins_a_session_that_carries_the_name(stranger, town):
    answer = await stranger.post("/sign-in", data={"token": TOKEN, "name": "Anna Berg"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert (await stranger.get("/api/v1/picture")).status_code == 200
    made = await stranger.post(
        "/api/v1/claims", json={"statement": "x"}, headers={"X-Requested-With": "vardkase"}
    )
    verdict = await stranger.post(
        f"/api/v1/claims/{made.json()['claim_id']}/verdict",
        json={"verdict": "under_review"},
        headers={"X-Requested-With": "vardkase"},
    )
    assert verdict.json()["decided_by"] == "Anna Berg"


async def test_an_address_with_the_token_begins_a_session_and_drops_it_from_the_address(stranger):
    answer = await stranger.get("/sign-in", params={"token": TOKEN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await stranger.get("/api/v1/map-settings")).status_code == 200


async def test_a_wrong_key_in_the_form_is_refused(stranger):
    answer = await stranger.post("/sign-in", data={"token": "wrong"})
    assert answer.status_code == 401
    assert COOKIE not in answer.headers.get("set-cookie", "")


async def test_a_change_from_another_site_is_refused_for_a_session(stranger):
    await stranger.post("/sign-in", data={"token": TOKEN})
    answer = await stranger.post("/api/v1/claims", json={"statement": "x"})
    assert answer.status_code == 403


async def test_a_session_ends_in_time_and_with_its_signature(stranger, town):
    await stranger.post("/sign-in", data={"token": TOKEN})
    town.now = NOW + timedelta(hours=13)
    assert (await stranger.get("/api/v1/picture")).status_code == 401
    town.now = NOW
    cookie = stranger.cookies[COOKIE]
    stranger.cookies.clear()
    forged = {"Cookie": f"{COOKIE}={int(cookie.split('.')[0]) + 9}{cookie[cookie.index('.') :]}"}
    assert (await stranger.get("/api/v1/picture", headers=forged)).status_code == 401


@pytest.mark.parametrize("cookie", ["", ".", "x.y.z", "ä.ö.å", "9999999999.%.x"])
async def test_a_made_up_cookie_is_a_stranger(stranger, cookie):
    answer = await stranger.get("/api/v1/picture", headers={"Cookie": f"{COOKIE}={cookie}".encode()})
    assert answer.status_code == 401


async def test_nobody_else_may_frame_or_script_an_answer(staff):
    for address in ("/api/v1/map-settings", "/"):
        headers = (await staff.get(address)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_the_service_tells_strangers_that_it_lives(stranger):
    assert (await stranger.get("/health")).json() == {"status": "alive"}
    assert b"vardkase_events_taken_total" in (await stranger.get("/metrics")).content
