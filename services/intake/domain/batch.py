"""Many reports in one body, each with a key of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from services.intake.domain.refusal import FieldError, Refused
from services.intake.domain.submission import Submission, read_submission

MAX_REPORTS: Final = 10_000
MAX_BYTES: Final = 16 * 1024 * 1024
# As much as a report that is sent alone may have.
_MAX_REPORT_BYTES: Final = 64 * 1024
# A report opens two at most; this keeps a body of nothing but brackets from taking many times its size in memory.
_MAX_BRACKETS: Final = 64 * MAX_REPORTS
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_NO_TIME: Final = (
    'must say when it happened; `"undated": "now"` beside `reports` says that whatever does not happens now'
)
_KEY_ERROR: Final = (
    "must be 1 to 255 visible ASCII characters; a key that begins with import: is good for good"
)


@dataclass(frozen=True, slots=True)
class Keyed:
    """`fingerprint`: of the report as it would be sent alone, in compact JSON."""

    key: str
    submission: Submission
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands in `reports`, still unread. `undated_is_now`: a report that does not say when happens now; else it is refused,
    for among many it is rather one whose time was lost, and an old event must not become one of today.
    """

    reports: list[Any]
    undated_is_now: bool


def listed(body: bytes) -> Listed:
    """Raises `Refused`."""
    if body.count(b"[") + body.count(b"{") > _MAX_BRACKETS:
        raise _unreadable("it holds more lists and objects than so many reports have")
    try:
        told = orjson.loads(body)
    except ValueError:
        raise _unreadable("the body is not JSON in UTF-8") from None
    reports = told.get("reports") if isinstance(told, dict) else None
    if not isinstance(reports, list):
        raise _wrong("reports", "missing", "must be a list of reports, each with a key")
    if unknown := [name for name in told if name not in {"reports", "undated"}]:
        raise _wrong(unknown[0][:100], "unknown_field", "is nothing that is read here")
    if not 1 <= len(reports) <= MAX_REPORTS:
        raise _wrong(
            "reports", "number", f"must hold 1 to {MAX_REPORTS} reports; send more in several bodies"
        )
    if told.get("undated", "now") != "now":
        raise _wrong("undated", "unknown", "may be now, and nothing else")
    return Listed(reports, undated_is_now="undated" in told)


def read_keyed(item: object, *, undated_is_now: bool) -> Keyed:
    """Raises `Refused`, with fields as they are called inside the item."""
    if not isinstance(item, dict) or set(item) != {"key", "report"}:
        raise _wrong("", "unreadable", "must be an object of key and report, and nothing else")
    key = item["key"]
    if not isinstance(key, str) or _KEY.fullmatch(key) is None:
        raise _wrong("key", "unreadable", _KEY_ERROR)
    body = orjson.dumps(item["report"])
    if len(body) > _MAX_REPORT_BYTES:
        raise _wrong("report", "too_long", f"must have at most {_MAX_REPORT_BYTES} bytes")
    try:
        submission = read_submission(body)
    except Refused as refused:
        raise Refused(placed("report", refused.errors)) from None
    if submission.occurred_at is None and not undated_is_now:
        raise _wrong("report/occurred_at", "missing", _NO_TIME)
    return Keyed(key, submission, sha256(body).digest())


def placed(where: str, errors: Sequence[FieldError]) -> list[FieldError]:
    """The same errors, seen from further out."""
    return [FieldError(f"{where}/{each.field}".rstrip("/"), each.code, each.detail) for each in errors]


def _wrong(field: str, code: str, detail: str) -> Refused:
    return Refused([FieldError(field, code, detail)])


def _unreadable(detail: str) -> Refused:
    return Refused([FieldError("", "unreadable", detail)], readable=False)
