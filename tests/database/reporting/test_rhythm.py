from datetime import timedelta

from services.reporting.jobs import RhythmJob
from tests.support.picture_events import NOW, incident_changed


class Waking:
    woken = 0

    def wake(self):
        self.woken += 1


async def two_fires(town):
    await town.hears(incident_changed("one"), incident_changed("two"))


async def test_the_rhythm_is_decided_with_the_batch_that_calls_for_it_and_published_once(town, staff):
    await two_fires(town)
    rhythm = (await staff.get("/api/v1/rhythm")).json()
    assert (rhythm["rhythm"], rhythm["reason"]) == ("daily", "2 bränder inom 5 km på 72 timmar.")
    assert len(rhythm["incident_ids"]) == 2
    await town.hears(incident_changed("one", revision=2, change="report_linked"))
    assert len(await town.published("rhythm.changed.v1")) == 1


async def test_the_job_stands_the_rhythm_down_after_a_quiet_week_and_remembers_why(town, staff):
    await two_fires(town)
    relay = Waking()
    job = RhythmJob(town.pool, relay, town.rule, town.clock, every_s=60)
    await job.once()
    assert (await staff.get("/api/v1/rhythm")).json()["rhythm"] == "daily"
    town.now = NOW + timedelta(days=7)
    await job.once()
    answer = (await staff.get("/api/v1/rhythm")).json()
    assert answer["rhythm"] == "fortnightly"
    assert [each["rhythm"] for each in answer["history"]] == ["fortnightly", "daily"]
    assert answer["history"][0]["reason"] == "Inga nya allvarliga händelser på 7 dygn."
    assert [each["rhythm"] for each in await town.published("rhythm.changed.v1")] == ["daily", "fortnightly"]
    assert relay.woken


async def test_what_happened_long_ago_changes_no_rhythm(town, staff):
    old = NOW - timedelta(days=400)
    await town.hears(*[incident_changed(n, at=old, severity=4) for n in range(5)])
    assert (await staff.get("/api/v1/rhythm")).json()["rhythm"] == "fortnightly"


async def test_municipalities_have_rhythms_of_their_own(town, staff):
    await two_fires(town)
    assert (await staff.get("/api/v1/rhythm?municipality=1984")).json()["rhythm"] == "fortnightly"
