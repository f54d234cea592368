from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from shared.events import Receipt
from tests.support.incidents import NOON, incident
from tests.support.notifier import NotifierForTests


def receipt(alert_id: UUID, status: str = "seen", **changes: Any) -> Receipt:
    return Receipt.model_validate(
        {
            "municipality": "1983",
            "receipt_id": uuid4(),
            "alert_id": alert_id,
            "agency": "police",
            "status": status,
            "at": NOON,
        }
        | changes
    )


async def refusals(notifier: NotifierForTests) -> list[str | None]:
    return [
        row["refused"]
        for row in await notifier.pool.fetch("SELECT refused FROM receipt ORDER BY recorded_at")
    ]


async def test_a_receipt_is_carried_by_the_delivery_and_published(notifier: NotifierForTests):
    await notifier.take(incident())
    await notifier.take(receipt(await notifier.alert_id("police"), "accepted"))
    assert await notifier.deliveries() == {"police": "accepted", "security": "pending"}
    changed = [orjson.loads(row["body"]) for row in await notifier.outbox("delivery.changed.v1")]
    assert [(each["agency"], each["status"]) for each in changed] == [("police", "accepted")]


async def test_the_same_receipt_twice_is_one_receipt(notifier: NotifierForTests):
    await notifier.take(incident())
    same = receipt(await notifier.alert_id("police"))
    await notifier.take(same)
    await notifier.take(same, same)
    assert await refusals(notifier) == [None]
    assert len(await notifier.outbox("delivery.changed.v1")) == 1


async def test_seen_after_accepted_takes_nothing_back(notifier: NotifierForTests):
    await notifier.take(incident())
    alert_id = await notifier.alert_id("police")
    await notifier.take(
        receipt(alert_id, "accepted"), receipt(alert_id, "seen", at=NOON + timedelta(hours=1))
    )
    assert (await notifier.deliveries())["police"] == "accepted"


async def test_a_receipt_of_another_agency_is_kept_and_has_no_effect(notifier: NotifierForTests):
    await notifier.take(incident())
    await notifier.take(receipt(await notifier.alert_id("police"), agency="school"))
    assert (await notifier.deliveries())["police"] == "pending"
    assert await refusals(notifier) == ["the alert was for another agency"]


async def test_a_receipt_of_an_unknown_alert_stops_nothing(notifier: NotifierForTests):
    await notifier.take(incident())
    await notifier.take(receipt(uuid4()), receipt(await notifier.alert_id("police")))
    assert (await notifier.deliveries())["police"] == "seen"
    assert sorted(map(str, await refusals(notifier))) == ["None", "unknown alert"]


async def test_an_incident_and_the_receipt_of_its_alert_may_come_in_one_batch(notifier: NotifierForTests):
    await notifier.take(incident())
    await notifier.take(incident(revision=2, severity=3), receipt(await notifier.alert_id("police")))
    statuses = await notifier.pool.fetch(
        "SELECT revision, status FROM delivery WHERE agency = 'police' ORDER BY revision"
    )
    assert [tuple(row) for row in statuses] == [(1, "seen"), (2, "pending")]
