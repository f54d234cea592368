"""What is written fast is what the events' own models would write, and comes back the same."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.linking import Ruling, joined, opened, ruled
from services.enrichment.publishing import incident_changed, report_enriched
from services.enrichment.store import Versions
from services.enrichment.store.shapes import incident_json, incident_of, understood_json, understood_of
from shared.categories import CategoryCode
from shared.events import (
    IncidentChange,
    IncidentChanged,
    Link,
    PlaceConsidered,
    PlaceRole,
    ReportEnriched,
    Severity,
    TimeSpan,
)
from tests.support.enrichment import HARBOUR, NOON, SOMEWHERE, heard, received, understood

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
INCIDENT = joined(
    opened(heard("Det brinner i Kolsva")),
    heard("Eld i Kolsva", understood(at=HARBOUR)),
    is_repeat=False,
    reason="prov",
)
RULING = Ruling(uuid4(), CategoryCode.VANDALISM, Severity.MINOR, NOON, SOMEWHERE, Severity.SERIOUS)


def test_an_enriched_report_is_written_as_its_event_says():
    what = replace(
        understood(),
        places=(PlaceConsidered(words="Kolsva", location=HARBOUR, role=PlaceRole.CHOSEN, why="prov"),),
        happened=TimeSpan(start=NOON, end=NOON, words="nyss"),
    )
    told = received("Det brinner")
    link = Link(incident_id=uuid4(), is_new=True, confidence=1, reason="x")
    sent = report_enriched(told, what, link, Versions("m", "g", NOON), NOON, TRACE, uuid4())
    event = ReportEnriched.model_validate_json(sent.body)
    assert orjson.loads(sent.body) == orjson.loads(event.model_dump_json())
    assert set(orjson.loads(sent.body)) == set(ReportEnriched.model_fields)
    assert (event.text, event.location, event.severity, event.link) == (
        told.text,
        what.location,
        what.severity,
        link,
    )


def test_a_changed_incident_is_written_as_its_event_says():
    sent = incident_changed(INCIDENT, IncidentChange.OPENED, NOON, TRACE, uuid4())
    event = IncidentChanged.model_validate_json(sent.body)
    assert orjson.loads(sent.body) == orjson.loads(event.model_dump_json())
    assert set(orjson.loads(sent.body)) == set(IncidentChanged.model_fields)
    assert (event.location, event.report_count, event.reasons) == (HARBOUR, 2, INCIDENT.reasons)


def test_an_incident_comes_back_as_it_was_kept():
    for incident in (INCIDENT, ruled(INCIDENT, RULING)):
        back = incident_of(orjson.loads(orjson.dumps(incident_json(incident))))
        assert (back, back.words) == (incident, incident.words)
        assert back.location.model_dump() == incident.location.model_dump()


@given(
    confidence=st.floats(0, 1),
    category=st.sampled_from(sorted(CategoryCode)),
    severity=st.integers(1, 4),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_what_a_report_was_understood_to_say_comes_back_to_the_last_digit(
    confidence: float, category: str, severity: int, flags: tuple[bool, bool, bool]
):
    ongoing, involves_minor, hearsay = flags
    what = understood(
        category,
        severity=severity,
        confidence=confidence,
        ongoing=ongoing,
        involves_minor=involves_minor,
        hearsay=hearsay,
    )
    what = replace(what, happened=TimeSpan(start=NOON, end=NOON + timedelta(microseconds=1), words="nyss"))
    assert understood_of(orjson.loads(orjson.dumps(understood_json(what)))) == what


def test_what_was_kept_before_a_field_was_added_or_after_one_was_taken_away_can_still_be_read():
    kept = orjson.loads(orjson.dumps(incident_json(INCIDENT)))
    kept |= {"of_another_time": 1}
    del kept["ruling"]
    assert incident_of(kept) == INCIDENT


def test_a_ruling_keeps_its_times():
    back = incident_of(orjson.loads(orjson.dumps(incident_json(ruled(INCIDENT, RULING)))))
    assert back.ruling == RULING
    assert back.first_occurred_at.utcoffset() == timedelta(0)
