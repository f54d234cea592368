"""News by e-mail in the API: asking for a code, entering it, how it stands, and stopping."""

from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.intake.domain.submission import refused
from services.intake.email.acting import ask_for_code, enter_code, offered, stop_news
from services.intake.email.asking import Shown
from services.intake.email.codes import DIGITS
from services.intake.email.shown import standing_of
from services.intake.routes.accept_reports import REPORTS_PATH, refusal_problem
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.openapi import AWAY, GONE, JSON_BODY, problem
from services.intake.running import Running
from services.intake.texts import chosen_language

EMAIL_PATH: Final = REPORTS_PATH + "/{tracking_code}/email"
B = TypeVar("B", bound=BaseModel)


class EmailAsked(BaseModel):
    """`language`: of the messages; without one we have, what `Accept-Language` prefers."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        json_schema_extra={"examples": [{"address": "kim@exempel.se", "language": "sv"}]},
    )

    address: str = Field(min_length=3, max_length=254)
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")


class EmailCode(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", json_schema_extra={"examples": [{"code": "041207"}]}
    )

    code: str = Field(min_length=1, max_length=40, description="Six digits; spaces make no difference.")


class CodeAsked(BaseModel):
    """The same whether a message is sent or not: nobody learns of an address that others wrote to it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "asked", "digits": 6, "valid_for_s": 900}]}
    )

    state: Shown
    digits: int
    valid_for_s: int


class EmailStanding(BaseModel):
    """Never which address. `ended`: a new code has to be asked for. `refusal`: the mail server's number for why it takes
    nothing for the address, which is then erased.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "verified", "refusal": None}]})

    state: Shown
    refusal: str | None


def email_router(running: Running) -> APIRouter:
    router = APIRouter()
    _add_asking(router, running)
    _add_standing(router, running)
    return router


_NOT_HERE: Final = problem(
    "There is no such report, or no news is sent by e-mail here (`no-news-by-email`).",
    "unknown-tracking-code", "There is no report with this tracking code", 404,
    "Check the code: twelve letters and digits, as they were shown when the report was sent.",
)  # fmt: skip
_SHARED: Final[dict[int | str, dict[str, Any]]] = {404: _NOT_HERE, 410: GONE, 503: AWAY}
_WITH_BODY: Final[dict[int | str, dict[str, Any]]] = {
    **_SHARED,
    **JSON_BODY,
}  # fmt: skip
_ASKING: Final[dict[int | str, dict[str, Any]]] = {
    **_WITH_BODY,
    422: problem(
        "The address does not fit.", "invalid-address", "This is no e-mail address", 422,
        "address: must be one mailbox, like name@example.com",
    ),
    429: problem(
        "Too many codes for this report or from this network. `Retry-After` says when to try again.",
        "too-many-codes", "Too many codes were asked for", 429,
        "No code was sent. Ask again in 600 s; 4 at once and then one each 600 s are sent.",
    ),
}  # fmt: skip
_ENTERING: Final[dict[int | str, dict[str, Any]]] = {
    **_WITH_BODY,
    409: problem(
        "No code holds: none was asked for, it is too old, or five wrong ones were tried.",
        "new-code-needed", "A new code is needed", 409,
        "None was asked for, it is too old, or too many wrong ones were tried. Ask for a new code.",
    ),
    422: problem(
        "That is not the code.", "wrong-code", "That is not the code", 422,
        "Look at the latest message and send its six digits. After five wrong ones a new code is needed.",
    ),
}  # fmt: skip


def _body_of(model: type[BaseModel]) -> dict[str, Any]:
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "description": "At most 64 KiB.", "content": content}}


def _add_asking(router: APIRouter, running: Running) -> None:
    @router.post(
        EMAIL_PATH,
        status_code=202,
        summary="Ask for news of a report by e-mail",
        description="One message with a code is sent to the address, and nothing else before the code is entered. An earlier "
        "address is forgotten at once. An address that gets too many codes gets no more for a while; the answer is the same.",
        operation_id="ask_for_email_code",
        responses=_ASKING,
        openapi_extra=_body_of(EmailAsked),
    )
    async def ask(request: Request, response: Response, tracking_code: str) -> CodeAsked:
        asked = await _read(request, EmailAsked)
        language = chosen_language(
            (asked.language or "").partition("-")[0].lower(), request.headers.get("accept-language", "")
        )
        await ask_for_code(running, request.scope, tracking_code, asked.address, language)
        response.headers["Cache-Control"] = "no-store"
        return CodeAsked(
            state=Shown.ASKED, digits=DIGITS, valid_for_s=running.settings.email.code_minutes * 60
        )

    @router.post(
        EMAIL_PATH + "/verify",
        summary="Enter the code from the message",
        description="From then on news of the status is sent, and that staff put a question. The right code again is as once.",
        operation_id="enter_email_code",
        responses=_ENTERING,
        openapi_extra=_body_of(EmailCode),
    )
    async def verify(request: Request, response: Response, tracking_code: str) -> EmailStanding:
        entered = await _read(request, EmailCode)
        await enter_code(running, tracking_code, entered.code)
        response.headers["Cache-Control"] = "no-store"
        return EmailStanding(state=Shown.VERIFIED, refusal=None)


def _add_standing(router: APIRouter, running: Running) -> None:
    @router.get(
        EMAIL_PATH,
        summary="How it stands with news by e-mail",
        operation_id="show_email",
        responses=_SHARED,
    )
    async def show(response: Response, tracking_code: str) -> EmailStanding:
        code = await offered(running, tracking_code)
        standing = await standing_of(running, code)
        assert standing is not None
        response.headers["Cache-Control"] = "no-store"
        return EmailStanding(state=standing.shown, refusal=standing.refusal)

    @router.delete(
        EMAIL_PATH,
        status_code=204,
        summary="Stop news by e-mail",
        description="The address is erased, with what waits to be sent to it. The second time nothing more happens.",
        operation_id="stop_email",
        responses=_SHARED,
    )
    async def stop(tracking_code: str) -> Response:
        await stop_news(running, tracking_code)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})


async def _read(request: Request, model: type[B]) -> B:
    """Raises `Problem` 400, 413, 415 or 422."""
    require_content_type(request.scope, b"application/json")
    body = await read_body(request.scope, request.receive)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise refusal_problem(refused(error)) from None
