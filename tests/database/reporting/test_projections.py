from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.identity import derived_id
from tests.support.picture_events import (
    NOW,
    delivery_changed,
    enveloped,
    incident_changed,
    incident_id,
    not_alerted_changed,
    report_enriched,
)

READ_TABLES = (
    "report",
    "incident",
    "incident_history",
    "delivery",
    "told",
    "not_alerted",
    "report_status",
    "claim",
    "claim_incident",
)
HEARD = NOW - timedelta(hours=3)

STORY = [
    report_enriched("one", "fire"),
    report_enriched("two", "fire", source="guard"),
    report_enriched("three", "rumour", hearsay=True),
    incident_changed("fire"),
    incident_changed("fire", revision=2, change="report_linked", report_count=2, distinct_texts=2),
    incident_changed("rumour", hearsay_only=True, summary="först"),
    incident_changed("rumour", revision=2, hearsay_only=True, summary="sedan", change="report_linked"),
    incident_changed("rumour", revision=3, hearsay_only=False, summary="sedd", change="report_linked"),
    delivery_changed("d", "fire", status="pending", attempts=0, at=HEARD),
    delivery_changed("d", "fire", at=HEARD + timedelta(seconds=1)),
    delivery_changed("d", "fire", status="accepted", at=HEARD + timedelta(seconds=2)),
    delivery_changed("e", "fire", agency="police", status="gave_up", reason="svarar inte"),
    not_alerted_changed("rumour"),
    not_alerted_changed("rumour", revision=3, reason="nobody_concerned", age_s=None, limit_s=None, at=HEARD),
    not_alerted_changed("rumour", revision=3, reason="withdrawn", age_s=None, limit_s=None, at=NOW),
]
ENVELOPES = [enveloped(event) for event in STORY]


async def read_tables(pool):
    """Every row, without the ids of traces, which are new for each record."""
    tables = {}
    for table in READ_TABLES:
        rows = [dict(row) for row in await pool.fetch(f"SELECT * FROM {table}")]
        tables[table] = sorted((sorted((k, str(v)) for k, v in row.items()) for row in rows), key=str)
    return tables


async def empty(pool):
    for table in (*READ_TABLES, "inbox", "outbox", "rhythm", "rhythm_history"):
        await pool.execute(f"TRUNCATE {table}")


async def told_reporters(town):
    return sorted(
        (each["report_id"], each["status"], str(each["event_id"]))
        for each in await town.published("report.status.v1")
    )


async def test_a_redelivered_batch_has_no_effect(town):
    await town.takes(ENVELOPES)
    before, published = await read_tables(town.pool), await town.pool.fetchval("SELECT count(*) FROM outbox")
    await town.takes(ENVELOPES)
    await town.takes(ENVELOPES[3:6])
    assert await read_tables(town.pool) == before
    assert await town.pool.fetchval("SELECT count(*) FROM outbox") == published


async def test_the_same_events_under_other_ids_change_nothing_that_is_read(town):
    await town.takes(ENVELOPES)
    before, told = await read_tables(town.pool), await told_reporters(town)
    await town.takes([enveloped(event, sent="again") for event in STORY[3:]])
    assert await read_tables(town.pool) == before
    assert await told_reporters(town) == told


async def test_an_event_twice_in_one_batch_counts_once(town):
    await town.takes([*ENVELOPES, *ENVELOPES])
    assert await town.pool.fetchval("SELECT count(*) FROM report") == 3
    assert len(await told_reporters(town)) == 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ENVELOPES), cuts=st.lists(st.integers(1, len(ENVELOPES) - 1), max_size=5))
async def test_any_order_in_any_batches_gives_the_same_read_tables(town, order, cuts):
    await empty(town.pool)
    await town.takes(ENVELOPES)
    expected, told = await read_tables(town.pool), await told_reporters(town)
    await empty(town.pool)
    edges = [0, *sorted(set(cuts)), len(order)]
    for start, end in pairwise(edges):
        await town.takes(order[start:end])
    assert await read_tables(town.pool) == expected
    assert await told_reporters(town) == told


async def test_a_reporter_is_told_once_that_it_was_assessed_and_once_that_it_was_passed_on(town):
    await town.hears(report_enriched("one", "fire"))
    assert [each["status"] for each in await town.published("report.status.v1")] == ["assessed"]
    await town.hears(delivery_changed("d", "fire", status="pending"))
    await town.hears(delivery_changed("d2", "fire", status="gave_up"))
    assert len(await town.published("report.status.v1")) == 1
    for agency in ("rescue", "police"):
        await town.hears(delivery_changed(agency, "fire", agency=agency))
    assert [each["status"] for each in await town.published("report.status.v1")] == ["assessed", "passed_on"]


async def test_a_report_that_joins_an_incident_already_passed_on_is_passed_on_at_once(town):
    await town.hears(delivery_changed("d", "fire"))
    await town.hears(report_enriched("late", "fire"))
    assert [each["status"] for each in await town.published("report.status.v1")] == ["assessed", "passed_on"]


async def test_an_older_revision_never_replaces_a_newer_one(town):
    await town.hears(incident_changed("fire", revision=5, summary="ny", severity=4))
    await town.hears(incident_changed("fire", revision=4, summary="gammal"))
    row = await town.pool.fetchrow(
        "SELECT revision, summary FROM incident WHERE incident_id = $1", incident_id("fire")
    )
    assert tuple(row) == (5, "ny")
    assert await town.pool.fetchval("SELECT count(*) FROM incident_history") == 2


CORRECTION, UNDO = derived_id("test correction"), derived_id("test undo")
ANSWERS = [
    enveloped(report_enriched("one", "fire", needs_review=True), at=NOW),
    enveloped(report_enriched("one", "fire", correction_id=CORRECTION), at=NOW + timedelta(seconds=5)),
    enveloped(
        report_enriched("one", "fire", correction_id=CORRECTION, hearsay=True), at=NOW + timedelta(seconds=6)
    ),
    enveloped(incident_changed("fire", revision=2, correction_id=CORRECTION), at=NOW + timedelta(seconds=4)),
    enveloped(
        report_enriched("one", "fire", correction_id=UNDO, needs_review=True), at=NOW + timedelta(seconds=9)
    ),
]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ANSWERS), cut=st.integers(0, len(ANSWERS)))
async def test_answers_to_a_correction_in_any_order_leave_it_undone_and_the_report_to_review(
    town, order, cut
):
    await empty(town.pool)
    await town.pool.execute("TRUNCATE correction")
    await town.pool.execute(
        """INSERT INTO correction (correction_id, municipality, incident_id, report_id, category, undoes, corrected_by, at)
        VALUES ($1, '1983', $3, $4, 'fire', NULL, 'AP', $5), ($2, '1983', $3, $4, NULL, $1, 'AP', $5)""",
        CORRECTION,
        UNDO,
        incident_id("fire"),
        derived_id("test report", "one"),
        NOW,
    )
    await town.takes(order[:cut])
    await town.takes(order[cut:])
    row = await town.pool.fetchrow("SELECT state, applied_at FROM correction_with_state")
    assert tuple(row) == ("undone", NOW + timedelta(seconds=5))
    assert await town.pool.fetchval("SELECT count(*) FROM report_to_review") == 1
