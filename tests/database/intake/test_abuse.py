"""Limits, challenges and quarantine on a real database, with two intake processes where they must agree."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
import httpx
import orjson
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from pydantic import SecretStr

from services.intake.abuse import abuse_jobs, quarantine
from services.intake.abuse.buckets import Charge, Limit
from services.intake.abuse.challenge import stamp
from services.intake.abuse.limits import Limiter
from services.intake.abuse.salts import SaltBook
from services.intake.app import create_app
from services.intake.metrics import PROXY_NOT_TRUSTED
from services.intake.settings import IntakeSettings
from services.intake.tokens_store import insert_token
from shared.postgres import create_pool
from shared.settings import PostgresSettings

Database = Any
Pool = Any
KEY = "a-key-for-challenges"
ELSEWHERE = "198.51.100.7"
CALM = "Klotter på muren bakom stationen i Köping, röd färg."


@asynccontextmanager
async def intake_seen_by(
    dsn: str, address: str = ELSEWHERE, **abuse: Any
) -> AsyncIterator[httpx.AsyncClient]:
    values = {
        "postgres_dsn": SecretStr(dsn),
        "tokens": {"guard": "guard-token-0123456789"},
        "stop_timeout_s": 2,
        "abuse": {"challenge_key": KEY, "cost_lowest": 1, "unscripted_burst": 0, **abuse},
    }
    app = create_app(IntakeSettings.model_validate(values))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 4711))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://intake") as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def kafka_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")


@pytest_asyncio.fixture
async def pools(fresh_postgres_dsn: str) -> AsyncIterator[tuple[Pool, Pool]]:
    settings = PostgresSettings(dsn=SecretStr(fresh_postgres_dsn), pool_size=4)
    async with create_pool(settings, "intake") as one, create_pool(settings, "intake") as two:
        yield one, two


async def solve(intake: httpx.AsyncClient) -> str:
    challenge = altcha.Challenge.from_dict((await intake.get("/api/v1/challenge")).json())
    found = altcha.solve_challenge(challenge)
    assert found
    return altcha.Payload(challenge, found).to_base64()


async def report(intake: httpx.AsyncClient, text: str = CALM, **headers: str) -> httpx.Response:
    return await intake.post("/api/v1/reports", json={"text": text}, headers=headers)


async def send_form(intake: httpx.AsyncClient, text: str = CALM, **fields: str) -> httpx.Response:
    form = {"text": text, "when": "now", "token": "t", "step": "confirmed", **fields}
    return await intake.post("/?lang=sv", data=form)


async def count(database: Database, table: str) -> int:
    return int(await database.fetchval(f"SELECT count(*) FROM {table}"))


async def test_two_processes_agree_on_a_limit(pools: tuple[Pool, Pool]) -> None:
    one, two = (Limiter(pool) for pool in pools)
    charge = Charge(b"somebody", Limit(50, 3600))
    answers = await asyncio.gather(*[each.charge([charge]) for _ in range(60) for each in (one, two)])
    assert sum(each.is_admitted for (each,) in answers) == 50


async def test_a_bucket_empties_with_time_and_only_what_went_in_counts(pools: tuple[Pool, Pool]) -> None:
    limiter, charge = Limiter(pools[0]), Charge(b"somebody", Limit(3, 60))
    answers = [(await limiter.charge([charge]))[0] for _ in range(9)]
    assert [each.is_admitted for each in answers] == [True] * 3 + [False] * 6
    assert answers[-1].retry_after_s(charge.limit) in {59, 60}
    await pools[0].execute("UPDATE rate_bucket SET empty_at = empty_at - interval '61 seconds'")
    assert [(await limiter.charge([charge]))[0].is_admitted for _ in range(2)] == [True, False]


async def test_two_processes_share_the_salt_of_the_day_and_the_old_one_goes(pools: tuple[Pool, Pool]) -> None:
    now = datetime.now(UTC)
    books = [SaltBook(pool) for pool in pools]
    first = {await book.of(now) for book in books}
    assert len(first) == 1
    later = {await book.of(now + timedelta(days=1)) for book in books}
    assert len(later) == 1
    assert later != first
    assert await count(pools[0], "address_salt") == 1


async def test_an_address_over_its_limit_is_told_when_to_come_back(
    fresh_postgres_dsn: str, database: Database
) -> None:
    limits = {"address_burst": 3, "address_each_s": 30, "challenge": False}
    async with (
        intake_seen_by(fresh_postgres_dsn, **limits) as one,
        intake_seen_by(fresh_postgres_dsn, **limits) as two,
        intake_seen_by(fresh_postgres_dsn, "203.0.113.5", **limits) as other,
    ):
        texts = ["Klotter på muren.", "En trasig lampa.", "Skräp vid vägen."]
        assert [
            (await report(each, text)).status_code for each, text in zip((one, two, one), texts, strict=True)
        ] == [202] * 3
        refused = await report(two, "En bil står fel.")
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-reports")
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        page = await send_form(one)
        assert (page.status_code, "ovanligt många rapporter" in page.text, CALM in page.text) == (
            429,
            True,
            True,
        )
        english = await one.post(
            "/?lang=en", data={"text": CALM, "when": "now", "token": "t", "step": "confirmed"}
        )
        assert "Unusually many reports" in english.text
        assert (await report(one, "Det brinner i ett hus på Storgatan!")).status_code == 202
        assert (await report(other)).status_code == 202
    assert await count(database, "report") == 5
    assert not await database.fetchval(
        "SELECT EXISTS (SELECT FROM rate_bucket WHERE position('198.51.100' IN encode(subject, 'escape')) > 0)"
    )


async def test_networks_of_ones_own_and_unnamed_proxies_are_not_limited(fresh_postgres_dsn: str) -> None:
    async with intake_seen_by(
        fresh_postgres_dsn, "127.0.0.1", address_burst=1, without_work_burst=0
    ) as intake:
        answers = [await report(intake, **{"x-forwarded-for": ELSEWHERE}) for _ in range(12)]
        assert {answer.status_code for answer in answers} == {202}


@pytest.mark.parametrize(
    ("peer", "trusted", "header", "is_told"),
    [
        ("127.0.0.1", "", ELSEWHERE, True),
        ("127.0.0.1", "127.0.0.1", ELSEWHERE, False),
        ("127.0.0.1", "", "", False),
        (ELSEWHERE, "", "203.0.113.5", False),
    ],
)
async def test_a_proxy_that_nobody_named_is_told_of(
    fresh_postgres_dsn: str, peer: str, trusted: str, header: str, *, is_told: bool
) -> None:
    """A client that writes the header itself is limited as before, and is no proxy."""
    PROXY_NOT_TRUSTED.set(0)
    headers = {"x-forwarded-for": header} if header else {}
    async with intake_seen_by(fresh_postgres_dsn, peer, trusted_proxies=trusted) as intake:
        assert (await report(intake, **headers)).status_code == 202
        detail = (await intake.get("/ready")).json()["checks"]["limits"]["detail"]
    assert ("INTAKE_ABUSE_TRUSTED_PROXIES" in detail) is is_told
    assert REGISTRY.get_sample_value("vardkase_proxy_not_trusted") == is_told


async def test_behind_a_trusted_proxy_everybody_is_counted_apart(fresh_postgres_dsn: str) -> None:
    limits = {"address_burst": 1, "address_each_s": 3600, "challenge": False, "trusted_proxies": "127.0.0.1"}
    async with intake_seen_by(fresh_postgres_dsn, "127.0.0.1", **limits) as intake:
        codes = [
            (await report(intake, f"Klotter {n}.", **{"x-forwarded-for": who})).status_code
            for n, who in enumerate([ELSEWHERE, ELSEWHERE, "203.0.113.5"])
        ]
        assert codes == [202, 429, 202]


async def test_the_api_asks_for_work_only_above_its_limit_and_of_no_token(fresh_postgres_dsn: str) -> None:
    async with intake_seen_by(fresh_postgres_dsn, without_work_burst=2) as intake:
        assert [(await report(intake, t)).status_code for t in ("Klotter.", "Lampa.")] == [202, 202]
        asked = await report(intake, "Skräp.")
        assert (asked.status_code, asked.json()["challenge_url"]) == (429, "/api/v1/challenge")
        made = await solve(intake)
        assert (await report(intake, "Skräp.", **{"altcha-solution": made})).status_code == 202
        assert (await report(intake, "Något annat.", **{"altcha-solution": made})).status_code == 429
        guard = {"authorization": "Bearer guard-token-0123456789"}
        assert {(await report(intake, f"Rond {n}.", **guard)).status_code for n in range(5)} == {202}


async def test_a_token_has_a_limit_of_its_own(fresh_postgres_dsn: str) -> None:
    async with intake_seen_by(fresh_postgres_dsn, token_burst=2, token_each_s=3600) as intake:
        guard = {"authorization": "Bearer guard-token-0123456789"}
        assert [(await report(intake, f"Rond {n}.", **guard)).status_code for n in range(3)] == [
            202,
            202,
            429,
        ]
        assert (await report(intake)).status_code == 202


async def test_a_form_with_work_done_goes_on_at_once_and_a_solution_is_used_once(
    fresh_postgres_dsn: str, database: Database
) -> None:
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        made = await solve(intake)
        first, again = [await send_form(intake, altcha=made) for _ in range(2)]
        assert first.headers["location"] == again.headers["location"]
        assert (await count(database, "outbox"), await count(database, "quarantine")) == (1, 0)
        replayed = await send_form(intake, "Skräp vid vägen.", altcha=made)
        assert replayed.status_code == 303
    assert (await count(database, "outbox"), await count(database, "quarantine")) == (1, 1)


async def test_a_form_without_script_is_answered_and_goes_on_after_its_time(
    fresh_postgres_dsn: str, database: Database, pools: tuple[Pool, Pool]
) -> None:
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        sent = await send_form(intake)
        assert sent.status_code == 303
        assert "Mottagen" in (await intake.get(sent.headers["location"])).text
    assert await count(database, "outbox") == 0
    row = await database.fetchrow("SELECT * FROM quarantine")
    assert (row["state"], row["reasons"]) == ("held", ["no_work"])
    assert await abuse_jobs.release_due(pools[0], row["release_at"] - timedelta(seconds=1)) == 0
    assert await abuse_jobs.release_due(pools[0], row["release_at"]) == 1
    assert await count(database, "outbox") == 1


async def test_who_read_the_form_need_not_read_the_questions_as_long(
    fresh_postgres_dsn: str, database: Database
) -> None:
    read_for = timedelta(seconds=6)
    async with intake_seen_by(fresh_postgres_dsn, unscripted_burst=3) as intake:
        shown = stamp(KEY, datetime.now(UTC) - read_for)
        asked = await send_form(intake, step="", category="animal", shown=shown)
        assert "inte skickad än" in asked.text
        (carried,) = re.findall('name="shown" value="([^"]+)"', asked.text)
        assert carried == shown
        assert (await send_form(intake, category="animal", shown=carried)).status_code == 303
        made_up = await send_form(intake, step="", category="animal", shown="1.x", token="other")
        assert 'value="1.x"' not in made_up.text
        at_once = await send_form(intake, shown=stamp(KEY, datetime.now(UTC)), token="third")
        assert at_once.status_code == 303
    reasons = await database.fetch("SELECT reasons FROM quarantine")
    assert [row["reasons"] for row in reasons] == [["no_work", "too_fast"]]


async def test_a_few_forms_without_script_go_on_at_once_and_more_wait(
    fresh_postgres_dsn: str, database: Database
) -> None:
    few = {"unscripted_burst": 3}
    async with (
        intake_seen_by(fresh_postgres_dsn, **few) as one,
        intake_seen_by(fresh_postgres_dsn, **few) as two,
        intake_seen_by(fresh_postgres_dsn, "203.0.113.5", **few) as elsewhere,
    ):
        for number, process in enumerate((one, two, one, two)):
            sent = await send_form(process, f"Klotter på mur nummer {number}.", token=f"t{number}")
            assert sent.status_code == 303
        assert (await count(database, "outbox"), await count(database, "quarantine")) == (3, 1)
        await send_form(one, "Något låter konstigt i källaren.", token="unknown", danger="unknown")
        await send_form(one, "I lördags var det slagsmål här.", token="words")
        await send_form(elsewhere, token="elsewhere")
    assert await count(database, "outbox") == 6
    states = await database.fetch("SELECT state FROM quarantine ORDER BY state")
    assert [row["state"] for row in states] == ["held", "passed"]


async def test_a_flood_without_script_from_one_network_waits(
    fresh_postgres_dsn: str, database: Database
) -> None:
    for last in range(20):
        async with intake_seen_by(fresh_postgres_dsn, f"198.51.100.{last}", unscripted_burst=2) as intake:
            await send_form(intake, f"Klotter nummer {last}.", token=f"t{last}")
    assert (await count(database, "outbox"), await count(database, "quarantine")) == (10, 10)


async def test_what_tells_of_danger_is_never_held_and_is_marked(
    fresh_postgres_dsn: str, database: Database
) -> None:
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        await send_form(intake, "Det brinner i ett hus på Storgatan!", website="http://spam.example")
        await send_form(intake, "Något händer här.", danger="yes")
    assert await count(database, "outbox") == 2
    rows = await database.fetch("SELECT state, body FROM quarantine")
    assert {(row["state"], row["body"]) for row in rows} == {("passed", None)}


async def test_a_burst_is_held_for_a_person_and_others_go_on(
    fresh_postgres_dsn: str, database: Database
) -> None:
    spam = "Köp billiga klockor hos oss nu, fantastiska priser och snabb leverans till hela Sverige"
    async with intake_seen_by(fresh_postgres_dsn, challenge=False, alike_from_network=4) as intake:
        for number in range(12):
            assert (await report(intake, f"{spam} {number}")).status_code == 202
        assert (await report(intake)).status_code == 202
    held = await database.fetch("SELECT reasons, release_at, alike FROM quarantine")
    assert len(held) == 8
    assert {(*row["reasons"], row["release_at"]) for row in held} == {("burst", None)}
    assert len({row["alike"] for row in held}) == 1
    assert await count(database, "outbox") == 5


async def hold(dsn: str, number: int) -> None:
    async with intake_seen_by(dsn) as intake:
        for each in range(number):
            assert (
                await send_form(intake, f"Rapport nummer {each} om klotter.", token=str(each))
            ).status_code == 303


async def test_release_publishes_the_original_event_once_however_many_release_it(
    fresh_postgres_dsn: str, database: Database, pools: tuple[Pool, Pool]
) -> None:
    await hold(fresh_postgres_dsn, 20)
    before = {row["event_id"]: row for row in await database.fetch("SELECT * FROM quarantine")}
    ids = [row["report_id"] for row in before.values()]

    async def release(pool: Pool, some: list[Any]) -> list[Any]:
        async with pool.acquire() as connection:
            return await quarantine.release(connection, some, "anna")

    rounds = [release(pool, ids[::step]) for _ in range(4) for pool in pools for step in (1, -1)]
    released = [each for some in await asyncio.gather(*rounds) for each in some]
    assert sorted(released) == sorted(ids)
    sent = await database.fetch("SELECT * FROM outbox ORDER BY position")
    assert len(sent) == 20
    for row in sent:
        kept = before[row["event_id"]]
        assert (row["body"], row["headers"], row["key"]) == (kept["body"], kept["headers"], kept["key"])
        told = datetime.fromisoformat(orjson.loads(row["body"])["received_at"])
        assert told == kept["received_at"]
    assert (
        await database.fetchval("SELECT count(*) FROM quarantine WHERE state = 'released' AND body IS NULL")
        == 20
    )


async def test_what_is_rejected_stays_with_its_reason_and_can_still_be_released(
    fresh_postgres_dsn: str, database: Database
) -> None:
    await hold(fresh_postgres_dsn, 2)
    one, two = await quarantine.chosen(database, reason="no_work")
    assert await quarantine.reject(database, [one], "anna", "Reklam") == [one]
    assert await quarantine.reject(database, [one], "bo", "Igen") == []
    (shown,) = await quarantine.doubted(database, report_id=one)
    assert (shown.state, shown.note, shown.decided_by) == ("rejected", "Reklam", "anna")
    assert shown.text == "Rapport nummer 0 om klotter."
    assert await quarantine.chosen(database) == [two]
    assert await quarantine.release(database, [one], "bo") == [one]
    assert await count(database, "outbox") == 1


async def test_a_report_that_is_disposed_of_is_held_no_longer(
    fresh_postgres_dsn: str, database: Database
) -> None:
    await hold(fresh_postgres_dsn, 1)
    await database.execute("DELETE FROM report")
    assert await count(database, "quarantine") == 0


async def test_a_database_that_is_away_limits_nobody() -> None:
    async with create_pool(
        PostgresSettings(dsn=SecretStr("postgresql://nobody@127.0.0.1:1/nothing")), "intake"
    ) as pool:
        (answer,) = await Limiter(pool).charge([Charge(b"x", Limit(1, 1))])
        assert answer.is_admitted


async def test_what_is_no_longer_needed_is_forgotten(pools: tuple[Pool, Pool]) -> None:
    pool = pools[0]
    await Limiter(pool).charge([Charge(b"x", Limit(1, 60)), Charge(b"y", Limit(1, 60))])
    await pool.execute("UPDATE rate_bucket SET empty_at = now() - interval '1 second' WHERE subject = 'x'")
    await pool.execute("INSERT INTO address_salt VALUES ('2020-01-01', 'old')")
    await pool.execute("INSERT INTO solution_used VALUES ('d', 'u', now() - interval '1 second')")
    await abuse_jobs.forget(pool)
    assert [await count(pool, table) for table in ("rate_bucket", "address_salt", "solution_used")] == [
        1,
        0,
        0,
    ]


async def test_staff_see_release_and_reject_what_is_held_in_their_municipality(
    fresh_postgres_dsn: str, database: Database
) -> None:
    await hold(fresh_postgres_dsn, 3)
    now = datetime.now(UTC)
    secrets = {"1983": "staff-of-koping-0123456789", "1984": "staff-of-arboga-0123456789"}
    for place, secret in secrets.items():
        await insert_token(
            database,
            secret=secret,
            name=place,
            municipality=place,
            scopes=["quarantine"],
            now=now,
            expires_at=None,
        )
    koping, arboga = ({"authorization": f"Bearer {secret}"} for secret in secrets.values())
    path = "/api/v1/quarantine"
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        assert (await intake.get(path)).status_code == 401
        guard = {"authorization": "Bearer guard-token-0123456789"}
        assert (await intake.get(path, headers=guard)).status_code == 403
        assert (await intake.get(path, headers=arboga)).json() == {"reports": [], "next": None}
        listed = (await intake.get(path, headers=koping)).json()["reports"]
        ids = [each["report_id"] for each in listed]
        assert (len(ids), listed[0]["reasons"], listed[0]["state"]) == (3, ["no_work"], "held")
        other = await intake.post(f"{path}/release", json={"ids": ids}, headers=arboga)
        assert other.json() == {"ids": []}
        released = await intake.post(f"{path}/release", json={"ids": ids[:1]}, headers=koping)
        again = await intake.post(f"{path}/release", json={"ids": ids[:1]}, headers=koping)
        assert (released.json(), again.json()) == ({"ids": ids[:1]}, {"ids": []})
        rejected = await intake.post(f"{path}/reject", json={"ids": ids, "reason": "Reklam"}, headers=koping)
        assert sorted(rejected.json()["ids"]) == sorted(ids[1:])
        for wrong in (
            {},
            {"ids": []},
            {"ids": ["x"]},
            {"ids": ids, "reason": ""},
            {"ids": ids, "reason": "\0"},
        ):
            answer = await intake.post(f"{path}/reject", json=wrong, headers=koping)
            assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert await count(database, "outbox") == 1


async def code_of_held(intake: httpx.AsyncClient, **fields: str) -> str:
    sent = await send_form(intake, altcha=await solve(intake), **fields)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].split("/")[2].partition("?")[0]


@pytest.mark.parametrize(("state", "reason"), [("held", "follows_held"), ("rejected", "follows_doubted")])
@pytest.mark.parametrize("said", [{"relation": "still_on"}, {"text": "De köper och säljer."}])
async def test_what_is_held_back_is_not_told_by_adding_to_it(
    fresh_postgres_dsn: str, database: Database, state: str, reason: str, said: dict[str, str]
) -> None:
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        code = await code_of_held(intake, website="filled")
        await database.execute("UPDATE quarantine SET state = $1", state)
        added = await intake.post(f"/follow/{code}/add?lang=sv", data={"token": "a", **said})
        assert added.status_code == 303
        assert await count(database, "outbox") == 0
        rows = await database.fetch("SELECT reasons, body, release_at FROM quarantine ORDER BY received_at")
        assert rows[1]["reasons"] == [reason]
        assert CALM.encode() not in rows[1]["body"]
        assert (rows[1]["release_at"] is None) is (reason == "follows_doubted")


async def test_danger_told_in_an_addition_goes_on_without_the_words_that_are_held_back(
    fresh_postgres_dsn: str, database: Database
) -> None:
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        code = await code_of_held(intake, website="filled")
        await database.execute("UPDATE quarantine SET state = 'rejected'")
        await intake.post(
            f"/follow/{code}/add?lang=sv", data={"token": "a", "text": "Nu brinner det i huset!"}
        )
        (body,) = [row["body"] for row in await database.fetch("SELECT body FROM outbox")]
        assert "Nu brinner det i huset!" in body.decode()
        assert CALM.encode() not in body
