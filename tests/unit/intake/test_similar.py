"""Similar reports: near in space, time and kind, and blurred enough to be anybody's to see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.open311.privacy import NEVER_TOLD
from services.intake.domain.similar import SHOWABLE, Nearby, Towards, mark_of, report_marked, similar_among
from shared.categories import CategoryCode
from shared.identity import new_id

NOW = datetime(2026, 11, 23, 13, 47, tzinfo=UTC)
HERE = (59.5140, 15.9980)
FIRE = Nearby(new_id(), CategoryCode.FIRE, *HERE, NOW - timedelta(hours=1))


def shown(
    *reports: Nearby, category: CategoryCode | None = None, at: tuple[float, float] = HERE
) -> list[Nearby]:
    by_id = {report.report_id: report for report in reports}
    return [by_id[each.members[each.mark]] for each in similar_among(reports, category, *at, "1983", NOW)]


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


def hours_ago(hours: float, **given: float) -> Nearby:
    return replace(FIRE, report_id=new_id(), occurred_at=NOW - timedelta(hours=hours), **given)


def test_the_newest_come_first_by_town_and_hour() -> None:
    many = [hours_ago(hours) for hours in range(6)]
    found = similar_among(many, None, *HERE, "1983", NOW)
    assert [list(each.members.values()) for each in found] == [[each.report_id] for each in many]
    assert found[0].looks.locality == "Köping"
    assert found[0].looks.hour == NOW.replace(minute=0)
    assert many[0].report_id.hex not in found[0].mark


def test_a_choice_stands_when_newer_reports_look_the_same() -> None:
    chosen = hours_ago(0.5)
    found = similar_among([*(hours_ago(0.4) for _ in range(5)), chosen], None, *HERE, "1983", NOW)
    assert len(found) == 1
    assert found[0].mark != mark_of(chosen.report_id)
    assert report_marked(found, mark_of(chosen.report_id)) == chosen.report_id
    assert report_marked(found, mark_of(new_id())) is None


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(-0.008, 0.008), st.floats(-0.015, 0.015)), max_size=12))
def test_no_two_look_the_same_and_those_that_would_are_counted(
    told: list[tuple[float, float, float]],
) -> None:
    many = [hours_ago(hours, lat=HERE[0] + north, lon=HERE[1] + east) for hours, north, east in told]
    found = similar_among(many, None, *HERE, "1983", NOW)
    assert len({each.looks for each in found}) == len(found)
    assert sum(len(each.members) for each in found) == len(shown_one_by_one(many))


def shown_one_by_one(many: list[Nearby]) -> list[Nearby]:
    return [each for each in many if similar_among([each], None, *HERE, "1983", NOW)]


@pytest.mark.parametrize(
    ("north", "east", "away_m", "towards"),
    [
        (0, 0, None, None),
        (0.006, 0, 700, Towards.NORTH),
        (-0.006, 0, 700, Towards.SOUTH),
        (0, 0.013, 700, Towards.EAST),
        (0, -0.013, 700, Towards.WEST),
    ],
)
def test_how_far_and_whither_by_the_square(
    north: float, east: float, away_m: int | None, towards: Towards | None
) -> None:
    """From the middle of a square to that of another."""
    middle = (59.5125, 15.995)
    (found,) = similar_among(
        [replace(FIRE, lat=middle[0] + north, lon=middle[1] + east)], None, *middle, "1983", NOW
    )
    assert found.looks.towards is towards
    told = found.looks.away_m
    assert told is None if away_m is None else told is not None and abs(told - away_m) <= 200
