"""What was once published stays readable, and the documents say what the code does."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest

from deploy.contracts import DOCS, asyncapi, breaking_changes, event_schemas, rendered
from shared.compatibility import incompatibilities
from shared.envelope import decode, outgoing
from shared.errors import Reject
from shared.topics import MAX_BODY_BYTES, REPORT_RECEIVED, TOPIC_BY_NAME, TOPICS, Service

GOLDEN = sorted((Path(__file__).parents[1] / "data" / "events").glob("*/*.json"))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_an_event_once_published_is_still_read_and_still_fits_its_schema(file: Path) -> None:
    topic = TOPIC_BY_NAME[file.parent.name]
    event = topic.event.model_validate_json(file.read_bytes())
    wrapped = outgoing(topic, event, key="k", subject="s", source=Service.INTAKE, traceparent=None)
    headers = tuple((name, value.encode()) for name, value in wrapped.headers.items())

    assert decode(topic.name, headers, wrapped.body).event == event
    jsonschema.validate(json.loads(wrapped.body), dict(event_schemas()[f"{topic.event.__name__}.v1.json"]))


def test_every_event_has_a_golden_message() -> None:
    assert {TOPIC_BY_NAME[file.parent.name].event for file in GOLDEN} == {topic.event for topic in TOPICS}


def test_the_documents_are_those_the_code_would_write() -> None:
    differing = [str(path) for path, text in rendered().items() if (DOCS / path).read_text() != text]
    assert differing == [], "run `make schemas` and commit docs/"


def test_no_published_event_was_changed_so_that_readers_break() -> None:
    assert breaking_changes() == []


def test_a_field_that_disappears_or_becomes_required_or_narrower_is_refused() -> None:
    published = event_schemas()["ReportReceived.v1.json"]
    gone, required, narrower, other_type = (deepcopy(dict(published)) for _ in range(4))
    del gone["properties"]["place_text"]
    required["required"].append("external_id")
    narrower["properties"]["text"]["maxLength"] = 100
    other_type["properties"]["text"] = {"type": "integer"}

    for broken in (gone, required, narrower, other_type):
        assert len(incompatibilities(published, broken)) == 1


def test_an_optional_field_and_a_further_enumeration_value_may_be_added() -> None:
    published = event_schemas()["ReportReceived.v1.json"]
    grown = deepcopy(dict(published))
    grown["properties"]["weather"] = {"type": "string"}
    grown["$defs"]["Source"]["enum"].append("drone")

    assert incompatibilities(published, grown) == []


def test_a_disappearing_enumeration_value_is_refused_through_references() -> None:
    published = event_schemas()["ReportReceived.v1.json"]
    shrunk = deepcopy(dict(published))
    shrunk["$defs"]["Source"]["enum"].remove("guard")

    assert incompatibilities(published, shrunk) == ["$.source: value 'guard' has disappeared"]


def test_asyncapi_names_every_topic_with_its_senders_and_receivers() -> None:
    document = asyncapi()
    addresses = {channel["address"] for channel in document["channels"].values()}

    assert {topic.name for topic in TOPICS} < addresses
    assert "police_receives_alert_police_v1" in document["operations"]
    assert "police_receives_alert_school_v1" not in document["operations"]


GOOD_HEADERS = (
    ("ce_type", b"se.vardkase.report.received.v1"),
    ("ce_id", b"01939f00-0000-7000-8000-000000000001"),
    ("ce_time", b"2026-11-16T20:41:12Z"),
)


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        (GOOD_HEADERS, b"{not json", "invalid ReportReceived"),
        (GOOD_HEADERS, None, "empty body"),
        (GOOD_HEADERS, b"x" * (MAX_BODY_BYTES + 1), "oversize"),
        ((*GOOD_HEADERS, ("traceparent", None)), b"{}", "null header 'traceparent'"),
        ((*GOOD_HEADERS, ("note", b"\xff")), b"{}", "not UTF-8"),
        ((("ce_type", b"se.vardkase.report.received.v9"), *GOOD_HEADERS[1:]), b"{}", "unknown version"),
        ((GOOD_HEADERS[0], ("ce_id", b"7"), GOOD_HEADERS[2]), GOLDEN[-1].read_bytes(), "ce_id is '7'"),
    ],
)
def test_poison_is_refused_with_its_reason(headers: tuple, body: bytes | None, reason: str) -> None:
    if reason.startswith("ce_id"):
        body = (GOLDEN[0].parents[1] / REPORT_RECEIVED.name / "2026-11.json").read_bytes()
    with pytest.raises(Reject, match=reason):
        decode(REPORT_RECEIVED.name, headers, body)
