"""Lists that are longer than a page, and bodies with a field that nobody knows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.support.picture_events import NOW, incident_changed, incident_id

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")


async def pages(staff: httpx.AsyncClient, address: str, limit: int) -> AsyncIterator[httpx.Response]:
    """As the header `Link` leads."""
    answer = await staff.get(address, params={"limit": limit})
    while True:
        assert answer.status_code == 200, answer.text
        yield answer
        if "next" not in answer.links:
            return
        answer = await staff.get(answer.links["next"]["url"])


async def test_incidents_are_on_one_page_each_whatever_comes_between(town: Any, staff: Any) -> None:
    # Some in the same moment: the identifier decides then.
    names = [f"incident {number}" for number in range(7)]
    for number, name in enumerate(names):
        at = NOW - timedelta(hours=1 + number // 3)
        await town.hears(incident_changed(name, first_occurred_at=at, last_occurred_at=at))
    seen: list[str] = []
    async for page in pages(staff, "/api/v1/incidents", limit=2):
        seen += [each["incident_id"] for each in page.json()["incidents"]]
        assert (page.json()["next"] is None) == ("next" not in page.links)
        if len(seen) == 2:
            await town.hears(incident_changed("latest", at=NOW - timedelta(minutes=1)))
    assert sorted(seen) == sorted(str(incident_id(name)) for name in names)
    whole = (await staff.get("/api/v1/incidents")).json()
    assert whole["next"] is None
    assert [each["incident_id"] for each in whole["incidents"]][1:] == seen


async def test_features_come_whole_or_in_pages(town: Any, staff: Any) -> None:
    for number in range(5):
        await town.hears(incident_changed(f"incident {number}"))
    address = "/api/v1/incidents.geojson"
    whole = (await staff.get(address)).json()["features"]
    paged = [feature async for page in pages(staff, address, 2) for feature in page.json()["features"]]
    assert paged == whole
    assert len(whole) == 5


async def test_a_verdict_moves_no_claim_to_another_page(town: Any, staff: Any) -> None:
    opened = []
    for number in range(5):
        town.now = NOW + timedelta(minutes=number // 2)
        claim = (await staff.post("/api/v1/claims", json={"statement": f"Det sägs {number}."})).json()
        opened.append(claim["claim_id"])
    town.now = NOW + timedelta(hours=1)
    seen: list[str] = []
    async for page in pages(staff, "/api/v1/claims", limit=2):
        seen += [each["claim_id"] for each in page.json()]
        verdict = {"verdict": "under_review"}
        await staff.post(f"/api/v1/claims/{opened[0]}/verdict", json=verdict)
    assert sorted(seen) == sorted(opened)
    assert seen[-1] in opened[:2]


async def test_editions_lead_to_the_earlier_ones(staff: Any) -> None:
    for _ in range(3):
        assert (await staff.post("/api/v1/situation-reports", json={"days": 1})).status_code == 201
    numbers = [
        [each["number"] for each in page.json()]
        async for page in pages(staff, "/api/v1/situation-reports", limit=2)
    ]
    assert numbers == [[3, 2], [1]]


async def test_a_page_that_got_a_next_one_is_not_the_same_page(town: Any, staff: Any) -> None:
    await town.hears(incident_changed("first"))
    address, ask = "/api/v1/incidents.geojson", {"limit": 1}
    alone = await staff.get(address, params=ask)
    await town.hears(incident_changed("earlier", first_occurred_at=NOW - timedelta(days=1)))
    again = await staff.get(address, params=ask, headers={"if-none-match": alone.headers["etag"]})
    assert (again.status_code, again.content) == (200, alone.content)


@pytest.mark.parametrize("cursor", ["x", "!!", "AAAA", "å", "OTk5OTk5OTk5OTk5"])
@pytest.mark.parametrize("address", ["incidents", "incidents.geojson", "claims", "situation-reports"])
async def test_a_made_up_cursor_is_refused(staff: Any, address: str, cursor: str) -> None:
    answer = await staff.get(f"/api/v1/{address}", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-cursor")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("claims", {"statement": "Det sägs att det brinner."}),
        (f"claims/{NOBODYS}/verdict", {"verdict": "under_review"}),
        ("situation-reports", {"days": 1}),
        (f"reports/{NOBODYS}/correction", {"severity": 2}),
        (f"incidents/{NOBODYS}/correction", {"severity": 2}),
        ("questions/preview", {"text": "Pågår det?"}),
        (f"reports/{NOBODYS}/questions", {"text": "Pågår det?"}),
        (f"incidents/{NOBODYS}/steps", {"status": "measure_taken"}),
    ],
)
async def test_a_field_that_nobody_knows_is_named_and_nothing_is_done(
    staff: Any, address: str, body: dict[str, Any]
) -> None:
    answer = await staff.post(f"/api/v1/{address}", json={**body, "satement": "x"})
    assert answer.status_code == 422
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["pointer"] for each in told["errors"]] == ["/body/satement"]
    assert told["errors"][0]["code"] == "extra_forbidden"
