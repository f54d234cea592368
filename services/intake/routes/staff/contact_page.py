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
from services.intake.routes.staff.look import CONTACT_PAGE, StaffPage, words
from services.intake.routes.staff.signing_in import read_own_form, require_form_of
from services.intake.routes.staff.visiting import Visit, or_sign_in, page_of_report, visit_of
from services.intake.running import Running
from services.intake.staff.sessions_store import Staff
from services.intake.vault import UnknownMasterKey
from shared.problem import Problem

_WAIT_S: Final = 5.0


def contact_page_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.api_route(CONTACT_PAGE + "/{report_id}", methods=["GET", "HEAD"])
    async def show(request: Request, report_id: UUID) -> Response:
        page = page_of_report(running, request, CONTACT_PAGE, report_id)
        return await or_sign_in(running, request, page, _show(running, request, page, report_id))

    @router.post(CONTACT_PAGE + "/{report_id}")
    async def open_one(request: Request, report_id: UUID) -> Response:
        page = page_of_report(running, request, CONTACT_PAGE, report_id)
        return await or_sign_in(running, request, page, _open(running, request, page, report_id))

    return router


async def _show(running: Running, request: Request, page: StaffPage, report_id: UUID) -> Response:
    return await _draw(running, await visit_of(running, request, page, CONTACT), report_id)


async def _open(running: Running, request: Request, page: StaffPage, report_id: UUID) -> Response:
    """Shown in the answer to the form alone: there is no address that shows it again."""
    form = await read_own_form(request, running)
    visit = await visit_of(running, request, page, CONTACT)
    require_form_of(visit.secret, form)
    given = form.one("reason")
    try:
        contact, _ = await open_contact(
            running.pool, running.vault, _opener(visit.staff), report_id, checked_reason(given), page.now
        )
    except BadReasonError as fault:
        return await _draw(running, visit, report_id, fault=fault.code, kept=given[: 2 * MAX_REASON])
    except NoSuchReportError:
        raise _unknown() from None
    except NoContactError:
        return await _draw(running, visit, report_id)
    except UnknownMasterKey:
        return page.problem(503)
    return await _draw(running, visit, report_id, contact=contact)


async def _draw(
    running: Running,
    visit: Visit,
    report_id: UUID,
    *,
    contact: Contact | None = None,
    fault: str | None = None,
    kept: str = "",
) -> HTMLResponse:
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        try:
            report = await report_to_reach(connection, _opener(visit.staff), report_id)
        except NoSuchReportError:
            raise _unknown() from None
        opened = await disclosure_store.of_report(connection, report.report_id)
    return visit.draw(
        "staff_contact.html",
        status=200 if fault is None else 422,
        action=visit.page.link(),
        report=report,
        contact=contact,
        opened=opened,
        fault=None if fault is None else words(visit.page.language)["contact"]["faults"][fault],
        kept=kept,
    )


def _opener(staff: Staff) -> Opener:
    return Opener(staff.token_id, staff.name, staff.municipality, Way.PAGE)


def _unknown() -> Problem:
    return Problem(404, "unknown-report", "There is no such report", "It may be another municipality's.")
