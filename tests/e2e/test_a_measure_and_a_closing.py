"""What staff did goes through the whole system to those who reported it: told, closed, found to go on, opened again."""

from typing import Any

import httpx

from deploy.system import System
from tests.support.journey import incident_of, intake, reporting, until

# A municipality of its own: what other tests report is none of its business.
HERE = "1907"
REPORT = {"text": "Det brinner i en sopcontainer på Storgatan i Surahammar.", "municipality": HERE}
CLEANED = {
    "status": "measure_taken",
    "text": "Platsen är städad.",
    "text_en": "The place has been cleaned up.",
}
CLOSED = {"status": "closed", "reason": "nothing_found"}


async def test_those_who_reported_learn_what_was_done_why_it_is_closed_and_that_it_is_opened_again(
    system: System,
) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        report = (await citizen.post("/api/v1/reports", json=REPORT)).json()
        follow, page = f"/api/v1/reports/{report['tracking_code']}", f"/follow/{report['tracking_code']}"
        found = await until(lambda: incident_of(staff, report["id"], HERE), bool)
        incident = found["incident_id"]
        steps = f"/api/v1/incidents/{incident}/steps"
        assert (await staff.post(steps, json=CLEANED)).status_code == 202
        await until(lambda: _status(citizen, follow), "measure_taken".__eq__)
        assert CLEANED["text_en"] in (await citizen.get(f"{page}?lang=en")).text

        closing = (await staff.post(steps, json=CLOSED)).json()
        await until(lambda: _status(citizen, follow), "closed".__eq__)
        shown = (await citizen.get(f"{page}?lang=sv")).text
        assert "hittade inget" in shown
        assert "betyder inte alltid löst" in shown

        still_on = await citizen.post(f"{page}/add", data={"relation": "still_on", "token": "once"})
        assert still_on.status_code == 303
        detail = await until(
            lambda: _detail(staff, incident), lambda found: found["reports_since_closed"] == 1
        )
        assert (detail["is_closed"], len(detail["reports"])) == (True, 2)
        assert await _status(citizen, follow) == "closed"

        assert (await staff.post(f"/api/v1/steps/{closing['step_id']}/take-back")).status_code == 202
        await until(lambda: _status(citizen, follow), "measure_taken".__eq__)
        assert "Öppnad igen" in (await citizen.get(f"{page}?lang=sv")).text

        again = (await citizen.post("/api/v1/reports", json=REPORT)).json()
        earlier = REPORT | {"occurred_at": (await _detail(staff, incident))["first_occurred_at"]}
        late = (await citizen.post("/api/v1/reports", json=earlier)).json()
        await until(lambda: _detail(staff, incident), lambda found: len(found["reports"]) == 4)
        await until(lambda: _status(citizen, late["status_url"]), "measure_taken".__eq__)
        history = (await citizen.get(late["status_url"])).json()["history"]
        assert [each["at"] for each in history] == sorted(each["at"] for each in history)
        assert history[-1]["note"] == CLEANED["text"]
        assert await _status(citizen, again["status_url"]) != "measure_taken", (
            "what is seen afterwards is new"
        )


async def _status(citizen: httpx.AsyncClient, follow: str) -> str:
    return str((await citizen.get(follow)).json()["status"])


async def _detail(staff: httpx.AsyncClient, incident: str) -> dict[str, Any]:
    found: dict[str, Any] = (await staff.get(f"/api/v1/incidents/{incident}")).json()
    return found
