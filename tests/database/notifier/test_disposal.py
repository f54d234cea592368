"""What is gone is quoted no more, and who was told of an incident that was taken back hears of it at once, once."""

from typing import Any

import orjson

from services.notifier.domain.wording import TAKEN_BACK, TEXT_GONE
from shared.events import IncidentChanged, Location, Precision
from tests.support.incidents import incident
from tests.support.marker import where_it_stands
from tests.support.notifier import NotifierForTests

QUOTED = {"summary": "Zyxvut hotade mig", "reasons": ("ord: Zyxvut",)}
NOWHERE = Location(precision=Precision.MUNICIPALITY, name="Köping", municipality="1983")


def taken_back(**given: Any) -> IncidentChanged:
    values = {
        "revision": 2,
        "change": "disposed",
        "summary": "Återtagen av den som rapporterade.",
        "reasons": (),
        "location": NOWHERE,
        "disposed_reports": 1,
        "withdrawn": True,
    }
    return incident(**(values | given))


async def words_left(notifier: NotifierForTests) -> list[str]:
    async with notifier.pool.acquire() as connection:
        return await where_it_stands(connection, "Zyxvut")


async def test_who_was_told_hears_at_once_that_it_was_taken_back(notifier: NotifierForTests) -> None:
    await notifier.take(incident(**QUOTED))
    await notifier.take(taken_back())
    await notifier.take(taken_back(revision=3))
    assert sorted(await notifier.alerts()) == [
        ("police", "correction", 2),
        ("police", "new", 1),
        ("security", "correction", 2),
        ("security", "new", 1),
    ]
    last = orjson.loads((await notifier.outbox("alert.police.v1"))[-1]["body"])
    assert (last["summary"], last["location"]["precision"]) == (TAKEN_BACK, "municipality")


async def test_no_alert_that_is_kept_or_waits_quotes_it_any_more(notifier: NotifierForTests) -> None:
    await notifier.take(incident(**QUOTED))
    assert await words_left(notifier) != []
    await notifier.take(taken_back())
    assert await words_left(notifier) == []
    waiting = [orjson.loads(each["body"])["summary"] for each in await notifier.outbox("alert.police.v1")]
    assert waiting == [TEXT_GONE, TAKEN_BACK]


async def test_a_disposal_that_was_not_seen_itself_is_known_by_a_later_state(
    notifier: NotifierForTests,
) -> None:
    await notifier.take(incident(**QUOTED))
    still = {"withdrawn": False, "location": incident().location, "summary": "Någon annan såg ett hot"}
    await notifier.take(taken_back(revision=7, change="report_linked", **still))
    assert await words_left(notifier) == []
    assert await notifier.alerts() == [("police", "new", 1), ("security", "new", 1)]


async def test_an_alert_written_after_a_disposal_keeps_its_words(notifier: NotifierForTests) -> None:
    still = {"withdrawn": False, "location": incident().location, "summary": "Någon annan såg ett hot"}
    await notifier.take(taken_back(**still))
    await notifier.take(taken_back(revision=3, **still))
    [alert] = await notifier.outbox("alert.police.v1")
    assert orjson.loads(alert["body"])["summary"] == "Någon annan såg ett hot"
    bodies = await notifier.pool.fetch("SELECT body FROM alert")
    assert {row["body"]["summary"] for row in bodies} == {"Någon annan såg ett hot"}


async def test_nobody_is_told_of_an_incident_that_was_taken_back_before_they_were(
    notifier: NotifierForTests,
) -> None:
    await notifier.take(taken_back())
    assert await notifier.alerts() == []
