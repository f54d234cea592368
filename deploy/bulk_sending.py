"""Sending many reports to intake's API, over several connections, each report once however often it is tried."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import httpx
import orjson

from deploy.errors import CannotGoOn
from deploy.http_connection import Answer, ConnectionLost, HttpConnection

TRIES: Final = 8
CONNECTIONS: Final = 32
_TOKEN_TRIES: Final = 4
_REUSED: Final = "/problems/idempotency-key-reused"
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 10.0
_PATIENCE_S: Final = 600.0


class Outcome(Enum):
    ADDED = "added"
    """It is a new report."""
    KNOWN = "known"
    """Intake had it already, so nothing was added."""
    CHANGED = "changed"
    """Its identifier was imported before with another content: nothing was added."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Letter:
    """One report to send. `number`: how its sender counts it."""

    number: int
    key: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    letter: Letter
    outcome: Outcome
    detail: str = ""
    tracking_code: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """Where reports are handed in, and with which token; None as a citizen."""

    url: str
    token: str | None

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What intake says of a token."""

    source: str
    municipality: str
    any_municipality: bool


def show_token(door: Door) -> Shown:
    """Raises `CannotGoOn`."""
    transport = httpx.HTTPTransport(retries=_TOKEN_TRIES)  # of connecting: intake may be starting
    try:
        with httpx.Client(transport=transport, timeout=15) as client:
            answer = client.get(f"{door.url.rstrip('/')}/api/v1/token", headers=door.headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CannotGoOn(_away(door.url, type(error).__name__)) from error
    if answer.status_code != httpx.codes.OK:
        raise CannotGoOn(f"Intake at {door.url} does not accept the token ({said(answer.content)}).")
    try:
        told = answer.json()
        return Shown(told["source"], told["municipality"], told["any_municipality"])
    except (ValueError, KeyError, TypeError) as error:
        raise CannotGoOn(
            f"What answers at {door.url} is not intake, or an older one: set INTAKE_URL."
        ) from error


@dataclass(slots=True)
class _Run:
    door: Door
    waiting: deque[Letter]
    on_sent: Callable[[Sent], None]
    tries: int
    stopped: list[str] = field(default_factory=list)


async def send_all(
    door: Door,
    letters: Iterable[Letter],
    on_sent: Callable[[Sent], None],
    *,
    connections: int = CONNECTIONS,
    tries: int = TRIES,
) -> None:
    """Raises `CannotGoOn` when intake stays away or no longer takes the token; what it accepted until then, it has."""
    run = _Run(door, deque(letters), on_sent, tries)
    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, min(connections, len(run.waiting)))):
            group.create_task(_over_one_connection(run))
    if run.stopped:
        raise CannotGoOn(run.stopped[0])


async def _over_one_connection(run: _Run) -> None:
    headers = {"Content-Type": "application/json", "User-Agent": "vardkase-import", **run.door.headers}
    async with HttpConnection(run.door.url, "/api/v1/reports", headers) as connection:
        while run.waiting and not run.stopped:
            letter = run.waiting.popleft()
            key = f"Idempotency-Key: {letter.key}\r\n".encode("ascii")
            try:
                answer = await deliver(connection, run.door, orjson.dumps(letter.body), key, tries=run.tries)
                sent = _read(letter, answer)
            except CannotGoOn as reason:
                run.stopped.append(str(reason))
                return
            run.on_sent(sent)


async def deliver(
    connection: HttpConnection, door: Door, body: bytes, more_headers: bytes = b"", *, tries: int = TRIES
) -> Answer:
    """Intake's answer, after as many tries as it takes. To be asked to go slower is no failed try. Raises `CannotGoOn`."""
    failed, waited_s, trouble = 0, 0.0, ""
    while failed < tries and waited_s < _PATIENCE_S:
        pause_s = min(_FIRST_PAUSE_S * 2**failed, _LONGEST_PAUSE_S)
        try:
            answer = await connection.post(body, more_headers)
        except ConnectionLost as error:
            failed, trouble = failed + 1, str(error)
        else:
            if answer.status not in {429, 500, 502, 503, 504}:
                return answer
            failed, trouble = failed + (answer.status != 429), said(bytes(answer.body))
            pause_s = min(max(pause_s, _asked_to_wait(answer)), _LONGEST_PAUSE_S)
        waited_s += pause_s
        await asyncio.sleep(pause_s)
    raise CannotGoOn(_away(door.url, trouble))


def _read(letter: Letter, answer: Answer) -> Sent:
    """Raises `CannotGoOn` for an answer that the next letter would get as well."""
    if answer.status == httpx.codes.ACCEPTED:
        known = answer.headers.get("idempotency-replayed") == "true"
        code = str(problem_of(bytes(answer.body)).get("tracking_code", ""))
        return Sent(letter, Outcome.KNOWN if known else Outcome.ADDED, tracking_code=code)
    body = bytes(answer.body)
    if answer.status in {400, 413, 422}:
        outcome = Outcome.CHANGED if problem_of(body).get("type") == _REUSED else Outcome.REFUSED
        return Sent(letter, outcome, said(body))
    raise CannotGoOn(f"Intake answers {answer.status}: {said(body)}")


def _asked_to_wait(answer: Answer) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else 0.0


def problem_of(body: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def said(body: bytes) -> str:
    return str(problem_of(body).get("detail") or body[:200].decode("utf-8", "replace") or "no word")


def _away(url: str, trouble: str) -> str:
    return f"Intake at {url} cannot be reached ({trouble}): start it with `vardkase up`, or set INTAKE_URL"
