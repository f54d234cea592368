"""The page where staff open a reporter's contact details, with a reason. Signed in with a token of the scope `contact`."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.intake import disclosure_store
from services.intake.contact_opening import NoContactError, NoSuchReportError, open_contact, report_to_reach
from services.intake.domain.disclosure import MAX_REASON, BadReasonError, Opener, Way, checked_reason
from services.intake.domain.submission import Contact
from services.intake.domain.tokens import CONTACT
from services.intake.routes.staff.look import (
    CONTACT_PAGE,
    STAFF_PATH,
    StaffPage,
    or_problem,
    secret_in,
    staff_page,
    words,
)
from services.intake.routes.staff.signing_in import read_own_form, require_form_of
from services.intake.routes.staff.visiting import to_sign_in, visitor
from services.intake.running import Running
from services.intake.staff.door import form_mark
from services.intake.staff.sessions_store import Staff
from services.intake.vault import UnknownMasterKey
from shared.problem import Problem

_WAIT_S: Final = 5.0


def contact_page_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.api_route(CONTACT_PAGE + "/{report_id}", methods=["GET", "HEAD"])
    async def show(request: Request, report_id: UUID) -> Response:
        page = _page(running, request, report_id)
        return await or_problem(page, _show(running, request, page, report_id))

    @router.post(CONTACT_PAGE + "/{report_id}")
    async def open_one(request: Request, report_id: UUID) -> Response:
        page = _page(running, request, report_id)
        return await or_problem(page, _open(running, request, page, report_id))

    return router


def _page(running: Running, request: Request, report_id: UUID) -> StaffPage:
    return staff_page(request, running.settings.municipality, f"{CONTACT_PAGE}/{report_id}")


async def _show(running: Running, request: Request, page: StaffPage, report_id: UUID) -> Response:
    staff = await visitor(running, request, page, CONTACT)
    if staff is None:
        return to_sign_in(running, request, page.path)
    return await _draw(running, request, page, staff, report_id)


async def _open(running: Running, request: Request, page: StaffPage, report_id: UUID) -> Response:
    """Shown in the answer to the form alone: there is no address that shows it again."""
    form = await read_own_form(request, running)
    staff = await visitor(running, request, page, CONTACT)
    if staff is None:
        return to_sign_in(running, request, page.path)
    require_form_of(secret_in(request, running.settings.staff), form)
    given = form.one("reason")
    try:
        contact, _ = await open_contact(
            running.pool, running.vault, _opener(staff), report_id, checked_reason(given), page.now
        )
    except BadReasonError as fault:
        kept = given[: 2 * MAX_REASON]
        return await _draw(running, request, page, staff, report_id, fault=fault.code, kept=kept)
    except NoSuchReportError:
        raise _unknown() from None
    except NoContactError:
        return await _draw(running, request, page, staff, report_id)
    except UnknownMasterKey:
        return page.problem(503)
    return await _draw(running, request, page, staff, report_id, contact=contact)


async def _draw(
    running: Running,
    request: Request,
    page: StaffPage,
    staff: Staff,
    report_id: UUID,
    *,
    contact: Contact | None = None,
    fault: str | None = None,
    kept: str = "",
) -> HTMLResponse:
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        try:
            report = await report_to_reach(connection, _opener(staff), report_id)
        except NoSuchReportError:
            raise _unknown() from None
        opened = await disclosure_store.of_report(connection, report.report_id)
    return page.draw(
        "staff_contact.html",
        status=200 if fault is None else 422,
        staff=staff,
        mark=form_mark(secret_in(request, running.settings.staff)),
        sign_out=page.link(f"{STAFF_PATH}/sign-out"),
        action=page.link(),
        report=report,
        contact=contact,
        opened=opened,
        fault=None if fault is None else words(page.language)["contact"]["faults"][fault],
        kept=kept,
    )


def _opener(staff: Staff) -> Opener:
    return Opener(staff.token_id, staff.name, staff.municipality, Way.PAGE)


def _unknown() -> Problem:
    return Problem(404, "unknown-report", "There is no such report", "It may be another municipality's.")
