"""The shapes of the specification, field by field, and JSON made of XML by the Spark convention."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.open311.document import Document
from services.intake.domain.open311.faults import Fault, Faults
from services.intake.domain.open311.privacy import NEVER_TOLD, OPENABLE
from services.intake.domain.open311.services import service_definition, service_list
from services.intake.domain.open311.showing import Changed, Requested, requests_shown, updates_shown
from services.intake.routes.open311.discovery import words
from services.intake.texts import texts
from shared.categories import CategoryCode, load_categories
from shared.events import ClosingReason, FollowStatus

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
REQUEST = Requested(
    report_id=UUID("01a20727-5fc5-737d-beab-671a358acf84"),
    is_own=True,
    is_open=False,
    service_code="vandalism",
    description="Klotter <på> muren & bron",
    address="Storgatan 1",
    address_id="77",
    lat=59.51168,
    lon=15.99533,
    media_urls=["https://a.se/b?c=1&d=2"],
    requested_at=AT,
    status=FollowStatus.CLOSED,
    updated_at=AT,
    note=None,
)
# The specification's own order.
REQUEST_FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
]  # fmt: skip
WORDS = texts("sv")
ASKS = words("sv")["question"]
CHANGED = Changed(
    REQUEST.report_id, is_own=True, service_code="vandalism", status=FollowStatus.CLOSED, at=AT, heard_at=AT
)
QUESTION = replace(
    CHANGED,
    status=FollowStatus.RECEIVED,
    question_id=UUID("01a20727-5fc5-737d-beab-671a358acf85"),
    note="Vilken mur, ring 070-174 06 05?",
    note_en="Which wall?",
)


def tree(document: Document) -> ET.Element:
    assert document.xml.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    return ET.fromstring(document.xml)


def tags(element: ET.Element) -> list[str]:
    return [child.tag for child in element]


def test_services_are_shaped_as_specified() -> None:
    root = tree(service_list(words("sv"), "sv"))
    assert root.tag == "services"
    assert set(tags(root)) == {"service"}
    for service in root:
        assert tags(service) == [
            "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
        ]  # fmt: skip
        assert (service.findtext("metadata"), service.findtext("type")) == ("true", "realtime")


def test_fixmystreet_is_told_to_keep_private_what_may_not_be_opened() -> None:
    for service in tree(service_list(words("sv"), "sv")):
        is_private = "private" in (service.findtext("keywords") or "").split(",")
        assert is_private == (service.findtext("service_code") not in OPENABLE)


@pytest.mark.parametrize("category", load_categories().values())
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_definition_is_shaped_as_specified(category: Any, language: str) -> None:
    root = tree(service_definition(category, words(language), language))
    assert (root.tag, tags(root)) == ("service_definition", ["service_code", "attributes"])
    for attribute in root.iterfind("attributes/attribute"):
        plain = ["variable", "code", "datatype", "required", "datatype_description", "order", "description"]
        has_values = attribute.findtext("datatype") == "singlevaluelist"
        assert tags(attribute) == ([*plain, "values"] if has_values else plain)
        assert all(tags(value) == ["key", "name"] for value in attribute.iterfind("values/value"))


def test_requests_are_shaped_as_specified() -> None:
    root = tree(requests_shown([REQUEST, REQUEST], WORDS, "sv"))
    assert (root.tag, tags(root)) == ("service_requests", ["request", "request"])
    assert tags(root[0]) == REQUEST_FIELDS
    shown = {child.tag: child.text for child in root[0]}
    assert shown["requested_datetime"] == "2026-11-23T14:05:00+01:00"
    assert shown["description"] == "Klotter <på> muren & bron"
    assert (shown["status"], shown["zipcode"], shown["lat"], shown["long"]) == (
        "closed",
        None,
        "59.512",
        "15.995",
    )


def test_updates_are_shaped_as_fixmystreet_reads_them() -> None:
    root = tree(updates_shown([CHANGED], WORDS, ASKS, "sv"))
    assert (root.tag, tags(root)) == ("service_request_updates", ["request_update"])
    assert tags(root[0])[:5] == [
        "update_id", "service_request_id", "status", "updated_datetime", "description",
    ]  # fmt: skip
    assert "inte alltid löst" in str(root[0].findtext("description"))


def test_a_question_is_an_update_that_changes_no_status() -> None:
    root = tree(updates_shown([QUESTION, CHANGED], WORDS, ASKS, "sv"))
    assert tags(root[0]) == tags(root[1])
    asked = {child.tag: child.text or "" for child in root[0]}
    assert (asked["status"], asked["external_status_code"]) == ("OPEN", "question")
    assert "Vilken mur, ring [telefonnummer]?" in asked["description"]
    english = tree(updates_shown([QUESTION], texts("en"), words("en")["question"], "en"))
    assert "Which wall?" in str(english[0].findtext("description"))


@given(st.sampled_from(CategoryCode))
def test_of_grave_matters_it_is_told_that_there_is_a_question_and_not_which(code: CategoryCode) -> None:
    shown = updates_shown([replace(QUESTION, service_code=code.value)], WORDS, ASKS, "sv").json.decode()
    assert ("Vilken mur" in shown) == (code not in NEVER_TOLD)
    assert "fråga" in shown


def test_a_closing_says_why_and_what_takes_it_back_says_so() -> None:
    closing = replace(CHANGED, step_id=UUID(int=7), reason=ClosingReason.OTHER_AUTHORITY)
    undo = replace(CHANGED, status=FollowStatus.PASSED_ON, takes_back=UUID(int=7), takes_back_status="closed")
    first, second = tree(updates_shown([closing, undo], WORDS, ASKS, "sv"))
    assert WORDS["follow"]["closing"]["other_authority"] in str(first.findtext("description"))
    assert (second.findtext("status"), second.findtext("external_status_code")) == (
        "INTERNAL_REFERRAL",
        "opened_again",
    )
    assert str(second.findtext("description")).startswith("Öppnad igen.")
    assert first.findtext("update_id") != second.findtext("update_id")


def test_several_photos_are_several_elements_and_json_has_the_first_and_all() -> None:
    row = replace(REQUEST, media_urls=["https://a.se/1", "https://a.se/2"])
    document = requests_shown([row, replace(row, is_own=False)], WORDS, "sv")
    assert [each.text for each in tree(document)[0].iterfind("media_url")] == list(row.media_urls)
    assert [each.text for each in tree(document)[1].iterfind("media_url")] == [None]
    own, others = orjson.loads(document.json)
    assert (own["media_url"], own["media_urls"]) == ("https://a.se/1", list(row.media_urls))
    assert (others["media_url"], "media_urls" in others) == (None, False)


def test_faults_are_shaped_as_specified() -> None:
    faults = Faults([Fault("lat must be a number."), Fault("service_code was not found.", 404)])
    assert faults.status == 404
    assert faults.document.xml.endswith(
        b"<errors><error><code>400</code><description>lat must be a number.</description></error>"
        b"<error><code>404</code><description>service_code was not found.</description></error></errors>"
    )
    assert orjson.loads(faults.document.json)[0] == {"code": 400, "description": "lat must be a number."}


def test_nothing_is_an_empty_list() -> None:
    assert requests_shown([], WORDS, "sv").xml.endswith(b"<service_requests/>")
    assert requests_shown([], WORDS, "sv").json == b"[]"


def spark(element: ET.Element) -> Any:
    """The specification's way from XML to JSON: a container of one kind of child is a list."""
    lists = {"services", "attributes", "values", "service_requests", "errors", "endpoints", "formats"}
    if element.tag in lists:
        return [spark(child) for child in element]
    if len(element):
        return {child.tag: spark(child) for child in element}
    return element.text


def as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_texts(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in {None, ""} else str(value)


@given(st.text(), st.text(max_size=20), st.floats(-90, 90), st.booleans())
def test_json_says_what_xml_says(text: str, place: str, lat: float, is_own: bool) -> None:
    row = replace(REQUEST, description=text, address=place, lat=lat, is_own=is_own)
    for document in (
        requests_shown([row], WORDS, "en"),
        service_list(words("en"), "en"),
        service_definition(load_categories()[CategoryCode.FIRE], words("sv"), "sv"),
    ):
        if any(character in text + place for character in "\r") or not (text + place).isprintable():
            tree(document)
            continue
        assert spark(tree(document)) == as_texts(orjson.loads(document.json))


@given(
    st.sampled_from(CategoryCode),
    st.booleans(),
    st.booleans(),
    st.floats(-90, 90),
    st.sampled_from(FollowStatus),
)
def test_words_are_the_senders_alone_and_no_place_is_exact(
    code: CategoryCode, is_own: bool, is_open: bool, lat: float, status: FollowStatus
) -> None:
    row = replace(
        REQUEST,
        service_code=code.value,
        is_own=is_own,
        is_open=is_open,
        lat=lat,
        status=status,
        note="Kim 850709-9805",
    )
    shown = orjson.loads(requests_shown([row], WORDS, "sv").json)[0]
    words_of_it = [shown[field] for field in ("description", "address", "address_id", "media_url")]
    assert any(words_of_it) == (is_own and code not in NEVER_TOLD)
    assert ("Kim" in shown["status_notes"]) == (is_own and code not in NEVER_TOLD)
    assert shown["lat"] == (round(lat, 3) if is_own or is_open else None)
    assert "850709-9805" not in str(shown)


def test_what_may_be_opened_to_all_points_at_nobody() -> None:
    assert {"fire", "vandalism", "traffic", "unsafe_place", "environment", "animal"} == OPENABLE
    assert not OPENABLE & NEVER_TOLD


def test_both_languages_say_the_same() -> None:
    def keys(value: Any) -> Any:
        return {key: keys(each) for key, each in value.items()} if isinstance(value, dict) else None

    assert keys(words("sv")) == keys(words("en"))
