"""Sending a whole import to intake: up to 10,000 reports in one request, which takes all of them or none."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson

from deploy.bulk_sending import Door, Letter, Outcome, Sent, deliver, problem_of, said
from deploy.errors import CannotGoOn
from deploy.http_connection import Answer, HttpConnection
from services.intake.domain.batch import MAX_BYTES, MAX_REPORTS

_PATH: Final = "/api/v1/imports"
# Whether a row without a time may be sent was decided when the file was read.
_BEGIN, _END = b'{"undated":"now","reports":[', b"]}"
# About a minute in all, so that an import outlives a restart of intake.
_TRIES: Final = 14
_ANSWER_TIMEOUT_S: Final = 180.0
_LARGEST_ANSWER: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """Letters that go in together, and the body that they are."""

    letters: Sequence[Letter]
    body: bytes


@dataclass(slots=True)
class Delivery:
    """What is known of an import by now. `is_unsure`: the part after those was sent, and no answer came."""

    parts: Sequence[Part]
    sent: list[Sent] = field(default_factory=list)
    parts_in: int = 0
    refused: list[Sent] = field(default_factory=list)
    is_unsure: bool = False


def divided(letters: Sequence[Letter]) -> list[Part]:
    """As few parts as there can be, in the order of the letters."""
    return [Part([letter for letter, _ in part], _body(part)) for part in _parts(letters)]


def _parts(letters: Sequence[Letter]) -> Iterator[list[tuple[Letter, bytes]]]:
    part: list[tuple[Letter, bytes]] = []
    size = len(_BEGIN) + len(_END)
    for letter in letters:
        item = orjson.dumps({"key": letter.key, "report": letter.body})
        if part and (len(part) == MAX_REPORTS or size + len(item) + 1 > MAX_BYTES):
            yield part
            part, size = [], len(_BEGIN) + len(_END)
        part.append((letter, item))
        size += len(item) + 1
    if part:
        yield part


def _body(part: Sequence[tuple[Letter, bytes]]) -> bytes:
    return _BEGIN + b",".join(item for _, item in part) + _END


async def send_parts(door: Door, delivery: Delivery, on_part: Callable[[Part], None]) -> None:
    """One part after the other, until one is refused: `delivery.refused` then says why, and nothing of that part is in. Raises
    `CannotGoOn` when intake stays away or does not take the token.
    """
    headers = {"Content-Type": "application/json", "User-Agent": "vardkase-import", **door.headers}
    async with HttpConnection(
        door.url, _PATH, headers, answer_timeout_s=_ANSWER_TIMEOUT_S, largest_answer=_LARGEST_ANSWER
    ) as connection:
        for part in delivery.parts[delivery.parts_in :]:
            delivery.is_unsure = True
            answer = await deliver(connection, door, part.body, tries=_TRIES)
            delivery.is_unsure = False
            if answer.status == httpx.codes.UNPROCESSABLE_ENTITY:
                delivery.refused = _refused(part, bytes(answer.body))
                return
            delivery.sent += _outcomes(part, answer)
            delivery.parts_in += 1
            on_part(part)


def _outcomes(part: Part, answer: Answer) -> list[Sent]:
    """Raises `CannotGoOn`."""
    body = bytes(answer.body)
    if answer.status in {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}:
        raise CannotGoOn("What answers there is not intake, or an older one: set INTAKE_URL")
    if answer.status != httpx.codes.ACCEPTED:
        raise CannotGoOn(f"Intake answers {answer.status}: {said(body)}")
    try:
        told = [Outcome(each["outcome"]) for each in orjson.loads(body)["reports"]]
    except (ValueError, KeyError, TypeError) as error:
        raise CannotGoOn("What answers there is not intake: set INTAKE_URL") from error
    return [Sent(letter, outcome) for letter, outcome in zip(part.letters, told, strict=True)]


def _refused(part: Part, body: bytes) -> list[Sent]:
    """By intake's own word, which row. Raises `CannotGoOn` when it names none."""
    told: dict[int, str] = {}
    for error in problem_of(body).get("errors", ()):
        place, what = _place(error), str(error.get("detail", ""))
        if place is not None and 0 <= place < len(part.letters):
            told.setdefault(place, what)
    if not told:
        raise CannotGoOn(f"Intake answers 422: {said(body)}")
    return [Sent(part.letters[place], Outcome.REFUSED, what) for place, what in sorted(told.items())]


def _place(error: Any) -> int | None:
    parts = str(error.get("pointer", "")).split("/") if isinstance(error, dict) else []
    return int(parts[2]) if len(parts) > 2 and parts[2].isdecimal() else None


def run_delivery(door: Door, delivery: Delivery, on_part: Callable[[Part], None]) -> None:
    """As `send_parts`."""
    asyncio.run(send_parts(door, delivery, on_part))
