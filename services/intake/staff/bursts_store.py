"""All SQL of the page where people review what is held: bursts of alike reports, what is in them, what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.abuse.held_words import held_words
from services.intake.abuse.judging import Reason, State
from shared.events import Point
from shared.inbox import Connection

# What was decided at once stays together; what is held has no decision yet. The oldest held first, the latest decided first.
# `turn` and `mark` say where a page ends, so that what comes in meanwhile moves nothing that is still to be read.
_BURSTS: Final = """
WITH doubted AS (
    SELECT coalesce(alike, uuid_send(quarantine.report_id)) AS mark, quarantine.report_id, quarantine.received_at, release_at,
           reasons, decided_at, decided_by, note
    FROM quarantine JOIN report ON report.id = quarantine.report_id
    WHERE state = $1 AND ($2::text IS NULL OR $2 = ANY(reasons)) AND ($3::text IS NULL OR report.municipality = $3)
), burst AS (
    SELECT mark, decided_at, decided_by, note, count(*) AS reports, min(received_at) AS first_at, max(received_at) AS last_at,
           min(release_at) AS release_at, count(*) FILTER (WHERE release_at IS NULL) AS for_a_person,
           array_agg(DISTINCT array_to_string(reasons, ' ')) AS reasons,
           CASE WHEN $1 = 'held' THEN min(received_at) ELSE coalesce(decided_at, max(received_at)) END AS turn
    FROM doubted
    WHERE $4::uuid IS NULL
       OR mark = (SELECT coalesce(alike, uuid_send(report_id)) FROM quarantine WHERE report_id = $4)
    GROUP BY mark, decided_at, decided_by, note
)
SELECT * FROM burst
WHERE $5::timestamptz IS NULL
   OR CASE WHEN $1 = 'held' THEN (turn, mark) > ($5, $6::bytea) ELSE (turn, mark) < ($5, $6::bytea) END
ORDER BY CASE WHEN $1 = 'held' THEN turn END, CASE WHEN $1 = 'held' THEN mark END, turn DESC, mark DESC
LIMIT $7
"""
_MEMBERS: Final = """
SELECT * FROM (
    SELECT coalesce(alike, uuid_send(quarantine.report_id)) AS mark, decided_at, quarantine.report_id, reasons,
           quarantine.received_at, release_at, body,
           row_number() OVER (PARTITION BY coalesce(alike, uuid_send(quarantine.report_id)), decided_at
                              ORDER BY quarantine.received_at, quarantine.report_id) AS place
    FROM quarantine JOIN report ON report.id = quarantine.report_id
    WHERE state = $1 AND ($2::text IS NULL OR $2 = ANY(reasons)) AND ($3::text IS NULL OR report.municipality = $3)
      AND coalesce(alike, uuid_send(quarantine.report_id)) = ANY($4::bytea[])
) AS member
WHERE place <= $5 ORDER BY place
"""
_EARLIER: Final = """
SELECT report_id, state, decided_at, decided_by, note FROM quarantine_decision
WHERE report_id = ANY($1::uuid[]) ORDER BY decided_at
"""
_COUNTS: Final = """
SELECT state, count(*) AS reports, min(quarantine.received_at) AS oldest,
       min(quarantine.received_at) FILTER (WHERE release_at IS NULL) AS oldest_for_a_person
FROM quarantine JOIN report ON report.id = quarantine.report_id
WHERE $1::text IS NULL OR report.municipality = $1
GROUP BY state
"""
# Those that are still as they were shown, and not what has come to the burst since.
_PICKED: Final = """
SELECT quarantine.report_id FROM quarantine JOIN report ON report.id = quarantine.report_id
WHERE state = $1 AND ($2::text IS NULL OR $2 = ANY(reasons)) AND ($3::text IS NULL OR report.municipality = $3)
  AND (quarantine.report_id = ANY($4::uuid[])
       OR EXISTS (
           SELECT FROM unnest($5::uuid[], $6::timestamptz[], $7::timestamptz[]) AS picked (report_id, last_at, decided_at)
           JOIN quarantine AS named ON named.report_id = picked.report_id
           WHERE coalesce(named.alike, uuid_send(named.report_id)) = coalesce(quarantine.alike, uuid_send(quarantine.report_id))
             AND quarantine.received_at <= picked.last_at
             AND quarantine.decided_at IS NOT DISTINCT FROM picked.decided_at))
ORDER BY quarantine.report_id FOR UPDATE OF quarantine
"""
_DECISION: Final = """
SELECT kept.state, count(*) AS reports, count(*) FILTER (WHERE quarantine.state = 'rejected') AS rejected_still,
       min(kept.decided_at) AS decided_at, min(kept.note) AS note
FROM quarantine_decision AS kept JOIN quarantine ON quarantine.report_id = kept.report_id
JOIN report ON report.id = kept.report_id
WHERE decision_id = $1 AND ($2::text IS NULL OR report.municipality = $2) GROUP BY kept.state
"""
_REJECTED_AT_ONCE: Final = """
SELECT quarantine.report_id FROM quarantine_decision AS kept
JOIN quarantine ON quarantine.report_id = kept.report_id JOIN report ON report.id = kept.report_id
WHERE decision_id = $1 AND quarantine.state = 'rejected' AND quarantine.decided_at = kept.decided_at
  AND ($2::text IS NULL OR report.municipality = $2)
ORDER BY quarantine.report_id FOR UPDATE OF quarantine
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which are listed. `municipality` None is any. `alike`: only those of that report's burst."""

    state: State
    reason: Reason | None
    municipality: str | None
    alike: UUID | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The last burst of a page; the next page begins after it."""

    at: datetime
    mark: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    state: State
    decided_at: datetime
    decided_by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """`text`, `place_text`, `point`: as other services would read them; None once it has gone on, or if `is_unreadable`:
    then it can only be rejected. `earlier`: all decisions.
    """

    report_id: UUID
    reasons: tuple[Reason, ...]
    received_at: datetime
    release_at: datetime | None
    text: str | None
    place_text: str | None
    point: Point | None
    category: str | None
    is_unreadable: bool
    earlier: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Burst:
    """Alike reports, or one alone. `members`: the first of them, at least one. `release_at`: of the first that goes on by itself."""

    turn: Turn
    reports: int
    first_at: datetime
    last_at: datetime
    release_at: datetime | None
    for_a_person: int
    reasons: tuple[Reason, ...]
    decision: Decision | None
    members: tuple[Member, ...]

    @property
    def report_id(self) -> UUID:
        """Names the burst."""
        return self.members[0].report_id


@dataclass(frozen=True, slots=True)
class Count:
    reports: int
    oldest: datetime | None
    oldest_for_a_person: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What one decision did. `rejected_still`: of those, how many are rejected now."""

    state: State
    reports: int
    rejected_still: int
    note: str | None


@dataclass(frozen=True, slots=True)
class PickedBurst:
    """As it was shown: no later than `last_at`, decided then; so many `reports`."""

    report_id: UUID
    last_at: datetime
    decided_at: datetime | None
    reports: int


async def bursts(
    connection: Connection, shown: Shown, after: Turn | None, *, most: int, members: int
) -> list[Burst]:
    """With the first `members` of each."""
    rows = await connection.fetch(
        _BURSTS, shown.state, shown.reason, shown.municipality, shown.alike,
        None if after is None else after.at, None if after is None else after.mark, most,
    )  # fmt: skip
    inside = await connection.fetch(
        _MEMBERS, shown.state, shown.reason, shown.municipality, [row["mark"] for row in rows], members
    )
    earlier = await _earlier(connection, [row["report_id"] for row in inside])
    within: dict[tuple[bytes, datetime | None], list[Member]] = {}
    for row in inside:
        found = within.setdefault((row["mark"], row["decided_at"]), [])
        found.append(_member(row, earlier.get(row["report_id"], ())))
    keyed = [(row, tuple(within.get((row["mark"], row["decided_at"]), ()))) for row in rows]
    return [_burst(row, found, shown.state) for row, found in keyed if found]


async def counts(connection: Connection, municipality: str | None) -> dict[State, Count]:
    rows = await connection.fetch(_COUNTS, municipality)
    none = dict.fromkeys(State, Count(0, None, None))
    return none | {
        State(row["state"]): Count(row["reports"], row["oldest"], row["oldest_for_a_person"]) for row in rows
    }


async def picked(
    connection: Connection, shown: Shown, report_ids: Sequence[UUID], of_bursts: Sequence[PickedBurst]
) -> list[UUID]:
    """Those that are still as they were shown, kept from being decided by another until the transaction ends."""
    rows = await connection.fetch(
        _PICKED, shown.state, shown.reason, shown.municipality, list(report_ids),
        [each.report_id for each in of_bursts], [each.last_at for each in of_bursts],
        [each.decided_at for each in of_bursts],
    )  # fmt: skip
    return [row["report_id"] for row in rows]


async def decided(connection: Connection, decision_id: UUID, municipality: str | None) -> Decided | None:
    row = await connection.fetchrow(_DECISION, decision_id, municipality)
    return (
        None
        if row is None
        else Decided(State(row["state"]), row["reports"], row["rejected_still"], row["note"])
    )


async def rejected_at_once(connection: Connection, decision_id: UUID, municipality: str | None) -> list[UUID]:
    """Those that are still rejected by that very decision."""
    rows = await connection.fetch(_REJECTED_AT_ONCE, decision_id, municipality)
    return [row["report_id"] for row in rows]


async def _earlier(connection: Connection, report_ids: Sequence[UUID]) -> dict[UUID, tuple[Decision, ...]]:
    found: dict[UUID, tuple[Decision, ...]] = {}
    for row in await connection.fetch(_EARLIER, list(report_ids)):
        found[row["report_id"]] = (*found.get(row["report_id"], ()), _decision(row, State(row["state"])))
    return found


def _decision(row: Any, state: State) -> Decision:
    return Decision(state, row["decided_at"], row["decided_by"], row["note"])


def _member(row: Any, earlier: tuple[Decision, ...]) -> Member:
    told = held_words(row["body"])
    return Member(
        report_id=row["report_id"],
        reasons=tuple(map(Reason, row["reasons"])),
        received_at=row["received_at"],
        release_at=row["release_at"],
        text=told.text,
        place_text=told.place_text,
        point=told.point,
        category=told.category,
        is_unreadable=told.is_unreadable,
        earlier=earlier,
    )


def _burst(row: Any, members: tuple[Member, ...], state: State) -> Burst:
    named = {reason for reasons in row["reasons"] for reason in reasons.split()}
    return Burst(
        turn=Turn(row["turn"], row["mark"]),
        reports=row["reports"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        release_at=row["release_at"],
        for_a_person=row["for_a_person"],
        reasons=tuple(reason for reason in Reason if reason in named),
        decision=None if row["decided_at"] is None else _decision(row, state),
        members=members,
    )
