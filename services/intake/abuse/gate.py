"""What the routes ask before a report is stored: is there room for it, and does something speak for a machine?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self

import asyncpg
import structlog
from starlette.types import Scope

from services.intake.abuse import abuse_store
from services.intake.abuse.addresses import Address, client_address, hides_others, is_within
from services.intake.abuse.buckets import Limit
from services.intake.abuse.challenge import Load, cost_under, new_challenge, solved, stamp, stamped_at
from services.intake.abuse.counting import Counting, OverLimit
from services.intake.abuse.judging import Reason, judge, tells_of_danger
from services.intake.abuse.settings import AbuseSettings
from services.intake.domain.acceptance import Acceptance
from services.intake.domain.emergency import Danger
from services.intake.domain.form import read_fields
from services.intake.metrics import CHALLENGE_COST, CHALLENGES, PROXY_NOT_TRUSTED, REPORTS_LIMITED
from shared.health import Check
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

log = structlog.get_logger()

CHALLENGE_PATH: Final = "/api/v1/challenge"
SOLUTION_HEADER: Final = "altcha-solution"
# Bundled at set-up; while it is not, a form can't do the work and is not asked for it.
FORM_WORKER: Final = Path(__file__).parents[1] / "web" / "dist" / "guard-worker.js"
_ADDRESSES_KNOWN: Final = 256
_NAME_IT: Final = (
    "Name the proxy in INTAKE_ABUSE_TRUSTED_PROXIES: until then all who come by it are let in uncounted."
)
_AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FromForm:
    """What the form tells beside the report. `used_for`: which sending this is, the same when it is repeated."""

    solution: str
    trap: str
    shown: str
    danger: Danger | None
    used_for: bytes

    @classmethod
    def read(cls, body: bytes, danger: Danger | None) -> Self:
        """Of a form that could be read before."""
        sent = read_fields(body)
        return cls(
            sent.get("altcha", ""),
            sent.get("website", ""),
            sent.get("shown", ""),
            danger,
            sha256(body).digest(),
        )


class Gate:
    def __init__(self, settings: AbuseSettings, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._settings, self._pool = settings, pool
        self._counting = Counting(settings, pool)
        self._load = Load(monotonic)
        self._form_can_work = FORM_WORKER.is_file()
        # The same few proxies and networks send most of what comes.
        self._found_proxy = ""
        self._limited = lru_cache(_ADDRESSES_KNOWN)(self._limited_of)

    @property
    def asks_for_work(self) -> bool:
        return self._settings.asks_for_work

    async def check(self) -> Check:
        """Told, and no more: who is behind a proxy that nobody named is let in uncounted."""
        found = self._found_proxy
        return Check(
            ok=True, detail=f"nobody behind {found} is limited. {_NAME_IT}" if found else "counted by address"
        )

    def challenge(self, now: datetime) -> dict[str, Any]:
        """Dearer the more of them are asked for."""
        settings = self._settings
        assert settings.challenge_key is not None
        cost = cost_under(
            self._load.count(), settings.cost_lowest, settings.cost_highest, settings.calm_per_minute
        )
        CHALLENGES.inc()
        CHALLENGE_COST.set(cost)
        valid = timedelta(minutes=settings.challenge_minutes)
        return new_challenge(settings.challenge_key.get_secret_value(), cost, now, valid)

    def stamp(self, now: datetime, shown_before: str = "") -> str:
        """For the form, to see how long it was before somebody; empty where nothing is signed. `shown_before`: the stamp of a form
        that is shown once more, whose reader has had it since then.
        """
        key = self._settings.challenge_key
        if key is None or not (self.asks_for_work and self._form_can_work):
            return ""
        secret = key.get_secret_value()
        return shown_before if stamped_at(shown_before, secret, now) else stamp(secret, now)

    async def admit_addition(
        self, scope: Scope, accepted: Acceptance, about_the_first: Reason | None
    ) -> Acceptance:
        """What a reporter adds to a report, with its code. What holds that one back holds this back too. Raises `Problem` 429."""
        danger = tells_of_danger(accepted.event, None)
        reasons = [] if about_the_first is None else [about_the_first]
        return await self._counted(scope, "address", accepted, reasons, is_danger=danger)

    async def admit_photos(self, scope: Scope, photos: int, limit: Limit) -> None:
        """Raises `Problem` 429."""
        address = self._limited_address(scope)
        if address is not None:
            try:
                await self._counting.count_photos(address, photos, limit)
            except OverLimit as over:
                raise _too_many_photos(over) from None

    async def admit_token(self, scope: Scope, mark: str) -> None:
        """`mark`: whose token it is. Raises `Problem` 429."""
        if self._settings.limits and self._limited_address(scope) is not None:
            try:
                await self._counting.count_token(mark)
            except OverLimit as over:
                raise _refused(over) from None

    async def admit_batch(self, scope: Scope, mark: str, reports: int) -> None:
        """`mark`: whose token it is. Raises `Problem` 429."""
        if self._settings.limits and self._limited_address(scope) is not None:
            try:
                await self._counting.count_batch(mark, reports)
            except OverLimit as over:
                raise _refused(over) from None

    async def admit_by_api(self, scope: Scope, accepted: Acceptance, used_for: bytes) -> Acceptance:
        """A citizen's report by the API. Raises `Problem` 429."""
        if self._limited_address(scope) is None:
            return accepted
        now, danger = accepted.event.received_at, tells_of_danger(accepted.event, None)
        solution = _header(scope, SOLUTION_HEADER)
        has_worked = not self.asks_for_work or await self._is_solved(solution, used_for, now)
        kind = "address" if has_worked else "without_work"
        return await self._counted(scope, kind, accepted, [], is_danger=danger)

    async def admit_by_form(self, scope: Scope, accepted: Acceptance, told: FromForm) -> Acceptance:
        """Raises `Problem` 429."""
        now, danger = accepted.event.received_at, tells_of_danger(accepted.event, told.danger)
        reasons, address = await self._reasons_of(told, now), self._limited_address(scope)
        # Who doesn't know whether somebody is in danger is not held for the want of a script.
        is_often = (
            Reason.NO_WORK in reasons
            and told.danger is not Danger.UNKNOWN
            and address is not None
            and await self._counting.is_often_unscripted(address, now)
        )
        return await self._counted(scope, "address", accepted, reasons, is_danger=danger, is_often=is_often)

    async def _counted(
        self,
        scope: Scope,
        kind: str,
        accepted: Acceptance,
        reasons: Sequence[Reason],
        *,
        is_danger: bool,
        is_often: bool = False,
    ) -> Acceptance:
        address, is_burst, alike = self._limited_address(scope), False, None
        if address is not None:
            try:
                is_burst, alike = await self._counting.count(address, kind, accepted, is_danger=is_danger)
            except OverLimit as over:
                raise _refused(over) from None
        if not self._settings.quarantine:
            return accepted
        judgement = judge(
            [*reasons, Reason.BURST] if is_burst else reasons,
            is_danger=is_danger,
            now=accepted.event.received_at,
            release_after=self._settings.release_after,
            is_often=is_often,
        )
        return accepted if judgement is None else replace(accepted, doubt=judgement.as_columns(alike))

    async def _reasons_of(self, told: FromForm, now: datetime) -> list[Reason]:
        reasons = [Reason.TRAP] if told.trap.strip() else []
        key = self._settings.challenge_key
        if key is not None:
            shown = stamped_at(told.shown, key.get_secret_value(), now)
            if shown is not None and now - shown < timedelta(seconds=self._settings.least_fill_s):
                reasons.append(Reason.TOO_FAST)
        is_asked = self.asks_for_work and self._form_can_work
        if is_asked and not await self._is_solved(told.solution, told.used_for, now):
            reasons.append(Reason.NO_WORK)
        return reasons

    async def _is_solved(self, solution: str, used_for: bytes, now: datetime) -> bool:
        """Where the database can't be asked whether it was used before, it wasn't."""
        key = self._settings.challenge_key
        if key is None or not solution:
            return False
        found = await asyncio.to_thread(solved, solution, key.get_secret_value(), now)
        if found is None:
            return False
        try:
            async with self._pool.acquire(timeout=2) as connection:
                return await abuse_store.use_solution(
                    connection, found.digest, used_for, found.expires_at + _AN_HOUR
                )
        except TRANSIENT_ERRORS:
            return True

    def address_of(self, scope: Scope) -> Address | None:
        """Where a request comes from, as far as that is known."""
        return client_address(*_hops(scope), self._settings.trusted_proxies)

    def _limited_address(self, scope: Scope) -> Address | None:
        """None for those whom no limit concerns."""
        return self._limited(*_hops(scope))

    def _limited_of(self, peer: str, forwarded: tuple[str, ...]) -> Address | None:
        settings = self._settings
        if (
            forwarded
            and not self._found_proxy
            and hides_others(peer, settings.trusted_proxies, settings.never_limited)
        ):
            self._found_proxy = peer
            PROXY_NOT_TRUSTED.set(1)
            log.warning("proxy_not_trusted", proxy=peer, do=_NAME_IT)
        address = client_address(peer, forwarded, settings.trusted_proxies)
        return None if address is None or is_within(address, self._settings.never_limited) else address


def _hops(scope: Scope) -> tuple[str, tuple[str, ...]]:
    """Who is connected, and what stands in X-Forwarded-For."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return (scope.get("client") or ("",))[0], tuple(forwarded)


def _header(scope: Scope, name: str) -> str:
    wanted = name.encode()
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == wanted), "")


def _refused(over: OverLimit) -> Problem:
    REPORTS_LIMITED.labels(over.kind).inc()
    if over.kind == "without_work":
        return _work_needed()
    return Problem(
        429,
        "too-many-reports",
        "Too many reports from here in a short time",
        f"Nothing was stored. Send it again in {over.retry_after_s} s; {over.limit.burst} at once and then one each "
        f"{over.limit.each_s:g} s are taken. In danger call 112.",
        headers={"Retry-After": str(over.retry_after_s)},
    )


def _too_many_photos(over: OverLimit) -> Problem:
    REPORTS_LIMITED.labels(over.kind).inc()
    return Problem(
        429,
        "too-many-photos",
        "Too many photos from here in a short time",
        f"Nothing was stored. Send it again in {over.retry_after_s} s; {over.limit.burst} photos at once and then one each "
        f"{over.limit.each_s:g} s are taken.",
        headers={"Retry-After": str(over.retry_after_s)},
    )


def _work_needed() -> Problem:
    return Problem(
        429,
        "challenge-needed",
        "Too many reports from here without a solved challenge",
        f"Nothing was stored. Get {CHALLENGE_PATH}, solve it, and send the report with the solution in the header "
        "Altcha-Solution; or use a token. In danger call 112.",
        headers={"Retry-After": "1"},
        challenge_url=CHALLENGE_PATH,
    )
