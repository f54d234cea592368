"""What `POST /api/v1/imports` takes and answers, as its description tells it."""

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from services.intake.batch_commit import Outcome
from services.intake.domain.batch import MAX_BYTES, MAX_REPORTS
from services.intake.routes.openapi import AWAY, JSON_BODY, problem
from shared.openapi import REF

MOST_TOLD: Final = 1000


class ImportedReport(BaseModel):
    """`known`: the same report came with this key before, and this is it. `changed`: another one did; that stays, and this one
    was not added.
    """

    outcome: Outcome
    id: UUID | None
    tracking_code: str | None


class Imported(BaseModel):
    """`reports`: in the order in which they were sent."""

    added: int
    known: int
    changed: int
    reports: list[ImportedReport]


_EXAMPLE: Final[dict[str, Any]] = {
    "reports": [
        {
            "key": "import:rond-2026-11-22-0417",
            "report": {
                "text": "Två rutor krossade på skolans baksida, ingen på plats.",
                "place_text": "Nibbleskolan, Köping",
                "occurred_at": "2026-11-22T23:40:00+01:00",
                "category": "vandalism",
                "external_id": "rond-2026-11-22-0417",
            },
        },
        {
            "key": "import:rond-2026-11-22-0418",
            "report": {
                "text": "Trasig gatlykta vid gångtunneln.",
                "lat": 59.5123,
                "lon": 15.9987,
                "occurred_at": "2026-11-23T00:10:00+01:00",
                "external_id": "rond-2026-11-22-0418",
            },
        },
    ]
}
_ANSWER: Final = {
    "added": 1,
    "known": 1,
    "changed": 0,
    "reports": [
        {"outcome": "added", "id": "01a20727-5fc5-737d-beab-671a358acf84", "tracking_code": "WGS5-X26S-5KKA"},
        {"outcome": "known", "id": "01a1f3c2-0a11-7c02-9b1e-2f6f3b7f7c11", "tracking_code": "7F9S-Y649-J8ZZ"},
    ],
}
BODY: Final = {
    "required": True,
    "description": f"1 to {MAX_REPORTS:,} reports in at most {MAX_BYTES // 2**20} MiB, each of at most 64 KiB.",
    "content": {
        "application/json": {
            "example": _EXAMPLE,
            "schema": {
                "type": "object",
                "required": ["reports"],
                "additionalProperties": False,
                "properties": {
                    "reports": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["key", "report"],
                            "additionalProperties": False,
                            "properties": {
                                "key": {
                                    "type": "string",
                                    "minLength": 1,
                                    "maxLength": 255,
                                    "pattern": "^[!-~]+$",
                                    "description": "What makes the report the same when it comes again, as `Idempotency-Key` "
                                    "does for a report alone. One that begins with `import:` does so for good.",
                                },
                                "report": {"$ref": REF.format(model="Submission")},
                            },
                        },
                    },
                    "undated": {
                        "const": "now",
                        "description": "Reports that do not say when it happened happen now. Left out, they are refused.",
                    },
                },
            },
        }
    },
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    202: {"description": "Stored, all of it.", "content": {"application/json": {"example": _ANSWER}}},
    **JSON_BODY,
    401: problem(
        "No token, or one that is unknown.", "token-needed", "A token is needed", 401,
        "Send Authorization: Bearer with a token of the scope report:… of this installation.",
    ),
    403: problem(
        "The token may not report.", "token-may-not-report", "This token may not report here", 403,
        "It has no scope report:…; ask for one that has, or report as a citizen without a token.",
    ),
    413: problem(
        "The body is too large.", "body-too-large", "The body is too large", 413,
        f"At most {MAX_BYTES} bytes are read. Shorten the text.",
    ),
    422: problem(
        f"One report or more does not fit; nothing was stored. `errors` has the first {MOST_TOLD:,} faults, `bad` says how "
        "many reports have any.",
        "invalid-reports", "Some reports do not fit", 422, "1 of 2 reports do not fit; nothing was stored.",
        errors=[{"pointer": "/reports/1/report/text", "code": "missing", "detail": "must say something"}], bad=1,
    ),
    429: problem(
        "Too many reports with this token.", "too-many-reports", "Too many reports from here in a short time", 429,
        "Nothing was stored. Send it again in 10 s; 20000 at once and then one each 0.005 s are taken. In danger call 112.",
    ),
    503: AWAY,
}  # fmt: skip
