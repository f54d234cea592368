"""Open311 on a real database: what is taken in, what is shown, and to whom."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from services.intake import store
from services.intake.domain.open311.privacy import NEVER_TOLD
from shared.events import FollowStatus, ReportStatusChanged
from tests.database.intake.conftest import running_intake
from tests.support.open311 import BASE, GRAFFITI, assert_faults, get, make_key, post_request

Database = Any


async def posted(intake: httpx.AsyncClient, key: str, **fields: str) -> str:
    answer = await post_request(intake, key, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["service_request_id"])


async def listed(intake: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await get(intake, "requests.json", **query)
    assert answer.status_code == 200, answer.text
    return [row["service_request_id"] for row in answer.json()]


async def change(database: Database, report_id: str, status: FollowStatus, **more: Any) -> None:
    at = more.pop("at", datetime.now(UTC))
    news = ReportStatusChanged(municipality="1983", report_id=UUID(report_id), status=status, at=at, **more)
    await store.insert_statuses(database, [news])


async def test_a_request_is_a_report_with_its_event(intake: httpx.AsyncClient, database: Database) -> None:
    key = await make_key(database)
    report_id = await posted(
        intake,
        key,
        address_string="Järnvägsgatan 3",
        email="kim@exempel.se",
        first_name="Kim",
        last_name="Exempel",
        phone="070-174 06 05",
        **{"attribute[ongoing]": "yes", "attribute[damage]": "graffiti", "attribute[own]": "Seventeen"},
    )
    row = await database.fetchrow("SELECT * FROM report")
    assert (str(row["id"]), row["source"], row["category_hint"]) == (report_id, "citizen", "vandalism")
    told = orjson.loads(await database.fetchval("SELECT body FROM outbox"))
    assert told["report_id"] == report_id
    assert told["text"].splitlines()[::2] == [
        "Klotter på muren bakom stationen, ring [telefonnummer].",
        "Det pågår nu.",
        "Skadan är klotter.",
    ]
    assert orjson.loads(await database.fetchval("SELECT answers FROM form_report")) == {"damage": "graffiti"}
    assert told["place_text"] == "Järnvägsgatan 3"
    assert (told["point"]["lat"], told["point"]["lon"]) == (59.51168, 15.99533)
    assert await database.fetchval("SELECT count(*) FROM contact") == 1
    assert not {"Kim", "kim@exempel.se"} & set(str(told).replace("'", " ").split())
    kept = str(dict(await database.fetchrow("SELECT * FROM open311_request")))
    assert "174 06 05" not in kept
    assert "Seventeen" not in kept


async def test_a_guards_key_discovers_and_a_citizens_service_reports(
    intake: httpx.AsyncClient, database: Database
) -> None:
    guards = await make_key(database, "open311:1983", "report:guard", name="guards")
    await posted(intake, guards)
    await posted(intake, await make_key(database))
    rows = await database.fetch("SELECT source FROM report ORDER BY received_at")
    assert [row["source"] for row in rows] == ["guard", "citizen"]


async def test_a_key_sees_its_own_requests_and_nobody_elses(
    intake: httpx.AsyncClient, database: Database
) -> None:
    mine, theirs = await make_key(database), await make_key(database, name="Another")
    first, second = await posted(intake, mine), await posted(intake, theirs)
    assert await listed(intake, api_key=mine) == [first]
    assert await listed(intake, api_key=theirs) == [second]
    assert await listed(intake) == []
    own = await get(intake, f"tokens/{first}.json", api_key=mine)
    assert own.json() == [{"service_request_id": first, "token": first}]


async def test_who_knows_an_identifier_sees_the_status_and_neither_words_nor_place(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key, other = await make_key(database), await make_key(database, name="Another")
    report_id = await posted(intake, key, address_string="Storgatan 1")
    await change(database, report_id, FollowStatus.CLOSED, note="Målat över av Kim.")
    for query in ({}, {"api_key": other}):
        one = await get(intake, f"requests/{report_id}.json", **query)
        several = await get(intake, "requests.json", service_request_id=f"{report_id},{uuid4()}", **query)
        assert one.json() == several.json()
        shown = one.json()[0]
        assert (shown["status"], shown["service_code"]) == ("closed", "vandalism")
        hidden = ("description", "address", "address_id", "lat", "long", "media_url")
        assert {field: shown[field] for field in hidden} == dict.fromkeys(hidden)
        assert "Kim" not in shown["status_notes"]
    grave = await posted(intake, key, service_code="violence")
    guards = await make_key(database, "open311:1983", "report:guard", name="guards")
    discovered = await posted(intake, guards)
    for unseen in (grave, discovered, str(uuid4())):
        assert_faults(await get(intake, f"requests/{unseen}.json"), 404, "service_request_id")
        assert_faults(await get(intake, f"tokens/{unseen}.json", api_key=other), 404, "token")
        assert (await get(intake, "requests.json", service_request_id=unseen)).json() == []


async def test_what_is_shown_is_redacted_and_the_place_is_rounded(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    report_id = await posted(
        intake, key, address_string="Storgatan 1, 070-174 06 05", email="kim@exempel.se", first_name="Kim"
    )
    shown = (await get(intake, f"requests/{report_id}.json", api_key=key)).json()[0]
    assert shown["description"] == "Klotter på muren bakom stationen, ring [telefonnummer]."
    assert shown["address"] == "Storgatan 1, [telefonnummer]"
    assert (shown["lat"], shown["long"]) == (59.512, 15.995)
    assert "kim" not in orjson.dumps(shown).decode().lower()


@pytest.mark.parametrize("service_code", sorted(NEVER_TOLD))
async def test_what_is_said_of_grave_things_is_not_given_back(
    intake: httpx.AsyncClient, database: Database, service_code: str
) -> None:
    key = await make_key(database)
    await posted(
        intake, key, service_code=service_code, address_string="Storgatan 1", media_url="http://a.se/b"
    )
    shown = (await get(intake, "requests.json", api_key=key)).json()[0]
    assert (shown["description"], shown["address"], shown["media_url"]) == (None, None, None)


async def test_what_a_municipality_opens_is_listed_for_all_without_its_words(
    fresh_postgres_dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn, open311_open_to_all=["vandalism"]) as intake:
        key = await make_key(database)
        opened = await posted(
            intake, key, address_string="Storgatan 1", address_id="77", media_url="http://a.se/b"
        )
        await posted(intake, key, service_code="theft")
        guards = await make_key(database, "open311:1983", "report:guard", name="guards")
        await posted(intake, guards)
        await intake.post("/api/v1/reports", json={"text": "Klotter", "category": "vandalism"})
        assert await listed(intake) == [opened]
        await change(database, opened, FollowStatus.CLOSED, note="Kim Exempel har målat över.")
        shown = (await get(intake, f"requests/{opened}.json")).json()[0]
        updates = (await get(intake, "servicerequestupdates.json")).json()
    hidden = ("description", "address", "address_id", "media_url")
    assert {field: shown[field] for field in hidden} == dict.fromkeys(hidden)
    assert (shown["status"], shown["lat"], shown["service_name"]) == (
        "closed",
        59.512,
        "Skadegörelse eller klotter",
    )
    assert len(updates) == 1
    assert "Kim" not in orjson.dumps([shown, updates]).decode()


async def test_a_key_that_may_read_lists_others_requests_without_their_words(
    intake: httpx.AsyncClient, database: Database
) -> None:
    sender, reader = await make_key(database), await make_key(database, "open311:1983", "read", name="Map")
    fire = await posted(intake, sender, service_code="fire")
    await posted(intake, sender, service_code="sexual_offence")
    await posted(intake, sender, service_code="other")
    answer = (await get(intake, "requests.json", api_key=reader)).json()
    assert [(row["service_request_id"], row["description"]) for row in answer] == [(fire, None)]


async def test_a_key_is_for_its_jurisdiction_alone(
    fresh_postgres_dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    jurisdictions = {"koping.se": "1983", "arboga.se": "1984"}
    async with running_intake(fresh_postgres_dsn, open311_jurisdictions=jurisdictions) as intake:
        koping = await make_key(database, "open311:koping.se")
        arboga = await make_key(database, "open311:arboga.se", name="Arboga", municipality="1984")
        stray = await make_key(database, "open311:arboga.se", name="Stray", municipality="1983")
        assert_faults(await post_request(intake, koping, jurisdiction_id="arboga.se"), 403)
        assert_faults(await post_request(intake, koping, jurisdiction_id="nowhere"), 404, "jurisdiction_id")
        assert_faults(await post_request(intake, stray, jurisdiction_id="arboga.se"), 403)
        assert_faults(await get(intake, "services.json"), 400, "jurisdiction_id")
        assert_faults(await get(intake, "requests.json", jurisdiction_id="arboga.se", api_key=koping), 403)
        mine = await posted(intake, koping, jurisdiction_id="")
        theirs = await posted(intake, arboga, jurisdiction_id="arboga.se")
        assert await listed(intake, jurisdiction_id="koping.se", api_key=koping) == [mine]
        assert await listed(intake, api_key=arboga) == [theirs]
    rows = await database.fetch("SELECT municipality FROM report ORDER BY received_at")
    assert [row["municipality"] for row in rows] == ["1983", "1984"]


async def test_only_a_key_of_this_interface_posts(intake: httpx.AsyncClient, database: Database) -> None:
    guards = await make_key(database, "report:guard", name="guards")
    for key in (guards, "unknown", "x" * 300, ""):
        assert_faults(await post_request(intake, key), 403, "api_key")
    assert await database.fetchval("SELECT count(*) FROM report") == 0


async def test_the_key_may_come_in_the_query_or_a_header(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    query = {"api_key": key, "jurisdiction_id": "1983"}
    in_query = await intake.post(f"{BASE}/requests.json", data=dict(GRAFFITI), params=query)
    header = {"Authorization": f"Bearer {key}"}
    in_header = await intake.post(f"{BASE}/requests.json", data=dict(GRAFFITI), headers=header)
    assert (in_query.status_code, in_header.status_code) == (200, 200)


async def test_parts_are_read_like_a_form(intake: httpx.AsyncClient, database: Database) -> None:
    key = await make_key(database)
    fields = {name: (None, value) for name, value in {**GRAFFITI, "api_key": key}.items()}
    assert (await intake.post(f"{BASE}/requests.xml", files=fields)).status_code == 200


async def test_swedish_letters_come_through_from_clients_that_do_not_write_utf_8(
    intake: httpx.AsyncClient, database: Database
) -> None:
    form = {**GRAFFITI, "api_key": await make_key(database), "description": "Klotter på bron"}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for encoding in ("latin-1", "utf-8"):
        body = urlencode(form, encoding=encoding)
        sent = await intake.post(f"{BASE}/requests.json", content=body, headers=kind)
        assert sent.status_code == 200, sent.text
    texts = await database.fetch("SELECT DISTINCT description FROM open311_request")
    assert [row["description"] for row in texts] == ["Klotter på bron"]


async def test_all_that_is_wrong_is_told_at_once(intake: httpx.AsyncClient, database: Database) -> None:
    key = await make_key(database)
    wrong = await post_request(
        intake,
        key,
        lat="north",
        email="kim",
        phone="x",
        media_url="ftp://a",
        **{"attribute[ongoing]": "maybe"},
    )
    assert_faults(wrong, 400, "lat", "email", "phone", "media_url", "attribute[ongoing]")
    nothing = await intake.post(f"{BASE}/requests.json", data={"api_key": key})
    assert_faults(nothing, 400, "service_code was not provided", "location")
    assert_faults(await post_request(intake, key, service_code="pothole"), 404, "service_code")
    assert_faults(await post_request(intake, key, lat="91"), 400, "lat")
    assert_faults(await post_request(intake, key, long=""), 400, "lat and long")
    assert_faults(await post_request(intake, key, description="å" * 9801), 400, "description")
    assert_faults(await post_request(intake, key, **{"attribute[occurred_at]": "2099-01-01"}), 400, "time")
    assert await database.fetchval("SELECT count(*) FROM report") == 0


async def test_an_address_alone_is_a_place_and_a_service_alone_is_a_text(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    await posted(intake, key, lat="", long="", address_id="#NOTPINPOINTED#", description="")
    told = orjson.loads(await database.fetchval("SELECT body FROM outbox"))
    assert (told["text"], told.get("point"), told.get("place_text")) == (
        "Skadegörelse eller klotter.",
        None,
        None,
    )


async def test_the_same_idempotency_key_and_form_get_the_same_answer(
    intake: httpx.AsyncClient, database: Database
) -> None:
    form = {**GRAFFITI, "api_key": await make_key(database)}
    header = {"Idempotency-Key": "k-1"}
    answers = [await intake.post(f"{BASE}/requests.json", data=form, headers=header) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    other = await intake.post(f"{BASE}/requests.json", data={**form, "lat": "59.6"}, headers=header)
    assert_faults(other, 400)
    assert await database.fetchval("SELECT count(*) FROM report") == 1


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_what_an_address_does_not_take_is_told_in_the_format_it_ends_in(
    intake: httpx.AsyncClient, form: str
) -> None:
    answer = await intake.put(f"{BASE}/requests.{form}")
    assert answer.status_code == 405
    assert form in answer.headers["content-type"]


async def test_requests_posted_together_are_each_stored_once(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    ids = await asyncio.gather(
        *[posted(intake, key, description=f"Klotter {number}") for number in range(60)]
    )
    assert set(await listed(intake, api_key=key)) == set(ids)
    assert await database.fetchval("SELECT count(*) FROM outbox") == 60


async def test_requests_are_found_by_service_status_time_and_id(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    old, fire, theft = [
        await posted(intake, key, service_code=code) for code in ("vandalism", "fire", "theft")
    ]
    long_ago = datetime.now(UTC) - timedelta(days=100)
    await database.execute(
        "UPDATE open311_request SET requested_at = $1 WHERE report_id = $2", long_ago, UUID(old)
    )
    await change(database, fire, FollowStatus.ASSESSED)
    await change(database, fire, FollowStatus.CLOSED)
    assert await listed(intake, api_key=key) == [theft, fire]
    assert await listed(intake, api_key=key, service_code="theft,vandalism") == [theft]
    assert await listed(intake, api_key=key, status="closed") == [fire]
    assert await listed(intake, api_key=key, status="open") == [theft]
    assert await listed(intake, api_key=key, status="open,closed") == [theft, fire]
    assert await listed(intake, api_key=key, page_size="1", page="2") == [fire]
    start, end = (long_ago + timedelta(hours=hours) for hours in (-1, 1))
    assert await listed(intake, api_key=key, start_date=start.isoformat(), end_date=end.isoformat()) == [old]
    assert await listed(
        intake, api_key=key, service_request_id=f"{old}, {theft},nonsense", status="closed"
    ) == [theft, old]
    updated = datetime.now(UTC) - timedelta(minutes=5)
    assert await listed(intake, api_key=key, updated_after=updated.isoformat(), status="closed") == [fire]
    assert await listed(intake, api_key=key, updated_before=updated.isoformat()) == []


async def test_steps_are_updates_with_identifiers_that_stay(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    report_id = await posted(intake, key)
    at = datetime.now(UTC).replace(microsecond=0)
    await change(database, report_id, FollowStatus.PASSED_ON, at=at)
    await change(database, report_id, FollowStatus.CLOSED, at=at + timedelta(seconds=1), note="Målat över.")
    first = (await get(intake, "servicerequestupdates.json", api_key=key)).json()
    assert [(row["status"], row["service_request_id"]) for row in first] == [
        ("INTERNAL_REFERRAL", report_id),
        ("CLOSED", report_id),
    ]
    assert first[1]["description"].endswith("\n\nMålat över.")
    assert datetime.fromisoformat(first[0]["updated_datetime"]) >= at
    assert (await get(intake, "servicerequestupdates.json", api_key=key)).json() == first
    before = (at - timedelta(hours=1)).isoformat()
    none = await get(intake, "servicerequestupdates.json", api_key=key, start_date=before, end_date=before)
    assert none.json() == []


async def test_word_about_a_request_is_a_report_of_its_own_told_once(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    report_id = await posted(intake, key)
    word = {
        "api_key": key,
        "service_request_id": report_id,
        "update_id": "4711",
        "updated_datetime": datetime.now(UTC).isoformat(),
        "status": "FIXED",
        "description": "Borta nu. 070-174 06 05",
    }
    url = f"{BASE}/servicerequestupdates.json"
    answers = [await intake.post(url, data=word) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1, answers[0].text
    update_id = answers[0].json()[0]["update_id"]
    assert update_id != report_id
    told = orjson.loads(await database.fetchval("SELECT body FROM outbox ORDER BY position DESC LIMIT 1"))
    assert told["report_id"] == update_id
    assert told["text"].startswith("Borta nu. [telefonnummer]\n\nRapportören uppger")
    assert told["text"].endswith(
        "Den tidigare rapporten: Klotter på muren bakom stationen, ring [telefonnummer]."
    )
    assert told["follows"] == report_id
    assert told["point"]["lat"] == 59.51168
    assert await listed(intake, api_key=key) == [report_id]
    assert_faults(await get(intake, f"requests/{update_id}.json", api_key=key), 404)
    stranger = await make_key(database, name="Another")
    assert_faults(await intake.post(url, data={**word, "api_key": stranger}), 404, "service_request_id")
    assert_faults(await intake.post(url, data={**word, "service_request_id": ""}), 400, "service_request_id")
    assert_faults(
        await intake.post(url, data={"api_key": key, "service_request_id": report_id}), 400, "description"
    )
    assert_faults(await intake.post(url, data={**word, "api_key": ""}), 403)


async def test_more_than_a_token_may_send_is_told_in_the_specifications_form(
    fresh_postgres_dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    limits = {"NEVER_LIMITED": "", "TOKEN_BURST": "2", "TOKEN_EACH_S": "3600"}
    for name, value in limits.items():
        monkeypatch.setenv(f"INTAKE_ABUSE_{name}", value)
    async with running_intake(fresh_postgres_dsn) as intake:
        key = await make_key(database)
        answers = [await post_request(intake, key, description=f"Klotter {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_faults(answers[2], 429, "Nothing was stored")
    assert int(answers[2].headers["retry-after"]) > 0


async def test_what_is_disposed_of_is_gone_here_too(intake: httpx.AsyncClient, database: Database) -> None:
    key = await make_key(database)
    report_id = await posted(intake, key)
    await database.execute("DELETE FROM report")
    assert_faults(await get(intake, f"requests/{report_id}.json", api_key=key), 404)
    assert await database.fetchval("SELECT count(*) FROM open311_request") == 0


async def test_without_the_database_a_client_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake("postgresql://127.0.0.1:1/nothing") as intake:
        assert (await get(intake, "services.json")).status_code == 200
        for answer in (await get(intake, "requests.json"), await post_request(intake, "k" * 40)):
            assert_faults(answer, 503)
            assert answer.headers["retry-after"] == "5"


async def test_the_same_request_sent_again_is_the_same_and_another_one_is_not(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key, other = await make_key(database), await make_key(database, name="Another")
    first = await posted(intake, key)
    assert await posted(intake, key) == first
    assert await posted(intake, key, lat="59.51169") != first
    assert await posted(intake, other) != first
    named = {"attribute[fixmystreet_id]": "7"}
    seventh = await posted(intake, key, description="Klotter, https://fms.se/report/7", **named)
    again = await posted(intake, key, description="Klotter, https://fms.se/report/7 (rättat)", **named)
    assert again == seventh
    assert await posted(intake, key, service_code="fire", **named) != seventh
    assert await posted(intake, key, **{"attribute[fixmystreet_id]": "8"}) not in {first, seventh}


@pytest.mark.parametrize(("lat", "long"), [("0", "0"), ("15.99533", "59.51168"), ("-33.9", "18.4")])
async def test_a_place_that_is_not_in_sweden_is_refused(
    intake: httpx.AsyncClient, database: Database, lat: str, long: str
) -> None:
    assert_faults(
        await post_request(intake, await make_key(database), lat=lat, long=long), 400, "not in Sweden"
    )


async def test_what_was_done_before_the_request_came_holds_for_it_and_is_news(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    asked_last = datetime.now(UTC)
    report_id = await posted(intake, key)
    await change(database, report_id, FollowStatus.PASSED_ON, at=asked_last - timedelta(hours=2))
    await change(database, report_id, FollowStatus.ASSESSED)
    row = (await get(intake, f"requests/{report_id}.json", api_key=key)).json()[0]
    assert row["status_notes"].startswith("Vidarebefordrad.")
    since = {"api_key": key, "start_date": asked_last.isoformat()}
    updates = (await get(intake, "servicerequestupdates.json", **since)).json()
    assert sorted(each["status"] for each in updates) == ["INTERNAL_REFERRAL", "INVESTIGATING"]
    assert await listed(intake, api_key=key, updated_after=asked_last.isoformat()) == [report_id]
