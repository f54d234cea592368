"""A reporter's contact details for other systems, opened with a reason. Nothing of it stands in an address."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.intake.contact_opening import NoContactError, NoSuchReportError, open_contact
from services.intake.domain.disclosure import MAX_REASON, BadReasonError, Opener, Way, checked_reason
from services.intake.domain.submission import refused
from services.intake.domain.tokens import CONTACT, Token
from services.intake.routes.accept_reports import refusal_problem
from services.intake.routes.api import away
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.known_token import known_token
from services.intake.routes.openapi import AWAY, JSON_BODY, UNKNOWN_TOKEN, problem
from services.intake.running import Running
from services.intake.vault import UnknownMasterKey
from shared.plain_text import PLAIN_AND_SAYS_SOMETHING
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

CONTACTS_PATH: Final = "/api/v1/contacts"
_HINT: Final = "Make one with `vardkase tokens create NAME --scope contact`."
_UNKNOWN: Final = "It was disposed of, belongs to another municipality, or never was."
_NONE: Final = "Its reporter left no name, telephone or e-mail."


class WantedContact(BaseModel):
    """`reason`: why; kept in the log of openings until the report is disposed of. Name nobody in it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    report_id: UUID
    reason: str = Field(min_length=1, max_length=MAX_REASON, pattern=PLAIN_AND_SAYS_SOMETHING)


class OpenedContact(BaseModel):
    """`report_id`: the report that they were given with; for something added to a report, the first one."""

    report_id: UUID
    disclosure_id: UUID
    opened_at: datetime
    name: str | None
    email: str | None
    phone: str | None


_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **JSON_BODY,
    401: UNKNOWN_TOKEN,
    403: problem(
        "The token may not do this.", "no-contact-scope", "This token may not open contact details", 403, _HINT
    ),
    404: problem(
        "There is no such report (`unknown-report`), or its reporter gave no contact details (`no-contact`).",
        "unknown-report", "There is no such report", 404, _UNKNOWN,
    ),
    422: problem(
        "The request does not fit.", "invalid-report", "The report does not fit", 422, "reason: must say something",
    ),
    503: AWAY,
}  # fmt: skip
_BODY: Final = {
    "required": True,
    "description": "At most 64 KiB.",
    "content": {"application/json": {"schema": WantedContact.model_json_schema()}},
}


def contact_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.post(
        CONTACTS_PATH,
        summary="Open a reporter's contact details",
        description="With a token of the scope `contact`, of the report's municipality or of any. Who, when, why and which report "
        "is on record before the answer is sent, each time anew, and the reporter reads when it was done.",
        operation_id="open_contact",
        responses=_RESPONSES,
        openapi_extra={"requestBody": _BODY, "security": [{"token": []}]},
    )
    async def open_one(request: Request, response: Response) -> OpenedContact:
        opener = _opener(await known_token(running, request))
        require_content_type(request.scope, b"application/json")
        body = await read_body(request.scope, request.receive)
        response.headers["Cache-Control"] = "no-store"
        try:
            wanted = WantedContact.model_validate_json(body)
            return await _opened(running, opener, wanted.report_id, checked_reason(wanted.reason))
        except ValidationError as error:
            raise refusal_problem(refused(error)) from None
        except BadReasonError as fault:
            raise Problem(
                422, "invalid-report", "The report does not fit", f"reason: {fault.code.replace('_', ' ')}"
            ) from None

    return router


def _opener(token: Token) -> Opener:
    """Raises `Problem` 403."""
    if CONTACT not in token.scopes:
        raise Problem(403, "no-contact-scope", "This token may not open contact details", _HINT)
    return Opener(token.id, token.name, token.municipality, Way.API)


async def _opened(running: Running, opener: Opener, report_id: UUID, reason: str) -> OpenedContact:
    try:
        contact, written = await open_contact(
            running.pool, running.vault, opener, report_id, reason, datetime.now(UTC)
        )
    except NoSuchReportError:
        raise Problem(404, "unknown-report", "There is no such report", _UNKNOWN) from None
    except NoContactError:
        raise Problem(404, "no-contact", "No contact details were given", _NONE) from None
    except (*TRANSIENT_ERRORS, UnknownMasterKey):
        raise away("The contact details can't be opened right now") from None
    return OpenedContact(
        report_id=written.report_id,
        disclosure_id=written.id,
        opened_at=written.at,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
    )
