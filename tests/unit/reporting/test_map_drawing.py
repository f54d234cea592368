from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.incident import Incident
from services.reporting.domain.map_drawing import draw_map
from services.reporting.domain.map_places import numbers
from services.reporting.outlines import municipality_rings
from shared.categories import CategoryCode
from shared.events import Location, Precision
from shared.identity import derived_id
from tests.support.picture_events import HARBOUR, KOLSVA, NOW, SOMEWHERE

OUTLINE = municipality_rings("1983")


def incident(number, location, severity=2):
    at = NOW - timedelta(hours=number % 100)
    return Incident(derived_id(number), CategoryCode.THEFT, severity, "…", location, at, at)


def near(lat, lon):
    return Location(lat=lat, lon=lon, uncertainty_m=50, precision=Precision.ADDRESS, name="här")


points = st.lists(st.tuples(st.floats(59.4, 59.7), st.floats(15.6, 16.2)), max_size=25)


@given(points)
def test_every_incident_is_at_one_place_or_counted_as_without(spots):
    incidents = [incident(n, near(*spot)) for n, spot in enumerate(spots)]
    drawing = draw_map(OUTLINE, incidents, [])
    assert sum(place.count for place in drawing.places) + drawing.without_place == len(incidents)
    assert [place.number for place in drawing.places] == list(range(1, len(drawing.places) + 1))


@given(points)
def test_marks_lie_on_the_paper(spots):
    drawing = draw_map(OUTLINE, [incident(n, near(*spot)) for n, spot in enumerate(spots)], [])
    for panel in filter(None, [drawing.whole, drawing.inset]):
        assert all(
            0 <= mark.x_mm <= panel.width_mm and 0 <= mark.y_mm <= panel.height_mm for mark in panel.marks
        )


def test_incidents_at_one_place_share_a_mark_sized_by_the_worst():
    drawing = draw_map(OUTLINE, [incident(1, HARBOUR), incident(2, HARBOUR, severity=4)], [])
    (mark,) = drawing.whole.marks
    assert (mark.label, mark.severity) == ("1", 4)
    assert drawing.places[0].kinds == "stöld 2"


def test_places_that_crowd_are_drawn_larger_in_an_inset():
    across_town = near(59.5185, 15.985)
    drawing = draw_map(OUTLINE, [incident(1, HARBOUR), incident(2, across_town), incident(3, KOLSVA)], [])
    assert len(drawing.places) == 3
    assert sorted(mark.label for mark in drawing.whole.marks) != ["1", "2", "3"]
    assert len(drawing.inset.marks) == 2
    x, y, width, height = drawing.inset_frame
    assert 0 < x < drawing.whole.width_mm
    assert 0 < y < drawing.whole.height_mm
    assert width < drawing.inset.width_mm
    assert height < drawing.inset.height_mm


def test_what_lies_somewhere_in_the_municipality_has_no_mark():
    drawing = draw_map(OUTLINE, [incident(1, SOMEWHERE)], [])
    assert drawing.places == ()
    assert drawing.without_place == 1


def test_numbers_are_written_in_as_few_signs_as_possible():
    assert numbers([1, 3, 4, 5, 7, 8]) == "1, 3–5, 7, 8"
    assert numbers([2]) == "2"
