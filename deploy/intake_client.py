"""Sending reports to intake as another system would: its own HTTP API, a token for the source, an idempotency key each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Self
from uuid import UUID

import httpx

from deploy.errors import CannotGoOn

_TRIES: Final = 8
_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class ToSend:
    key: str
    source: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """`repeated`: intake had it already, and answered as it did the first time."""

    key: str
    report_id: UUID
    tracking_code: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    key: str
    status: int
    detail: str


class IntakeClient:
    """Use with `async with`. A report that meets a busy or restarting intake is sent again with the same key."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._http = httpx.AsyncClient(
            base_url=url, timeout=30, limits=httpx.Limits(max_connections=_AT_ONCE)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def send(self, report: ToSend) -> Accepted | Refused:
        for attempt in range(1, _TRIES + 1):
            try:
                response = await self._post(report)
            except httpx.TransportError as error:
                if attempt == _TRIES:
                    raise CannotGoOn(
                        f"Intake at {self._http.base_url} cannot be reached ({type(error).__name__}): "
                        "start it with `vardkase up`, or set INTAKE_URL."
                    ) from error
            else:
                if response.status_code not in {429, 503}:
                    return _answer(report, response)
            await asyncio.sleep(min(0.1 * 2**attempt, 5))
        return Refused(
            report.key, 503, "intake stayed busy; send the file again, what was accepted is not doubled"
        )

    async def send_all(
        self,
        reports: Iterable[ToSend],
        *,
        on_answer: Callable[[Accepted | Refused], None],
        per_second: float = 0,
        at_once: int = _AT_ONCE,
    ) -> None:
        """Begun in order, `at_once` under way, at most `per_second` of them; 0 means as fast as they are accepted."""
        began, slots = monotonic(), asyncio.Semaphore(at_once)
        reasons: list[BaseException] = []
        try:
            async with asyncio.TaskGroup() as group:
                async for number, report in _paced(reports, began, per_second):
                    await slots.acquire()
                    group.create_task(self._send_one(report, slots, on_answer), name=f"report {number}")
        except* CannotGoOn as stopped:
            reasons += stopped.exceptions
        if reasons:
            raise reasons[0]  # outside, as `except*` would wrap it again

    async def _send_one(
        self, report: ToSend, slots: asyncio.Semaphore, on_answer: Callable[[Accepted | Refused], None]
    ) -> None:
        try:
            on_answer(await self.send(report))
        finally:
            slots.release()

    async def _post(self, report: ToSend) -> httpx.Response:
        headers = {"Idempotency-Key": report.key}
        if report.source in self._tokens:
            headers["Authorization"] = f"Bearer {self._tokens[report.source]}"
        return await self._http.post("/api/v1/reports", json=dict(report.body), headers=headers)


async def _paced(
    reports: Iterable[ToSend], began: float, per_second: float
) -> AsyncIterator[tuple[int, ToSend]]:
    for number, report in enumerate(reports):
        if per_second:
            await asyncio.sleep(max(0.0, began + number / per_second - monotonic()))
        yield number, report


def _answer(report: ToSend, response: httpx.Response) -> Accepted | Refused:
    if response.status_code == httpx.codes.ACCEPTED:
        answer = response.json()
        repeated = response.headers.get("Idempotency-Replayed") == "true"
        return Accepted(report.key, UUID(answer["id"]), answer["tracking_code"], repeated)
    problem = response.headers.get("content-type", "").startswith("application/problem+json")
    detail = response.json().get("detail", "") if problem else response.text[:200]
    return Refused(report.key, response.status_code, detail)
