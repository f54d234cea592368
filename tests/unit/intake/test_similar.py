"""Similar reports: near in space, time and kind, and blurred enough to be anybody's to see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.open311.privacy import NEVER_TOLD
from services.intake.domain.similar import MOST_SHOWN, SHOWABLE, Nearby, similar_among
from shared.categories import CategoryCode
from shared.identity import new_id

NOW = datetime(2026, 11, 23, 13, 47, tzinfo=UTC)
HERE = (59.5140, 15.9980)
FIRE = Nearby(new_id(), CategoryCode.FIRE, *HERE, NOW - timedelta(hours=1))


def shown(
    *reports: Nearby, category: CategoryCode | None = None, at: tuple[float, float] = HERE
) -> list[Nearby]:
    by_id = {report.report_id: report for report in reports}
    return [by_id[each.report_id] for each in similar_among(reports, category, *at, "1983", NOW)]


def test_what_is_near_recent_and_of_the_same_kind_is_similar() -> None:
    assert shown(FIRE, category=CategoryCode.FIRE) == shown(FIRE) == [FIRE]


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRE, lat=59.54),
        replace(FIRE, occurred_at=NOW - timedelta(hours=20)),
        replace(FIRE, category=CategoryCode.ANIMAL),
    ],
)
def test_what_is_far_old_or_of_another_kind_is_not(other: Nearby) -> None:
    assert shown(other, category=CategoryCode.FIRE) == []


@pytest.mark.parametrize("category", sorted(set(CategoryCode) - SHOWABLE))
def test_no_other_kind_is_ever_shown(category: CategoryCode) -> None:
    grave = replace(FIRE, category=category)
    assert shown(grave) == shown(grave, category=category) == []
    assert not SHOWABLE & NEVER_TOLD


@given(
    st.floats(-0.0024, 0.0024), st.floats(-0.0049, 0.0049), st.floats(59.48, 59.55), st.floats(15.93, 16.07)
)
def test_moving_the_pin_about_tells_no_more_than_the_square(
    north: float, east: float, lat: float, lon: float
) -> None:
    middle = (59.5125, 15.995)
    moved = replace(FIRE, lat=middle[0] + north, lon=middle[1] + east)
    still = replace(FIRE, lat=middle[0], lon=middle[1])
    assert bool(shown(moved, at=(lat, lon))) == bool(shown(still, at=(lat, lon)))


def test_a_few_are_shown_the_newest_first_by_town_and_hour() -> None:
    many = [replace(FIRE, report_id=new_id(), occurred_at=NOW - timedelta(minutes=10 * n)) for n in range(6)]
    found = similar_among(many, None, *HERE, "1983", NOW)
    assert [each.report_id for each in found] == [each.report_id for each in many[:MOST_SHOWN]]
    assert found[0].locality == "Köping"
    assert found[0].hour == NOW.replace(minute=0)
    assert found[0].report_id.hex not in found[0].mark
