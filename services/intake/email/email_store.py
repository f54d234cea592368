"""All SQL about asking for news by e-mail, the code, and stopping. What there is to tell is in `news.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.email.codes import KeptCode
from services.intake.email.news import State
from services.intake.vault import Wrapped
from shared.events import FollowStatus
from shared.inbox import Connection

_HOLDER: Final = """
SELECT report.id, master_key, wrapped
FROM report JOIN report_key ON report_key.report_id = report.id
WHERE tracking_code = $1
"""
_HOLDER_BY_ID: Final = """
SELECT report.id, master_key, wrapped
FROM report JOIN report_key ON report_key.report_id = report.id
WHERE report.id = $1
"""
# Whatever an earlier asking left goes: nothing more is sent to its address.
_FORGET: Final = "DELETE FROM email_news WHERE report_id = $1"
_LOCK_REPORT: Final = "SELECT true FROM report WHERE id = $1 FOR NO KEY UPDATE"
_FORGET_UNCONFIRMED: Final = (
    "DELETE FROM email_news WHERE state = 'asked' AND code_ends_at < now() - interval '1 day'"
)
_ASK: Final = """
INSERT INTO email_news (report_id, asked_id, state, address, language, code, code_ends_at)
VALUES ($1, $2, 'asked', $3, $4, $5, $6)
"""
_PUT_CODE_IN_LINE: Final = """
INSERT INTO email_message (id, report_id, kind, code, made_at, next_try_at) VALUES ($1, $2, 'code', $3, $4, $4)
"""
_KEPT: Final = """
SELECT asked_id, state, address, code, code_ends_at, wrong_tries, refusal,
       (SELECT state FROM email_message WHERE report_id = email_news.report_id AND kind = 'code') AS code_message
FROM email_news WHERE report_id = $1
"""
_LOCK: Final = "SELECT FROM email_news WHERE report_id = $1 FOR UPDATE"
_COUNT_WRONG: Final = "UPDATE email_news SET wrong_tries = wrong_tries + 1 WHERE report_id = $1"
_VERIFY: Final = (
    "UPDATE email_news SET state = 'verified' WHERE report_id = $1 AND state = 'asked' RETURNING true"
)
# A code that was entered need not be sent, should it still wait after a server's fault.
_DROP_CODE: Final = """
UPDATE email_message SET state = 'given_up', code = NULL, reason = 'entered', settled_at = now()
WHERE report_id = $1 AND kind = 'code' AND state = 'waiting'
"""
_STATUS_NOW: Final = """
SELECT coalesce(latest.status, 'received') AS status, coalesce(latest.at, report.received_at) AS at
FROM report LEFT JOIN report_now AS latest ON latest.report_id = report.id WHERE report.id = $1
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """The report that is followed, and its key."""

    report_id: UUID
    key: Wrapped


@dataclass(frozen=True, slots=True)
class KeptNews:
    """`refusal`: what the mail server answered, in numbers; `is_code_lost`: its message was given up."""

    asked_id: UUID
    state: State
    address: bytes | None
    code: KeptCode
    refusal: str | None
    is_code_lost: bool


async def holder(connection: Connection, tracking_code: str) -> Holder | None:
    return _holder(await connection.fetchrow(_HOLDER, tracking_code))


async def holder_by_id(connection: Connection, report_id: UUID) -> Holder | None:
    return _holder(await connection.fetchrow(_HOLDER_BY_ID, report_id))


def _holder(row: Any) -> Holder | None:
    return None if row is None else Holder(row["id"], Wrapped(row["master_key"], row["wrapped"]))


async def forget(connection: Connection, report_id: UUID) -> bool:
    """The address, and what waits to be sent to it. Whether there was one."""
    return (await connection.execute(_FORGET, report_id)) != "DELETE 0"


async def forget_unconfirmed(connection: Connection) -> None:
    """Addresses whose code nobody entered."""
    await connection.execute(_FORGET_UNCONFIRMED)


async def ask(
    connection: Connection,
    report_id: UUID,
    asked_id: UUID,
    address: bytes,
    language: str,
    code: bytes,
    ends_at: datetime,
) -> bool:
    """In place of an earlier asking; False when the report is gone. Needs a transaction."""
    if not await connection.fetchval(_LOCK_REPORT, report_id):
        return False
    await forget(connection, report_id)
    await connection.execute(_ASK, report_id, asked_id, address, language, code, ends_at)
    return True


async def put_code_in_line(
    connection: Connection, message_id: UUID, report_id: UUID, sealed: bytes, now: datetime
) -> None:
    await connection.execute(_PUT_CODE_IN_LINE, message_id, report_id, sealed, now)


async def kept(connection: Connection, report_id: UUID) -> KeptNews | None:
    row = await connection.fetchrow(_KEPT, report_id)
    if row is None:
        return None
    code = KeptCode(row["code"], row["code_ends_at"], row["wrong_tries"])
    lost = row["state"] == State.ASKED and row["code_message"] == "given_up"
    return KeptNews(row["asked_id"], State(row["state"]), row["address"], code, row["refusal"], lost)


async def lock(connection: Connection, report_id: UUID) -> None:
    """Until the transaction ends, nobody puts news in line for it or enters a code."""
    await connection.execute(_LOCK, report_id)


async def count_wrong(connection: Connection, report_id: UUID) -> None:
    await connection.execute(_COUNT_WRONG, report_id)


async def verify(connection: Connection, report_id: UUID) -> bool:
    """Whether it is verified now and was not before."""
    is_first = bool(await connection.fetchval(_VERIFY, report_id))
    await connection.execute(_DROP_CODE, report_id)
    return is_first


async def status_now(connection: Connection, report_id: UUID) -> tuple[FollowStatus, datetime]:
    row = await connection.fetchrow(_STATUS_NOW, report_id)
    assert row is not None
    return FollowStatus(row["status"]), row["at"]
