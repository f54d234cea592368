"""The page where people review what is held: looked at in bursts, released, rejected, and a rejection undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.intake.abuse import quarantine
from services.intake.abuse.judging import Reason, State
from services.intake.domain.refusal import Refused
from services.intake.domain.tokens import PHOTOS, QUARANTINE
from services.intake.metrics import QUARANTINE_DECIDED
from services.intake.photos import photos_store
from services.intake.routes.staff.look import (
    PHOTOS_PAGE,
    QUARANTINE_PAGE,
    StaffPage,
    counted,
    leading_to,
    staff_page,
    words,
)
from services.intake.routes.staff.signing_in import read_own_form, require_form_of
from services.intake.routes.staff.visiting import Visit, or_sign_in, visit_of
from services.intake.running import Running
from services.intake.staff import bursts_store
from services.intake.staff.bursts_store import Burst, Count, Shown
from services.intake.staff.choosing import (
    MAX_NOTE,
    Choice,
    Form,
    burst_value,
    chosen_in,
    member_value,
    note_in,
    read_id,
    read_reason,
    read_state,
    read_turn,
    turn_value,
)
from shared.identity import new_id

log = structlog.get_logger()
_WAIT_S: Final = 5.0
_BURSTS: Final = 15
_MEMBERS: Final = 10
_MEMBERS_OF_ONE: Final = 200
_SHOWS: Final = ("state", "reason", "alike")


@dataclass(frozen=True, slots=True)
class Review(Visit):
    """A visit to what is shown."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not enough to decide by, to be shown again."""

    fault: str
    field: str
    values: frozenset[str]
    note: str


def quarantine_page_router(running: Running) -> APIRouter:
    router = APIRouter()

    @router.api_route(QUARANTINE_PAGE, methods=["GET", "HEAD"])
    async def show(request: Request) -> Response:
        return await or_sign_in(running, request, _page(running, request, {}), _show(running, request))

    @router.post(QUARANTINE_PAGE)
    async def decide(request: Request) -> Response:
        return await or_sign_in(running, request, _page(running, request, {}), _answer(running, request))

    return router


async def _show(running: Running, request: Request) -> Response:
    visit = await _review(running, request, request.query_params)
    return await _draw(running, visit, request.query_params)


async def _answer(running: Running, request: Request) -> Response:
    form = await read_own_form(request, running)
    visit = await _review(running, request, {name: form.one(name) for name in _SHOWS})
    require_form_of(visit.secret, form)
    if undone := read_id(form.one("undo")):
        return await _undo(running, visit, undone)
    return await _decide(running, visit, form)


async def _review(running: Running, request: Request, asked: Mapping[str, str]) -> Review:
    page = _page(running, request, {name: asked.get(name, "") for name in _SHOWS})
    visit = await visit_of(running, request, page, QUARANTINE)
    shown = Shown(
        read_state(asked.get("state", "")),
        read_reason(asked.get("reason", "")),
        visit.staff.municipality,
        read_id(asked.get("alike", "")),
    )
    return Review(page, visit.staff, visit.secret, shown)


def _page(running: Running, request: Request, query: Mapping[str, str]) -> StaffPage:
    return staff_page(request, running.settings.municipality, QUARANTINE_PAGE, query)


async def _decide(running: Running, visit: Review, form: Form) -> Response:
    does, choice, note = form.one("do"), chosen_in(form), note_in(form)
    fault = _fault_in(does, choice, note)
    if fault is not None:
        kept = Kept(
            *fault,
            values=frozenset([*form.fields.get("burst", ()), *form.fields.get("report", ())]),
            note=form.one("note")[: 2 * MAX_NOTE],
        )
        return await _draw(running, visit, {"after": form.one("after")}, kept)
    decision_id, staff = new_id(), visit.staff
    async with running.pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
        ids = await bursts_store.picked(connection, visit.shown, choice.reports, choice.bursts)
        if does == "release":
            done = await quarantine.release(connection, ids, staff.name, note, decision_id)
        else:
            assert note is not None
            done = await quarantine.reject(connection, ids, staff.name, note, decision_id)
    _count(running, State.RELEASED if does == "release" else State.REJECTED, len(done))
    missed = max(0, choice.asked - len(done))
    return _decided(visit, str(decision_id) if done else "", missed)


def _fault_in(does: str, choice: Choice, note: str | None) -> tuple[str, str] | None:
    """Which words tell it, and at which field."""
    if does not in {"release", "reject"}:
        raise Refused([], readable=False)
    if not choice.asked:
        return "nothing", "bursts"
    if note is not None and len(note) > MAX_NOTE:
        return "too_long", "note"
    return ("reason", "note") if does == "reject" and note is None else None


async def _undo(running: Running, visit: Review, undone: UUID) -> Response:
    """Releases what that decision rejected, and nothing that was decided anew since."""
    decision_id, staff = new_id(), visit.staff
    async with running.pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
        ids = await bursts_store.rejected_at_once(connection, undone, staff.municipality)
        done = await quarantine.release(connection, ids, staff.name, None, decision_id)
    _count(running, State.RELEASED, len(done))
    return _decided(visit, str(decision_id) if done else "", 0)


def _count(running: Running, state: State, reports: int) -> None:
    if reports:
        running.wake_relay()
        QUARANTINE_DECIDED.labels(state).inc(reports)
    log.info("quarantine_decided", state=state.value, reports=reports)


def _decided(visit: Review, decision: str, missed: int) -> Response:
    """What was done is read from the records again, so that no link can tell what was not."""
    return leading_to(visit.page.link(decided=decision or "none", missed=str(missed) if missed else ""))


async def _draw(
    running: Running, visit: Review, asked: Mapping[str, str], kept: Kept | None = None
) -> HTMLResponse:
    page, shown = visit.page, visit.shown
    after = read_turn(asked.get("after", ""))
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        found = await bursts_store.bursts(
            connection,
            shown,
            after,
            most=_BURSTS + 1,
            members=_MEMBERS_OF_ONE if shown.alike else _MEMBERS,
        )
        numbers = await bursts_store.counts(connection, visit.staff.municipality)
        photos = await photos_store.ids_of_reports(
            connection, [member.report_id for burst in found for member in burst.members]
        )
        done = await _done(connection, visit, asked)
    listed = found[:_BURSTS]
    wording = words(page.language)["quarantine"]
    return visit.draw(
        "staff_quarantine.html",
        status=200 if kept is None else 422,
        shown=shown,
        can_choose=shown.state in {State.HELD, State.REJECTED},
        bursts=listed,
        states=[(state, numbers[state].reports, page.link(state=state, alike="")) for state in _TABS],
        oldest=_oldest(page, numbers[State.HELD]),
        reasons=list(Reason),
        burst_value=burst_value,
        member_value=member_value,
        alone=lambda burst: page.link(alike=str(burst.report_id)),
        all_link=page.link(reason="", alike=""),
        next_link=page.link(after=turn_value(listed[-1].turn)) if len(found) > _BURSTS else None,
        first_link=page.link() if after else None,
        after=asked.get("after", "") if after else "",
        done=done,
        kept=kept,
        fault=None if kept is None else wording["faults"][kept.fault],
        action=page.link(),
        held_together=_held_together,
        photos=photos,
        photos_path=PHOTOS_PAGE,
        sees_photos=PHOTOS in visit.staff.scopes,
    )


_TABS: Final = (State.HELD, State.REJECTED, State.RELEASED, State.PASSED)


def _oldest(page: StaffPage, held: Count) -> str:
    wording = words(page.language)["quarantine"]["oldest"]
    if held.oldest_for_a_person is not None:
        return str(wording["person"].format(age=page.age(held.oldest_for_a_person)))
    return str(wording["by_itself" if held.reports else "none"])


def _held_together(burst: Burst) -> str:
    """Which words tell when it goes on."""
    if burst.release_at is None:
        return "waits"
    if burst.for_a_person:
        return "some_go_on"
    return "goes_on" if burst.reports == 1 else "go_on"


async def _done(connection: Any, visit: Review, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """What was decided just now, with the way to undo it where there is one."""
    if not (told := asked.get("decided", "")):
        return None
    wording = words(visit.page.language)["quarantine"]["done"]
    decision_id = read_id(told)
    found = (
        None
        if decision_id is None
        else await bursts_store.decided(connection, decision_id, visit.staff.municipality)
    )
    missed = asked.get("missed", "")
    return {
        "words": wording["nothing"] if found is None else counted(wording[found.state], found.reports),
        "missed": counted(wording["missed"], int(missed))
        if missed.isdecimal() and missed.isascii() and len(missed) < 9
        else None,
        "undo": told if found is not None and found.rejected_still else None,
        "undo_words": None if found is None else counted(wording["undo"], found.rejected_still),
    }
