"""The pages as the browser gets them."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI, Request
from fastapi.params import Depends
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from services.reporting.pages import LANGUAGE_COOKIE, PageLook, pages_router, sign_in_page

LOOK = PageLook("Köping")
Ask = Callable[[str], str]


def _client(*, signed_in: bool) -> TestClient:
    def staff() -> None:
        if not signed_in:
            raise HTTPException(303, headers={"Location": "/sign-in"})

    app = FastAPI()
    app.include_router(pages_router(LOOK, staff=Depends(staff)))

    @app.get("/sign-in")
    async def sign_in(request: Request, wrong: bool = False) -> HTMLResponse:
        return sign_in_page(request, LOOK, wrong=wrong)

    return TestClient(app, follow_redirects=False)


@pytest.fixture
def client() -> TestClient:
    return _client(signed_in=True)


@pytest.fixture
def page(client: TestClient) -> Ask:
    return lambda address: client.get(address).text


def test_a_stranger_is_shown_the_way_to_the_sign_in() -> None:
    answer = _client(signed_in=False).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_swedish_comes_first_and_english_on_request(page: Ask) -> None:
    assert '<html lang="sv">' in page("/")
    english = page("/?lang=en")
    assert '<html lang="en">' in english
    assert "Situation picture" in english
    assert "Lägesbild" not in english


def test_the_chosen_language_is_remembered(client: TestClient) -> None:
    client.get("/?lang=en")
    assert client.cookies[LANGUAGE_COOKIE] == "en"
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="sv">' in client.get("/?lang=sv").text


def test_an_unknown_language_is_swedish(page: Ask) -> None:
    assert '<html lang="sv">' in page("/?lang=de")


def test_the_wall_view_is_asked_for_in_the_address(page: Ask) -> None:
    assert re.search(r'<body class="[^"]*\bwall\b', page("/?wall=1"))
    assert not re.search(r'<body class="[^"]*\bwall\b', page("/"))


def test_another_period_is_offered_and_chosen(page: Ask) -> None:
    assert '<option value="28" selected>28 dagar</option>' in page("/?days=28")
    assert '<option value="10" selected>10 dagar</option>' in page("/?days=10")


def test_what_the_address_holds_is_never_markup(page: Ask) -> None:
    html = page("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("address", ["/", "/?wall=1&lang=en", "/sign-in", "/sign-in?wrong=true"])
def test_a_page_needs_nothing_but_this_service(page: Ask, address: str) -> None:
    """No script or style in the markup, and nothing from elsewhere: a strict content security policy holds."""
    html = page(address)
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]* src=)", html)
    assert all(
        link.startswith(("/", "?", "#", "data:,")) for link in re.findall(r'(?:href|src)="([^"]*)"', html)
    )


@pytest.mark.parametrize("address", ["/", "/sign-in", "/sign-in?wrong=true"])
def test_every_label_and_description_points_at_something(page: Ask, address: str) -> None:
    html = page(address)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    # The heading of an incident's panel is there once an incident is opened.
    known = {*ids, "detail-heading"}
    for names in re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', html):
        assert set(names.split()) <= known
    assert set(re.findall(r'href="#([^"]+)"', html)) <= known


def test_a_wrong_key_is_said_at_the_top_and_at_the_field(client: TestClient) -> None:
    answer = client.get("/sign-in?wrong=true")
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "error-summary" not in client.get("/sign-in").text


def test_pages_are_not_kept_by_the_browser(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"
