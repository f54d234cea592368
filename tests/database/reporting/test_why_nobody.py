"""Why nobody was alerted stands with the incident until somebody is, whichever is heard of first."""

from itertools import permutations

import pytest

from tests.support.picture_events import (
    NOW,
    delivery_changed,
    incident_changed,
    incident_id,
    not_alerted_changed,
)

THEFT = incident_changed("theft", category="theft")
WHY = not_alerted_changed("theft")
OVER = not_alerted_changed("theft", revision=2, reason=None, age_s=None, limit_s=None, at=NOW)


async def shown(staff):
    return (await staff.get(f"/api/v1/incidents/{incident_id('theft')}")).json()["not_alerted"]


async def test_the_incident_says_why_nobody_was_alerted(town, staff):
    await town.hears(THEFT)
    assert await shown(staff) is None
    await town.hears(WHY)
    assert await shown(staff) == {
        "reason": "told_late", "age_s": 2_678_400, "limit_s": 86_400, "at": "2026-11-23T08:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("order", list(permutations([THEFT, WHY, OVER])))
async def test_it_is_over_when_the_notifier_says_so_in_any_order(town, staff, order):
    for event in order:
        await town.hears(event)
    assert await shown(staff) is None


@pytest.mark.parametrize(
    "order", list(permutations([THEFT, WHY, delivery_changed("d", "theft", status="pending")]))
)
async def test_an_alert_that_followed_replaces_it_in_any_order(town, staff, order):
    for event in order:
        await town.hears(event)
    assert await shown(staff) is None


async def test_an_older_reason_never_replaces_a_newer_one(town, staff):
    await town.hears(
        THEFT, not_alerted_changed("theft", revision=3, reason="withdrawn", age_s=None, limit_s=None)
    )
    await town.hears(WHY)
    assert (await shown(staff))["reason"] == "withdrawn"
