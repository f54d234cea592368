import pytest

from services.reporting.domain.incident import Incident, Verification, has_point, verification
from shared.categories import CategoryCode
from shared.events import Location, Precision, Source, Verdict
from shared.identity import new_id
from tests.support.picture_events import HARBOUR, NOW, SOMEWHERE


def incident(**more):
    return Incident(new_id(), CategoryCode.FIRE, 3, "…", HARBOUR, NOW, NOW, **more)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, Verification.UNVERIFIED),
        ({"report_count": 9, "distinct_texts": 1}, Verification.UNVERIFIED),
        ({"report_count": 2, "distinct_texts": 2}, Verification.SEVERAL_SOURCES),
        ({"report_count": 2, "distinct_texts": 2, "hearsay_only": True}, Verification.HEARSAY),
        ({"reports_by_source": {Source.POLICE_OPEN_DATA: 1}}, Verification.CONFIRMED),
        ({"verdicts": (Verdict.CONFIRMED,), "hearsay_only": True}, Verification.CONFIRMED),
        ({"verdicts": (Verdict.REFUTED,), "hearsay_only": True}, Verification.REFUTED),
        ({"verdicts": (Verdict.REFUTED, Verdict.CONFIRMED)}, Verification.CONFIRMED),
        ({"verdicts": (Verdict.UNDER_REVIEW,)}, Verification.UNVERIFIED),
    ],
)
def test_verification_says_no_more_than_is_known(more, expected):
    assert verification(incident(**more)) is expected


def test_a_municipality_is_no_point_on_the_map():
    assert has_point(HARBOUR)
    assert not has_point(SOMEWHERE)
    assert not has_point(Location(precision=Precision.PLACE, name="hamnen"))
