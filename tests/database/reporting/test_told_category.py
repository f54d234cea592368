"""Who follows a report learns what it is taken for, and learns it again when that is corrected."""

from datetime import timedelta

from shared.events import DisposalReason, Location, Precision, ReportDisposed
from shared.identity import derived_id
from tests.support.picture_events import NOW, delivery_changed, enveloped, incident_changed, report_enriched

REPORT = derived_id("test report", "r")


async def statuses(town):
    return [
        (each["status"], each["category"], each["at"], each["category_at"])
        for each in await town.published("report.status.v1")
    ]


def read(category, minutes, **given):
    event = report_enriched("r", "i", category=category, **given)
    return enveloped(event, sent=f"{category} {minutes}", at=NOW + timedelta(minutes=minutes))


def at(minutes):
    return (NOW + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


async def test_a_report_is_told_as_assessed_with_its_category_and_again_when_that_is_corrected(town):
    await town.takes([read("fire", 0)])
    await town.takes([read("fire", 5)])
    await town.takes([read("vandalism", 10)])
    await town.takes([read("vandalism", 15)])

    assert await statuses(town) == [
        ("assessed", "fire", at(0), at(0)),
        ("assessed", "vandalism", at(0), at(10)),
    ]
    ids = {each["event_id"] for each in await town.published("report.status.v1")}
    assert len(ids) == 2


async def test_taken_back_it_is_told_once_more(town):
    for number, category in enumerate(("fire", "vandalism", "fire", "vandalism")):
        await town.takes([read(category, number)])
    told = await statuses(town)
    assert [category for _, category, _, _ in told] == ["fire", "vandalism", "fire", "vandalism"]
    assert len({each["event_id"] for each in await town.published("report.status.v1")}) == 4


async def test_what_is_passed_on_says_the_category_too(town):
    await town.hears(incident_changed("i"), report_enriched("r", "i", category="theft"))
    await town.hears(delivery_changed("d", "i"))
    assert [(status, category) for status, category, _, _ in await statuses(town)] == [
        ("assessed", "theft"),
        ("passed_on", "theft"),
    ]


async def test_of_a_disposed_report_nothing_is_told_any_more(town):
    await town.takes([read("fire", 0)])
    gone = ReportDisposed(municipality="1983", report_id=REPORT, reason=DisposalReason.WITHDRAWN, at=NOW)
    await town.takes([enveloped(gone, sent="gone", at=NOW)])
    await town.takes([read("theft", 5)])
    assert await statuses(town) == []  # nor what waited for the broker


async def test_where_it_is_taken_to_be_is_told_unless_only_the_municipality_is_known(town):
    street = Location(lat=59.51, lon=15.99, uncertainty_m=150, precision=Precision.STREET, confidence=0.9)
    await town.takes([read("fire", 0, location=street)])
    await town.takes(
        [read("vandalism", 5, location=street.model_copy(update={"precision": Precision.MUNICIPALITY}))]
    )
    told = await town.published("report.status.v1")
    assert [each["place"] for each in told] == [{"lat": 59.51, "lon": 15.99, "accuracy_m": 150}, None]
