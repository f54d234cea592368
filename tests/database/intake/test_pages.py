"""The form works with nothing but HTML, once for a double click, and only from our own page."""

import re
from typing import Any

import httpx
import pytest

from tests.support.vault import opened

Database = Any
FORM = {"text": "Det brinner i en container.", "place_text": "Kolsva", "when": "now"}


async def send(
    intake: httpx.AsyncClient, headers: Any = None, lang: str = "sv", **fields: str
) -> httpx.Response:
    return await intake.post(f"/?lang={lang}", data={**FORM, "token": "t-1", **fields}, headers=headers)


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_a_sent_form_leads_to_its_own_page(intake: httpx.AsyncClient, database: Database) -> None:
    form = await intake.get("/")
    sent = await send(intake, token=token_of(form.text), email="kim@exempel.se")
    assert sent.status_code == 303
    page = await intake.get(sent.headers["location"])
    row = await database.fetchrow("SELECT tracking_code, source, language FROM report")
    assert (row["source"], row["language"]) == ("citizen", "sv")
    assert row["tracking_code"] in page.text
    assert "Mottagen" in page.text
    assert FORM["text"] not in page.text
    [(words, who)] = await opened(database)
    assert words.text == FORM["text"]
    assert who is not None
    assert who.email == "kim@exempel.se"


async def test_a_double_click_sends_once_and_an_edited_text_is_a_new_report(
    intake: httpx.AsyncClient, database: Database
) -> None:
    first, second, edited = (
        await send(intake),
        await send(intake),
        await send(intake, text="Nu är den släckt."),
    )
    assert first.headers["location"] == second.headers["location"] != edited.headers["location"]
    assert await database.fetchval("SELECT count(*) FROM report") == 2


async def test_faults_are_told_at_the_top_and_at_the_field_and_the_input_is_kept(
    intake: httpx.AsyncClient,
) -> None:
    page = await send(intake, text="", email="<kim>", place_text="Inre hamnen")
    assert page.status_code == 422
    assert '<a href="#text">Skriv vad som har hänt.</a>' in page.text
    assert 'id="text-error"' in page.text
    assert 'aria-describedby="text-error text-hint"' in page.text
    assert 'value="Inre hamnen"' in page.text
    assert "&lt;kim&gt;" in page.text
    assert token_of(page.text) == "t-1"


@pytest.mark.parametrize(
    ("asked", "header", "title"),
    [
        ("", "sv", "Berätta vad du har sett"),
        ("", "en", "Tell us what you have seen"),
        ("?lang=en", "sv", "Tell us"),
    ],
)
async def test_the_form_speaks_the_readers_language(
    intake: httpx.AsyncClient, asked: str, header: str, title: str
) -> None:
    page = await intake.get(f"/{asked}", headers={"accept-language": header})
    assert title in page.text
    assert f'<html lang="{"en" if "Tell" in title else "sv"}">' in page.text


async def test_urgent_help_comes_before_the_form(intake: httpx.AsyncClient) -> None:
    page = (await intake.get("/")).text
    assert page.index("tel:112") < page.index("<form")


async def test_what_becomes_of_the_report_is_said_before_the_button(intake: httpx.AsyncClient) -> None:
    page = (await intake.get("/")).text
    told = page.index("utan dina kontaktuppgifter")

    assert (
        page.rindex("</details>", 0, told)
        < told
        < page.index("Så behandlas")
        < page.index("Skicka rapporten")
    )


@pytest.mark.parametrize(
    "headers", [{"origin": "https://annan.exempel.se"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
async def test_another_site_cannot_send_the_form(
    intake: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    assert (await send(intake, headers)).status_code == 403
    assert await database.fetchval("SELECT count(*) FROM report") == 0
    assert (await send(intake, {"origin": "http://intake"})).status_code == 303


async def test_pages_allow_nothing_they_do_not_need_and_set_no_cookie(intake: httpx.AsyncClient) -> None:
    sent = await send(intake)
    for path in ("/", "/follow", sent.headers["location"], "/follow/unknown"):
        page = await intake.get(path)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        assert "set-cookie" not in page.headers
        assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page.text)


async def test_every_file_a_page_names_is_there(intake: httpx.AsyncClient) -> None:
    page = (await intake.get("/")).text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    names = ("base.css", "form.css", "form.js", "icon.svg", "photos.css")
    assert files == {f"/static/{name}" for name in names}
    for file in files:
        assert (await intake.get(file)).status_code == 200
    assert (await intake.get("/static/../app.py")).status_code == 404


@pytest.mark.parametrize("path", ["/static/gone.css", "/static/deeper/gone.css"])
async def test_a_file_that_is_not_there_is_told_to_a_person_as_a_page_and_to_a_program_as_a_problem(
    intake: httpx.AsyncClient, path: str
) -> None:
    person = await intake.get(path, headers={"accept": "text/html,*/*;q=0.8"})
    assert (person.status_code, person.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1" in person.text
    for accepts in ("*/*", "text/css,*/*;q=0.1", "application/json"):
        program = await intake.get(path, headers={"accept": accepts})
        assert (program.status_code, program.headers["content-type"]) == (404, "application/problem+json")


async def test_a_typed_code_finds_its_report(intake: httpx.AsyncClient) -> None:
    code = (await send(intake)).headers["location"].split("/")[2].partition("?")[0]
    assert code in (await intake.get("/follow", params={"code": code.lower()})).text
    unknown = await intake.get("/follow", params={"code": "AAAA-AAAA-AAAA"})
    assert (unknown.status_code, "Det finns ingen rapport" in unknown.text) == (404, True)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"text=%ff", "application/x-www-form-urlencoded", 400),
        (b"text=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"x", "multipart/form-data; boundary=x", 400),
    ],
)
async def test_a_broken_form_gets_a_page_that_says_what_to_do(
    intake: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    page = await intake.post("/", content=content, headers={"content-type": kind})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "tel:112" in page.text
