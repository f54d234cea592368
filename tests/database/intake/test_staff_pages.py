"""Staff's pages on a real database: who gets in and for how long, what is shown of what is held, and what a decision does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from services.intake.abuse import quarantine
from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from services.intake.tokens_store import revoke_token
from tests.support.staff import ANNA, SPAM, fields_of, make_token, sign_in

Database = Any
ELSEWHERE = "198.51.100.7"
PAGE = "/staff/quarantine"


@asynccontextmanager
async def intake_at(
    dsn: str, address: str = ELSEWHERE, staff: Any = None, **abuse: Any
) -> AsyncIterator[httpx.AsyncClient]:
    values = {
        "postgres_dsn": SecretStr(dsn),
        "stop_timeout_s": 2,
        "abuse": {
            "challenge_key": "a-key-for-challenges",
            "alike_from_network": 2,
            "unscripted_burst": 0,
            **abuse,
        },
        "staff": staff or {},
    }
    app = create_app(IntakeSettings.model_validate(values))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 4711))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://intake") as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def kafka_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")


@pytest_asyncio.fixture
async def intake(fresh_postgres_dsn: str, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    await make_token(database)
    async with intake_at(fresh_postgres_dsn) as client:
        yield client


async def send_form(intake: httpx.AsyncClient, text: str, **fields: str) -> None:
    """As without script: held."""
    form = {"text": text, "when": "now", "token": text, "step": "confirmed", **fields}
    assert (await intake.post("/?lang=sv", data=form)).status_code == 303


async def send_burst(intake: httpx.AsyncClient, number: int, text: str = SPAM, first: int = 0) -> None:
    """All but the first two are held for a person."""
    for each in range(first, first + number):
        answer = await intake.post("/api/v1/reports", json={"text": f"{text} {each}"})
        assert answer.status_code == 202


async def decide(intake: httpx.AsyncClient, page: str, do: str, **chosen: Any) -> httpx.Response:
    fields = fields_of(page)
    kept = {name: fields.get(name, []) for name in ("form", "state", "reason", "alike", "after")}
    return await intake.post(PAGE, data={**kept, "do": do, **chosen})


async def states(database: Database) -> dict[str, int]:
    rows = await database.fetch("SELECT state, count(*) AS number FROM quarantine GROUP BY state")
    return {row["state"]: row["number"] for row in rows}


async def test_a_stranger_is_led_to_the_sign_in_and_gets_no_cookie(intake: httpx.AsyncClient) -> None:
    asked = await intake.get(PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, "/staff?lang=sv")
    shown = await intake.get("/staff")
    assert "Logga in för att granska" in shown.text
    assert not [each for each in (asked, shown) if "set-cookie" in each.headers]
    assert shown.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("scopes", [["report:staff"], ["open311:koping", "read"]])
async def test_a_token_without_the_scope_or_a_wrong_one_opens_nothing(
    intake: httpx.AsyncClient, database: Database, scopes: list[str]
) -> None:
    await make_token(database, "vardkase_of-somebody-else-0123", "Bo", scopes=scopes)
    for secret in ("vardkase_of-somebody-else-0123", "made-up", "å" * 400):
        refused = await sign_in(intake, secret)
        assert (refused.status_code, "set-cookie" in refused.headers) == (401, False)
        assert "Nyckeln är okänd" in refused.text
    assert (await sign_in(intake, " ")).status_code == 422


@pytest.mark.parametrize("secure", [True, False])
async def test_the_cookie_is_for_staffs_pages_alone_and_no_script_or_other_site_has_it(
    fresh_postgres_dsn: str, database: Database, *, secure: bool
) -> None:
    await make_token(database)
    async with intake_at(fresh_postgres_dsn, staff={"secure_cookie": secure}) as intake:
        signed_in = await sign_in(intake)
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, f"{PAGE}?lang=sv")
        [cookie] = signed_in.headers.get_list("set-cookie")
        told = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/staff"} <= told
        assert ("secure" in told, cookie.startswith("__Secure-")) == (secure, secure)
        assert ANNA not in cookie
        shown = await intake.get(PAGE)
        assert (shown.status_code, "set-cookie" in shown.headers) == (200, False)
        assert "Inloggad: Anna, kommunen" in shown.text
        assert (await intake.get("/staff")).headers["location"] == f"{PAGE}?lang=sv"
        assert "cookie" not in (await intake.get("/")).request.headers
    kept = await database.fetchval("SELECT digest FROM staff_session")
    assert kept.hex() not in cookie
    assert len(kept) == 32


async def test_a_session_ends_at_once_with_its_token(intake: httpx.AsyncClient, database: Database) -> None:
    await sign_in(intake)
    assert (await intake.get(PAGE)).status_code == 200
    await revoke_token(database, "Anna, kommunen")
    ended = await intake.get(PAGE)
    assert (ended.status_code, ended.headers["location"]) == (303, "/staff?lang=sv&ended=1")
    assert "inte inloggad längre" in (await intake.get(ended.headers["location"])).text


@pytest.mark.parametrize("change", ["ends_at = now()", "seen_at = now() - interval '61 minutes'"])
async def test_a_session_ends_by_itself(intake: httpx.AsyncClient, database: Database, change: str) -> None:
    await sign_in(intake)
    await database.execute(f"UPDATE staff_session SET {change}")
    assert (await intake.get(PAGE)).status_code == 303


async def test_signing_out_ends_the_session_for_a_copied_cookie_too(intake: httpx.AsyncClient) -> None:
    await sign_in(intake)
    copied = dict(intake.cookies)
    page = (await intake.get(PAGE)).text
    mark = page.split('name="form" value="')[1].split('"')[0]
    assert (await intake.post("/staff/sign-out", data={"form": "x"})).status_code == 403
    out = await intake.post("/staff/sign-out", data={"form": mark})
    assert out.headers["location"] == "/staff?lang=sv&out=1"
    assert 'vardkase_staff=""' in out.headers["set-cookie"]
    intake.cookies.update(copied)
    assert (await intake.get(PAGE)).status_code == 303


async def test_tries_are_counted_for_each_address_whatever_they_show(
    fresh_postgres_dsn: str, database: Database
) -> None:
    await make_token(database)
    few = {"tries_burst": 3, "tries_each_s": 60}
    async with (
        intake_at(fresh_postgres_dsn, staff=few) as one,
        intake_at(fresh_postgres_dsn, "203.0.113.5", staff=few) as other,
        intake_at(fresh_postgres_dsn, "127.0.0.1", staff=few) as near,
    ):
        assert [(await sign_in(one, f"wrong-{n}")).status_code for n in range(4)] == [401, 401, 401, 429]
        refused = await sign_in(one)
        assert (refused.status_code, int(refused.headers["retry-after"]) in range(1, 61)) == (429, True)
        assert "För många försök" in refused.text
        assert (await sign_in(other)).status_code == 303
        assert [(await sign_in(near, f"wrong-{n}")).status_code for n in range(4)] == [401, 401, 401, 429]


@pytest.mark.parametrize(
    "headers", [{"origin": "https://annan.exempel.se"}, {"sec-fetch-site": "cross-site"}]
)
async def test_another_site_decides_nothing_and_signs_nobody_in(
    intake: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    await send_form(intake, "Klotter på muren.")
    assert (await intake.post("/staff", data={"token": ANNA}, headers=headers)).status_code == 403
    await sign_in(intake)
    page = (await intake.get(PAGE)).text
    fields = fields_of(page)
    data = {"form": fields["form"], "state": "held", "report": fields["report"], "do": "release"}
    assert (await intake.post(PAGE, data=data, headers=headers)).status_code == 403
    assert (await intake.post(PAGE, data={**data, "form": "0" * 32})).status_code == 403
    assert await states(database) == {"held": 1}
    assert (await intake.post(PAGE, data=data)).status_code == 303
    assert await states(database) == {"released": 1}


async def test_a_burst_is_one_thing_to_look_at_and_what_came_later_is_not_decided_with_it(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await send_burst(intake, 7)
    await send_form(intake, "Klotter på <b>muren</b>, ring 070-174 06 35", place_text="Stationen")
    await sign_in(intake)
    page = (await intake.get(PAGE)).text
    assert "5 liknande rapporter" in page
    assert "Nästan samma text många gånger på kort tid" in page
    assert "Väntar på ditt beslut" in page
    assert "Klotter på &lt;b&gt;muren&lt;/b&gt;, ring [telefonnummer]" in page
    assert "Plats: Stationen" in page
    assert "Går vidare av sig själv i dag" in page
    assert "Den äldsta som väntar på ditt beslut kom för mindre än en minut sedan." in page

    await send_burst(intake, 3, first=7)
    rejected = await decide(
        intake, page, "reject", burst=fields_of(page)["burst"], note="Reklam från 850112-1236"
    )
    assert await states(database) == {"rejected": 5, "held": 4}
    told = (await intake.get(rejected.headers["location"])).text
    assert "5 rapporter är avvisade" in told
    assert "3 liknande rapporter" in told
    kept = await database.fetch("SELECT DISTINCT state, decided_by, note FROM quarantine_decision")
    assert [tuple(row) for row in kept] == [("rejected", "Anna, kommunen", "Reklam från [personnummer]")]


async def test_a_rejection_is_undone_once_and_both_decisions_are_kept(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await send_burst(intake, 6)
    await sign_in(intake)
    page = (await intake.get(PAGE)).text
    one, *_ = fields_of(page)["report"]
    where = (
        await decide(intake, page, "reject", burst=fields_of(page)["burst"], report=one, note="Test")
    ).headers
    told = (await intake.get(where["location"])).text
    assert "4 rapporter är avvisade" in told  # one of them chosen twice
    undo = told.split('name="undo" value="')[1].split('"')[0]
    mark = told.split('name="form" value="')[1].split('"')[0]
    undone = await intake.post(PAGE, data={"form": mark, "undo": undo})
    assert "4 rapporter är släppta. De har gått vidare" in (await intake.get(undone.headers["location"])).text
    again = await intake.post(PAGE, data={"form": mark, "undo": undo})
    assert "Ingen rapport ändrades" in (await intake.get(again.headers["location"])).text
    assert await database.fetchval("SELECT count(*) FROM outbox") == 6
    released = (await intake.get(f"{PAGE}?state=released")).text
    assert "4 liknande rapporter" in released
    assert "Texten har gått vidare och finns inte kvar här" in released
    assert 'type="checkbox"' not in released
    decisions = await database.fetch(
        "SELECT report_id, array_agg(state ORDER BY decided_at) AS states FROM quarantine_decision GROUP BY 1"
    )
    assert [row["states"] for row in decisions] == [["rejected", "released"]] * 4


async def test_what_is_missing_is_told_and_what_was_chosen_is_kept(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await send_form(intake, "Klotter på muren.")
    await sign_in(intake)
    page = (await intake.get(PAGE)).text
    chosen = fields_of(page)["report"]
    for note, words in (("", "Skriv varför du avvisar."), ("x" * 501, "Skälet är för långt.")):
        kept = await decide(intake, page, "reject", report=chosen, note=note)
        assert (kept.status_code, words in kept.text) == (422, True)
        assert f'value="{chosen[0]}" data-reports="1"' in kept.text
        assert " checked>" in kept.text
    assert "Välj minst en rapport." in (await decide(intake, page, "release")).text
    for wrong in ({"report": "x~y", "burst": ["~~~", "a~b~c~d"]}, {"do": "burn"}):
        assert (await decide(intake, page, **{"do": "release", **wrong})).status_code in {400, 422}
    assert await states(database) == {"held": 1}


async def test_what_somebody_else_decided_meanwhile_is_left_as_it_is_and_told(
    intake: httpx.AsyncClient, database: Database
) -> None:
    for text in ("Klotter på muren.", "Trasig lampa.", "Skräp vid vägen."):
        await send_form(intake, text)
    await sign_in(intake)
    page = (await intake.get(PAGE)).text
    first, second, _ = await quarantine.chosen(database)
    await quarantine.reject(database, [first], "bo", "Samma igen")
    await quarantine.release(database, [second], "time")
    answer = await decide(intake, page, "release", report=fields_of(page)["report"])
    told = (await intake.get(answer.headers["location"])).text
    assert "En rapport är släppt." in told
    assert "2 av de valda var redan avgjorda eller hade gått vidare." in told
    assert await states(database) == {"rejected": 1, "released": 2}
    assert "Släppt i dag" in (released := (await intake.get(f"{PAGE}?state=released")).text)
    assert "av tiden." in released


async def test_a_page_is_the_same_while_new_ones_come_and_none_is_left_out(
    intake: httpx.AsyncClient, database: Database
) -> None:
    for number in range(20):
        await send_form(intake, f"Trasig lampa nummer {number}.")
    await sign_in(intake)
    seen: list[str] = []
    page = (await intake.get(PAGE)).text
    while True:
        seen += fields_of(page)["report"]
        await send_form(intake, f"Ännu en, efter {len(seen)}.")
        if 'rel="next"' not in page:
            break
        link = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        page = (await intake.get(link)).text
        assert "Från början" in page
    assert len(seen) == len(set(seen)) == 21
    assert (await intake.get(f"{PAGE}?after=2020~zz")).status_code == 200
    assert (await intake.get(f"{PAGE}?after=9999-12-31T23:59:59%2B00:00~00")).status_code == 200


async def test_only_the_reason_that_is_asked_for_is_shown_and_decided(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await send_burst(intake, 4)
    await send_form(intake, "Klotter på muren.")
    await sign_in(intake)
    page = (await intake.get(f"{PAGE}?reason=no_work&lang=en")).text
    assert "Klotter" in page
    assert "klockor" not in page
    answer = await decide(intake, page, "release", report=fields_of(page)["report"])
    assert "reason=no_work" in answer.headers["location"]
    assert await states(database) == {"held": 2, "released": 1}
    assert "Inget med det skälet." in (await intake.get(f"{PAGE}?reason=trap")).text
    assert (await intake.get(f"{PAGE}?state=nothing&reason=nothing&alike=nothing")).status_code == 200


async def test_staff_of_another_municipality_see_and_decide_nothing_here(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await make_token(database, "vardkase_arbogas-key-0123456789", "Arboga", municipality="1984")
    await send_form(intake, "Klotter på muren.")
    await sign_in(intake)
    page = (await intake.get(PAGE)).text
    assert (await sign_in(intake, "vardkase_arbogas-key-0123456789")).status_code == 303
    theirs = (await intake.get(PAGE)).text
    assert "Inget hålls kvar just nu." in theirs
    mark = theirs.split('name="form" value="')[1].split('"')[0]
    data = {"form": mark, "state": "held", "do": "release", "report": fields_of(page)["report"]}
    answer = await intake.post(PAGE, data=data)
    assert "Ingen rapport ändrades" in (await intake.get(answer.headers["location"])).text
    assert await states(database) == {"held": 1}


async def test_what_went_on_in_spite_of_doubts_is_counted_and_shown(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await send_form(intake, "Det brinner i ett hus på Storgatan!")
    await sign_in(intake)
    page = (await intake.get(f"{PAGE}?state=passed&lang=en")).text
    assert "Went on at once" in page
    assert "One report" in page


async def test_a_decision_goes_when_the_report_does(intake: httpx.AsyncClient, database: Database) -> None:
    await send_form(intake, "Klotter på muren.")
    await quarantine.reject(database, await quarantine.chosen(database), "bo", "Test")
    await database.execute("DELETE FROM report")
    assert await database.fetchval("SELECT count(*) FROM quarantine_decision") == 0


async def test_a_session_outlives_the_longest_idle_time_while_it_is_used(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await sign_in(intake)
    for _ in range(3):
        await database.execute(
            "UPDATE staff_session SET seen_at = now() - $1::interval", timedelta(minutes=59)
        )
        assert (await intake.get(PAGE)).status_code == 200


async def test_a_database_that_is_away_decides_nothing_and_says_so() -> None:
    async with intake_at("postgresql://nobody@127.0.0.1:1/nothing") as intake:
        intake.cookies.set("vardkase_staff", "x")
        away = await intake.get(PAGE)
        assert (away.status_code, away.headers["retry-after"]) == (503, "30")
        assert "Vi når inte uppgifterna just nu" in away.text
        assert (await sign_in(intake)).status_code == 503


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b'{"text": "Det b', b"[]", b'{"text": 7, "point": {"lat": "norr"}}']
)
async def test_a_held_report_that_cannot_be_read_is_shown_as_that_and_hides_no_other(
    intake: httpx.AsyncClient, database: Database, body: bytes
) -> None:
    await sign_in(intake)
    await send_form(intake, "Rutan vid torget är krossad")
    await send_form(intake, "Lampan i gångtunneln lyser inte")
    damaged = await database.fetchval(
        "UPDATE quarantine SET body = $1 WHERE report_id = (SELECT min(report_id::text)::uuid FROM quarantine) RETURNING report_id",
        body,
    )
    page = await intake.get(PAGE)
    assert page.status_code == 200
    assert "går inte att läsa" in page.text
    assert ("Rutan vid torget" in page.text, "Lampan i gångtunneln" in page.text) in [
        (True, False),
        (False, True),
    ]
    listed = await intake.get("/api/v1/quarantine", headers={"authorization": f"Bearer {ANNA}"})
    assert [each["is_unreadable"] for each in listed.json()["reports"]].count(True) == 1

    assert await quarantine.release(database, [damaged], "Anna") == []
    assert await quarantine.reject(database, [damaged], "Anna", "Går inte att läsa") == [damaged]
    assert "går inte att läsa" in (await intake.get(f"{PAGE}?state=rejected")).text
