"""Places that the offline gazetteer does not know, asked of a server where somebody has consented to it; off by default.

A step after reading: an answer kept earlier is used at once, a new phrase is asked for only when its turn comes in time.
Whatever fails, the offline answer stands.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import asyncpg
import structlog

from services.enrichment import store
from services.enrichment.domain import Understood
from services.enrichment.geocoder import sentences
from services.enrichment.geocoder.askable import askable
from services.enrichment.geocoder.located import MOST_CONSIDERED
from services.enrichment.geocoder.online import Answer, Asked, Hit, placed
from services.enrichment.metrics import ONLINE_PLACES
from services.enrichment.nominatim import Unanswered
from services.enrichment.reading import ReadBy, Reader
from services.enrichment.store import Answered
from shared.events import Location, PlaceConsidered, PlaceRole, Precision, ReportReceived
from shared.geodata import municipality_code

log = structlog.get_logger()

_VAGUE: Final = frozenset({Precision.MUNICIPALITY, Precision.UNKNOWN})
_SWEDEN: Final = ZoneInfo("Europe/Stockholm")
_LONGEST: Final = 500


class AskedServer(Protocol):
    @property
    def name(self) -> str: ...

    async def ask(self, asked: Asked, timeout_s: float) -> tuple[Hit, ...]:
        """Raises `Unanswered`."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """How a server is asked, and on whose decision (`consent`).

    `interval`: between two questions, of all processes together; `budget`: all that a batch may wait for;
    `rest`: how long a server that failed is left alone.
    """

    consent: str
    interval: timedelta = timedelta(seconds=1)
    timeout: timedelta = timedelta(seconds=2)
    budget: timedelta = timedelta(seconds=3)
    rest: timedelta = timedelta(minutes=1)


@dataclass(slots=True)
class OnlineReader:
    """A reader whose answers are completed. With `asks` False only what was answered earlier is used."""

    inner: Reader
    pool: "asyncpg.Pool[asyncpg.Record]"
    server: AskedServer
    terms: Terms
    clock: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    asks: bool = True
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def versions(self) -> ReadBy:
        return self.inner.versions

    async def read(self, reports: Sequence[ReportReceived]) -> list[Understood]:
        answers = await self.inner.read(reports)
        wanted = {
            number: asked
            for number, (report, answer) in enumerate(zip(reports, answers, strict=True))
            if (asked := question(report, answer))
        }
        if wanted:
            known = await self._answers(dict.fromkeys(wanted.values()))
            for number, asked in wanted.items():
                if answer := known.get(asked):
                    answers[number] = completed(answers[number], asked, answer)
        return answers

    async def close(self) -> None:
        await self.server.close()
        await self.inner.close()

    async def _answers(self, wanted: dict[Asked, None]) -> dict[Asked, Answer]:
        found = await self._known(wanted)
        ONLINE_PLACES.labels("known").inc(len(found))
        left = [asked for asked in wanted if asked not in found]
        if left and self.asks:
            found |= await self._ask_all(left)
        return {asked: self._told(answered) for asked, answered in found.items()}

    async def _known(self, wanted: Sequence[Asked] | dict[Asked, None]) -> dict[Asked, Answered]:
        async with self.pool.acquire() as connection:
            rows = await store.answered(connection, self.server.name, wanted)
        return {each: rows[key] for each in wanted if (key := (each.municipality, each.query)) in rows}

    async def _ask_all(self, wanted: Sequence[Asked]) -> dict[Asked, Answered]:
        """One after another, as long as there is time."""
        until = self.clock() + self.terms.budget
        found: dict[Asked, Answered] = {}
        async with self._alone() as is_alone:
            if is_alone:
                found = await self._known(wanted)  # another batch may have asked while this one waited
                for asked in wanted:
                    if asked not in found:
                        answered = await self._ask(asked, until)
                        if answered is None:
                            break
                        found[asked] = answered
        ONLINE_PLACES.labels("left").inc(len(wanted) - len(found))
        return found

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        try:
            async with asyncio.timeout(self.terms.budget.total_seconds()):
                await self._asking.acquire()
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            self._asking.release()

    async def _ask(self, asked: Asked, until: datetime) -> Answered | None:
        """None when there is no time left, or the server failed."""
        name, terms = self.server.name, self.terms
        async with self.pool.acquire() as connection:
            turn = await store.take_turn(
                connection, name, self.clock(), terms.interval, until - terms.timeout
            )
        if turn is None:
            return None
        await self.pause(max((turn - self.clock()).total_seconds(), 0.0))
        try:
            hits = await self.server.ask(asked, terms.timeout.total_seconds())
        except Unanswered as failure:
            await self._rest(failure)
            return None
        answered = Answered(hits, self.clock())
        ONLINE_PLACES.labels("asked").inc()
        async with self.pool.acquire() as connection:
            await store.keep_answer(connection, name, asked, answered, terms.consent)
        return answered

    async def _rest(self, failure: Unanswered) -> None:
        ONLINE_PLACES.labels("failed").inc()
        wanted = timedelta(seconds=min(failure.rest_s or 0.0, 86_400.0))
        rest = max(self.terms.rest, wanted)
        log.warning(
            "online_geocoder_failed", server=self.server.name, why=failure.why, rest_s=rest.total_seconds()
        )
        async with self.pool.acquire() as connection:
            await store.leave_alone(connection, self.server.name, self.clock() + rest)

    def _told(self, answered: Answered) -> Answer:
        return Answer(answered.hits, self.server.name, answered.at.astimezone(_SWEDEN).date())


def question(report: ReportReceived, answer: Understood) -> Asked | None:
    """What may be asked about a report: only where no more than the municipality is known, and nothing but the place."""
    where = answer.location
    if where.precision not in _VAGUE or report.point is not None:
        return None
    municipality = where.municipality or municipality_code(report.municipality)
    phrase = askable(report.text, report.place_text)
    return Asked(phrase, municipality) if phrase and municipality else None


def completed(answer: Understood, asked: Asked, given: Answer) -> Understood:
    """The understanding with the place that the server knows, or with the reason why it stays as it was."""
    location, why = placed(asked, given)
    if location is None:
        return replace(answer, reasons=(*answer.reasons, why[:_LONGEST]))
    chosen = PlaceConsidered(
        words=asked.phrase.words[:_LONGEST],
        location=location,
        role=PlaceRole.CHOSEN,
        why=why[:_LONGEST],
    )
    others = [
        _set_aside(each, location)
        for each in answer.places
        if each.location.name not in {asked.phrase.name, location.name}
    ]
    answered = {
        sentences.nothing(),
        sentences.unlisted(asked.phrase.name),
        *([sentences.only_municipality(asked.municipality)]),
    }
    reasons = (*(each for each in answer.reasons if each not in answered), why[:_LONGEST])
    return replace(answer, location=location, reasons=reasons, places=(chosen, *others)[:MOST_CONSIDERED])


def _set_aside(place: PlaceConsidered, chosen: Location) -> PlaceConsidered:
    if place.role is not PlaceRole.CHOSEN:
        return place
    is_around = place.location.municipality == chosen.municipality
    why = sentences.contains() if is_around else place.why
    return place.model_copy(
        update={
            "role": PlaceRole.ALSO_NAMED,
            "why": why,
            "location": place.location.model_copy(update={"confidence": 0.0}),
        }
    )
