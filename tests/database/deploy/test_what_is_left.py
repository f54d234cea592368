"""docs/disposal.md says of every table and topic what becomes of a disposed report's words there."""

import re
from pathlib import Path

import asyncpg

from shared.topics import DEAD_LETTER_TOPICS, TOPICS

PAGE = (Path(__file__).parents[3] / "docs" / "disposal.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (intake|enrichment|notifier|reporting) \| ([^|]+) \|", re.MULTILINE)
_QUOTED = re.compile(r"`([^`]+)`")
_GONE_WITH_THE_REPORT = """
SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'intake' AND column_name = 'report_id' AND table_type = 'BASE TABLE'
"""
_CASCADES = """
WITH RECURSIVE gone AS (
    SELECT 'intake.report'::regclass::oid AS table
    UNION SELECT conrelid FROM pg_constraint JOIN gone ON confrelid = gone.table WHERE contype = 'f' AND confdeltype = 'c'
)
SELECT gone.table::regclass::text FROM gone
"""
# They outlive the report, and the page says with what.
_KEPT = {"idempotency", "disposal", "disclosure"}


async def test_every_table_is_told_of(fresh_postgres_dsn: str) -> None:
    connection = await asyncpg.connect(fresh_postgres_dsn)
    rows = await connection.fetch(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
        "AND table_schema IN ('intake', 'enrichment', 'notifier', 'reporting')"
    )
    await connection.close()
    told = {(service, name) for service, names in _ROW.findall(PAGE) for name in _QUOTED.findall(names)}
    assert told == {(row["table_schema"], row["table_name"]) for row in rows}


async def test_what_intake_keeps_of_a_report_goes_with_its_row(fresh_postgres_dsn: str) -> None:
    connection = await asyncpg.connect(fresh_postgres_dsn)
    tables = {row[0] for row in await connection.fetch(_GONE_WITH_THE_REPORT)}
    cascading = {row[0].removeprefix("intake.") for row in await connection.fetch(_CASCADES)}
    await connection.close()
    assert tables - cascading - _KEPT == {"report_key"}, "its key is erased by name"


def test_every_topic_is_told_of() -> None:
    told = {name for line in PAGE.splitlines() for name in _QUOTED.findall(line) if name.endswith(".v1")}
    known = {topic.name for topic in TOPICS} | set(DEAD_LETTER_TOPICS.values())
    alike = {re.sub(r"^alert\..*", "alert.<agency>.v1", name) for name in known}
    alike = {re.sub(r"^dead-letter\..*", "dead-letter.<service>.v1", name) for name in alike}
    assert told == alike
