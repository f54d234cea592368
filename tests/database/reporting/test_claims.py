from uuid import UUID, uuid4

import pytest

from tests.support.picture_events import incident_changed, incident_id

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")


async def a_rumour(town, **given):
    await town.hears(incident_changed("rumour", hearsay_only=True, summary="Skolan ska ha brunnit", **given))


async def test_hearsay_opens_one_claim_that_is_published(town, staff):
    await a_rumour(town)
    await a_rumour(town, revision=2)
    (claim,) = (await staff.get("/api/v1/claims")).json()
    assert (claim["statement"], claim["verdict"]) == ("Skolan ska ha brunnit", "unverified")
    assert claim["incident_ids"] == [str(incident_id("rumour"))]
    (published,) = await town.published("claim.changed.v1")
    assert published["claim_id"] == claim["claim_id"]


async def test_a_refuted_claim_marks_its_incident_and_ends_the_daily_rhythm(town, staff):
    await town.hears(incident_changed("alarm", severity=4, category="explosion_shooting"))
    assert (await staff.get("/api/v1/rhythm")).json()["rhythm"] == "daily"
    new = {"statement": "Det small vid torget", "incident_ids": [str(incident_id("alarm"))]}
    claim = (await staff.post("/api/v1/claims", json=new)).json()
    verdict = {"verdict": "refuted", "explanation": "Det var fyrverkerier.", "decided_by": "Anna Berg"}
    answer = await staff.post(f"/api/v1/claims/{claim['claim_id']}/verdict", json=verdict)
    assert answer.status_code == 200
    assert (answer.json()["verdict"], answer.json()["decided_by"]) == ("refuted", "Anna Berg")
    picture = (await staff.get("/api/v1/picture")).json()
    assert picture["incidents"][0]["verification"] == "refuted"
    assert picture["rhythm"]["rhythm"] == "fortnightly"
    assert picture["claims"][0]["explanation"] == "Det var fyrverkerier."
    assert [each["verdict"] for each in await town.published("claim.changed.v1")] == ["unverified", "refuted"]
    assert [each["rhythm"] for each in await town.published("rhythm.changed.v1")] == ["daily", "fortnightly"]


async def test_a_rumour_that_turns_out_true_counts_for_the_rhythm(town, staff):
    await a_rumour(town, severity=4)
    assert (await staff.get("/api/v1/rhythm")).json()["rhythm"] == "fortnightly"
    (claim,) = (await staff.get("/api/v1/claims")).json()
    verdict = {"verdict": "confirmed", "explanation": "Räddningstjänsten bekräftar."}
    answer = await staff.post(f"/api/v1/claims/{claim['claim_id']}/verdict", json=verdict)
    assert answer.json()["decided_by"] == "personal"
    assert (await staff.get("/api/v1/rhythm")).json()["rhythm"] == "daily"


async def test_every_verdict_is_kept(town, staff):
    await a_rumour(town)
    (claim,) = (await staff.get("/api/v1/claims")).json()
    for verdict in ("under_review", "confirmed", "refuted"):
        given = {"verdict": verdict, "explanation": f"därför {verdict}"}
        await staff.post(f"/api/v1/claims/{claim['claim_id']}/verdict", json=given)
    kept = await town.pool.fetch("SELECT verdict FROM claim_verdict ORDER BY position")
    assert [row["verdict"] for row in kept] == ["under_review", "confirmed", "refuted"]


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        (f"/api/v1/claims/{NOBODYS}/verdict", {"verdict": "under_review"}, 404),
        (f"/api/v1/claims/{NOBODYS}/verdict", {"verdict": "refuted"}, 422),
        (f"/api/v1/claims/{NOBODYS}/verdict", {"verdict": "maybe"}, 422),
        ("/api/v1/claims", {"statement": "  "}, 422),
        ("/api/v1/claims", {"statement": "x", "incident_ids": [str(uuid4())]}, 404),
        ("/api/v1/claims", {"statement": "x" * 501}, 422),
    ],
)
async def test_a_claim_that_does_not_fit_is_answered_with_a_problem(staff, address, body, status):
    answer = await staff.post(address, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
