import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.grants import Grant, grants, users
from deploy.provision import wanted_topics
from shared.events import Agency
from shared.topics import DEAD_LETTER_TOPICS, TOPICS, Service, alert_topic_name


def topics_of(user: str, operation: str) -> set[str]:
    return {
        grant.name
        for grant in grants()
        if (grant.user, grant.operation, grant.resource) == (user, operation, "topic")
    }


@given(st.sampled_from(Agency))
def test_an_agency_reads_its_own_alerts_and_nothing_else(agency: Agency):
    assert topics_of(agency, "READ") == {alert_topic_name(agency)}


@given(st.sampled_from(Agency))
def test_an_agency_writes_receipts_and_nothing_else(agency: Agency):
    assert topics_of(agency, "WRITE") == {"receipt.v1"}


@given(st.sampled_from(Service))
def test_a_service_reads_what_it_consumes_and_its_own_dead_letters(service: Service):
    consumed = {topic.name for topic in TOPICS if service in topic.consumers}
    assert topics_of(service, "READ") == consumed | {DEAD_LETTER_TOPICS[service]}


@given(st.sampled_from(Service))
def test_a_service_writes_what_it_produces_and_its_own_dead_letters(service: Service):
    produced = {topic.name for topic in TOPICS if service in topic.producers}
    assert topics_of(service, "WRITE") == produced | {DEAD_LETTER_TOPICS[service]}


def test_no_one_reads_raw_reports_but_enrichment():
    assert {g.user for g in grants() if g.name == "report.received.v1" and g.operation == "READ"} == {
        "enrichment"
    }


@pytest.mark.parametrize("user", users())
def test_groups_begin_with_the_users_own_name(user: str):
    assert {g.name for g in grants() if g.user == user and g.resource == "group"} == {user}


def test_no_users_group_prefix_covers_another_user():
    assert not [(a, b) for a in users() for b in users() if a != b and b.startswith(a)]


def test_every_granted_topic_is_made():
    made = {topic.name for topic in wanted_topics()}
    assert {grant.name for grant in grants() if grant.resource == "topic"} <= made


def test_a_compacted_topic_keeps_its_records_for_ever():
    incident_changed = next(topic for topic in wanted_topics() if topic.name == "incident.changed.v1")
    assert incident_changed.config["cleanup.policy"] == "compact"
    assert incident_changed.config["retention.ms"] == "-1"


def test_only_groups_are_granted_by_prefix():
    assert Grant("police", "READ", "group", "police").prefixed
    assert not Grant("police", "READ", "topic", "alert.police.v1").prefixed
