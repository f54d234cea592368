"""A real server is asked for places, its answers are kept, and whatever it does the reports are read."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote_plus

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.enrichment.domain import Understanding
from services.enrichment.going_online import with_online_places
from services.enrichment.handlers import Enrichment
from services.enrichment.nominatim import Server
from services.enrichment.online_places import OnlineReader, Terms
from services.enrichment.reading import ThreadReader
from services.enrichment.settings import EnrichmentSettings
from shared.events import Point, Precision
from tests.support.enrichment import NOON, enveloped, received
from tests.support.nominatim import Searched, found, nominatim

CONSENT = "A. Chef, delegationsbeslut 12, 2026-11-01"
FIRE = "Det brinner i en container på Granitvägen 12"
FOUND = {
    "Granitvägen 12": [
        found("Granitvägen", 59.5201, 15.9802, kind="house", category="place", number="12", reach=0.00005)
    ],
    "Granitvägen": [found("Granitvägen", 59.52, 15.98)],
}


@dataclass
class Clock:
    """Time passes only while somebody waits."""

    now: datetime = NOON
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def searched() -> Iterator[Searched]:
    with nominatim() as state:
        state.answers = dict(FOUND)
        yield state


@asynccontextmanager
async def online(
    pool: asyncpg.Pool,
    understanding: Understanding,
    searched: Searched,
    clock: Clock,
    *,
    asks: bool = True,
    budget_s: float = 30,
    timeout_s: float = 10,
) -> AsyncIterator[OnlineReader]:
    terms = Terms(CONSENT, timeout=timedelta(seconds=timeout_s), budget=timedelta(seconds=budget_s))
    server = Server(searched.url, "vardkase/test")
    reader = OnlineReader(ThreadReader(understanding), pool, server, terms, clock, clock.pause, asks=asks)
    try:
        yield reader
    finally:
        await reader.close()


async def test_a_house_that_only_the_server_knows_is_placed(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    async with online(pool, understanding, searched, Clock()) as reader:
        [answer] = await reader.read([received(FIRE)])
    assert answer.location.precision is Precision.ADDRESS
    assert (answer.location.lat, answer.location.lon) == (59.5201, 15.9802)
    assert answer.places[0].location == answer.location
    host = searched.url.removeprefix("http://")
    assert f"Granitvägen 12, Köping, enligt {host} (OpenStreetMap), hämtad 2026-11-16." in answer.reasons
    assert not any("bara kommunen" in reason for reason in answer.reasons)
    [asked] = searched.asked
    assert asked["q"] == "Granitvägen 12, Köping"
    assert asked["countrycodes"] == "se"
    west, south, east, north = map(float, asked["viewbox"].split(","))
    assert west < 15.99 < east
    assert south < 59.51 < north
    assert searched.agents == ["vardkase/test"]


async def test_an_answer_is_kept_and_not_asked_for_again_even_when_it_was_none(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    reports = [received(FIRE), received("Bråk på Okändvägen"), received(FIRE)]
    async with online(pool, understanding, searched, Clock()) as reader:
        first = await reader.read(reports)
    later = Clock(NOON + timedelta(days=400))
    async with online(pool, understanding, searched, later) as reader:
        assert await reader.read(reports) == first
    assert searched.queries == ["Granitvägen 12, Köping", "Okändvägen, Köping"]
    assert first[1].location.precision is Precision.MUNICIPALITY
    assert any(
        "Okändvägen finns inte i Köping, enligt" in reason and "hämtad 2026-11-16" in reason
        for reason in first[1].reasons
    )
    kept = await pool.fetch("SELECT query, municipality, consent FROM online_place ORDER BY query")
    assert [tuple(row) for row in kept] == [
        ("Granitvägen 12, Köping", "1983", CONSENT),
        ("Okändvägen, Köping", "1983", CONSENT),
    ]


async def test_history_read_again_uses_what_was_answered_and_asks_nothing(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    async with online(pool, understanding, searched, Clock()) as reader:
        [first] = await reader.read([received(FIRE)])
    async with online(pool, understanding, searched, Clock(), asks=False) as reader:
        again, new = await reader.read([received(FIRE), received("Bråk på Okändvägen")])
    assert again == first
    assert new.location.precision is Precision.MUNICIPALITY
    assert len(searched.asked) == 1


async def test_nothing_is_asked_where_the_place_is_known(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    reports = [
        received("Det brinner på Granitvägen 12 i Kolsva"),
        received(FIRE, point=Point(lat=59.51, lon=16.0, accuracy_m=30)),
        received(FIRE, place="Inre hamnen"),
        received("Någon slår sin hund"),
    ]
    async with online(pool, understanding, searched, Clock()) as reader:
        assert await reader.read(reports) == await ThreadReader(understanding).read(reports)
    assert searched.asked == []


@pytest.mark.parametrize(
    "fault",
    [
        {"fails": [(429, {"retry-after": "600"})]},
        {"fails": [(500, {})]},
        {"fails": [(503, {})]},
        {"fails": [(302, {"location": "http://elsewhere.example/"})]},
        {"content": b"<html>"},
        {"content": b"[1, 2]"},
        {"content": b'[{"lat": "x"}]'},
        {"content": b'{"error": "overloaded"}'},
        {"content": b'[{"lat": "1e99", "lon": "0", "boundingbox": ["0", "0", "0", "0"]}]'},
        {"content": b" " * 300_000},
    ],
    ids=lambda fault: str(fault)[:40],
)
async def test_a_failing_server_leaves_the_offline_answer_and_is_left_alone(
    fault: dict[str, object], pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    reports = [received(FIRE), received("Bråk på Okändvägen")]
    for name, value in fault.items():
        setattr(searched, name, value)
    clock = Clock()
    async with online(pool, understanding, searched, clock) as reader:
        assert await reader.read(reports) == await ThreadReader(understanding).read(reports)
        assert await reader.read(reports) == await ThreadReader(understanding).read(reports)
        assert len(searched.asked) == 1
        searched.content = None
        clock.now += timedelta(minutes=11)
        answers = await reader.read(reports)
    assert answers[0].location.precision is Precision.ADDRESS
    assert await pool.fetchval("SELECT count(*) FROM online_place") == 2


async def test_a_server_that_asks_for_a_longer_rest_gets_it(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    searched.fails = [(429, {"retry-after": "600"})]
    clock = Clock()
    async with online(pool, understanding, searched, clock) as reader:
        await reader.read([received(FIRE)])
        clock.now += timedelta(minutes=9)
        await reader.read([received(FIRE)])
    assert len(searched.asked) == 1


async def test_a_slow_server_is_not_waited_for(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    searched.held = threading.Event()
    reports = [received(FIRE), received("Bråk på Okändvägen")]
    async with online(pool, understanding, searched, Clock(), timeout_s=0.2, budget_s=1) as reader:
        assert await reader.read(reports) == await ThreadReader(understanding).read(reports)
    assert len(searched.asked) == 1


async def test_a_server_that_is_away_costs_nothing_but_the_place(
    pool: asyncpg.Pool, understanding: Understanding
) -> None:
    async with online(pool, understanding, Searched(url="http://127.0.0.1:1"), Clock()) as reader:
        assert await reader.read([received(FIRE)]) == await ThreadReader(understanding).read([received(FIRE)])


async def test_at_most_one_question_a_second_by_all_readers_together(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    clock, times = Clock(), []
    searched.on_question = lambda: times.append(clock.now)
    reports = [received(f"Bråk på {name}vägen") for name in ("Okänd", "Främmande", "Obekant")]
    async with (
        online(pool, understanding, searched, clock) as one,
        online(pool, understanding, searched, clock) as other,
    ):
        await one.read(reports[:2])
        await other.read(reports)
    assert times == [NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)]


async def test_what_there_is_no_time_for_in_a_batch_is_left(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    clock = Clock()
    reports = [received(f"Bråk på {name}vägen") for name in ("Okänd", "Främmande", "Obekant", "Dold")]
    async with online(pool, understanding, searched, clock, budget_s=3, timeout_s=1.5) as reader:
        answers = await reader.read(reports)
    assert len(answers) == len(reports)
    assert searched.queries == ["Okändvägen, Köping", "Främmandevägen, Köping"]
    assert clock.now - NOON <= timedelta(seconds=3)


async def test_the_same_topic_gives_the_same_incidents_when_it_is_read_again(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched
) -> None:
    reports = [received(FIRE), received("Bråk på Okändvägen"), received("Eld på Granitvägen")]
    results = []
    for days in (0, 3):
        await pool.execute("TRUNCATE report, incident, link, outbox, inbox, board, correction")
        async with online(pool, understanding, searched, Clock(NOON + timedelta(days=days))) as reader:
            enrichment = Enrichment(pool, reader, lambda: None, lambda: NOON)
            await enrichment.on_events([enveloped(each) for each in reports])
        results.append(await pool.fetch("SELECT id, understood FROM report ORDER BY id"))
    assert results[0] == results[1]
    assert [row["understood"]["location"]["precision"] for row in results[0]].count("address") == 1


async def test_off_the_reader_is_the_very_same(pool: asyncpg.Pool, understanding: Understanding) -> None:
    inner = ThreadReader(understanding)
    assert with_online_places(inner, EnrichmentSettings(), pool) is inner


async def test_by_the_settings_a_reader_asks_the_server_they_name(
    pool: asyncpg.Pool, understanding: Understanding, searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENRICHMENT_ONLINE_GEOCODER_URL", searched.url)
    monkeypatch.setenv("ENRICHMENT_ONLINE_GEOCODER_CONSENT", CONSENT)
    reader = with_online_places(ThreadReader(understanding), EnrichmentSettings(), pool)
    try:
        [answer] = await reader.read([received(FIRE)])
    finally:
        await reader.close()
    assert answer.location.precision is Precision.ADDRESS
    assert searched.agents[0].startswith("vardkase/")


PERSONAL = st.lists(
    st.sampled_from(
        [
            "Anna",
            "Lindberg",
            "Kalle",
            "Persson",
            "Berggren",
            "granne",
            "son",
            "dotter",
            "hotar",
            "slår",
            "brinner",
            "kniv",
            "0701234567",
            "19900101",
            "anna@example.se",
            "ABC123",
            "bor",
            "jobbar",
            "mår",
            "dåligt",
            "tände",
            "eld",
            "mamma",
            "sjuk",
            "gravid",
            "alkohol",
        ]
    ),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=PERSONAL, after=PERSONAL, number=st.integers(1, 99), in_field=st.booleans())
async def test_no_other_word_of_a_report_reaches_the_server(
    pool: asyncpg.Pool,
    understanding: Understanding,
    searched: Searched,
    before: list[str],
    after: list[str],
    number: int,
    in_field: bool,
) -> None:
    place = f"Granitvägen {number}"
    told = " ".join([*before, "på", place, ".", *after])
    report = received("Något hände", place=told) if in_field else received(told)
    searched.asked.clear()
    searched.paths.clear()
    await pool.execute("TRUNCATE online_place, online_turn")
    async with online(pool, understanding, searched, Clock()) as reader:
        await reader.read([report])
    assert set(searched.queries) <= {f"{place}, Köping"}
    for path, asked in zip(searched.paths, searched.asked, strict=True):
        rest = unquote_plus(path).replace(asked["q"], "")
        assert not any(word.casefold() in rest.casefold() for word in {*before, *after} if len(word) > 3)
        assert asked.keys() == {
            "q", "format", "limit", "viewbox", "countrycodes", "addressdetails", "accept-language"
        }  # fmt: skip
