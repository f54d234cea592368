"""Who reads the form otherwise: by keyboard, enlarged, with text spaced out, in forced colours, by listening."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.served import served_intake

# What WCAG 1.4.12 lets a reader set.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
_WIDER = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
_CUT_OFF = """() => [...document.querySelectorAll('button, label, legend, h1, h2, h3, p, a, summary')]
    .filter((each) => each.offsetParent && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflow !== 'visible')
    .filter((each) => !each.closest('.visually-hidden, .skip-link')).map((each) => each.outerHTML.slice(0, 120))"""
_SMALL = """() => [...document.querySelectorAll('a, button, select, .choice, summary')]
    .filter((each) => each.offsetParent && !each.closest('.visually-hidden, .skip-link, p, li li'))
    .filter((each) => { const { width, height } = each.getBoundingClientRect(); return width < 24 || height < 24; })
    .map((each) => each.outerHTML.slice(0, 120))"""
_HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].filter((each) => each.offsetParent).map((each) => +each.tagName[1])"


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn) as url:
            yield url


@asynccontextmanager
async def visitor(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"locale": "sv-SE", **options})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    yield page
    await context.close()


async def every_page(page: Page, site: str, lang: str) -> AsyncIterator[str]:
    """The way of a report, stopping at each page."""
    await page.goto(f"{site}/?lang={lang}")
    yield "form"
    await page.locator("[name=danger][value=yes]").check()
    await page.locator("#when-earlier").check()
    await page.locator("#category").select_option("theft")
    await page.locator("button.send").first.click()
    await expect(page.locator("#error-summary")).to_be_visible()
    yield "faults"
    await page.goto(f"{site}/?lang={lang}")
    await page.locator("#text").fill("Klotter på muren")
    await page.locator("#when-now").check()
    await page.locator("button.send").first.click()
    if await page.locator("button.send[value=confirmed]").count():
        yield "further questions"
        await page.locator("button.send[value=confirmed]").click()
    await expect(page.locator(".code")).to_be_visible()
    yield "follow"
    here = page.url.split("?")[0]
    await page.goto(f"{here}/withdraw?lang={lang}")
    yield "withdraw"
    await page.goto(f"{site}/follow?code=fel&lang={lang}")
    yield "look up"


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_every_page_fits_a_narrow_screen_and_text_that_is_spaced_out(
    site: str, browser: Browser, lang: str, *, has_scripts: bool
) -> None:
    faults: dict[str, Any] = {}
    async with visitor(
        browser, viewport={"width": 320, "height": 640}, java_script_enabled=has_scripts, bypass_csp=True
    ) as page:
        async for name in every_page(page, site, lang):
            faults[f"{name}: wider"] = await page.evaluate(_WIDER)
            faults[f"{name}: small"] = await page.evaluate(_SMALL)
            if has_scripts:
                await page.add_style_tag(content=SPACED)
                faults[f"{name}: wider when spaced"] = await page.evaluate(_WIDER)
                faults[f"{name}: cut off when spaced"] = await page.evaluate(_CUT_OFF)
    assert {name: found for name, found in faults.items() if found} == {}


async def test_every_page_has_one_title_headings_in_order_and_the_same_help_last(
    site: str, browser: Browser
) -> None:
    titles, help_texts = set(), set()
    async with visitor(browser) as page:
        async for name in every_page(page, site, "sv"):
            levels = await page.evaluate(_HEADINGS)
            assert levels.count(1) == 1, name
            after = levels[levels.index(1) :]
            assert all(later - earlier <= 1 for earlier, later in pairwise(after)), (
                name,
                levels,
            )
            assert await page.locator("html").get_attribute("lang") == "sv"
            titles.add(await page.title())
            help_texts.add(await page.locator("body > footer.help").inner_text())
            assert await page.evaluate("document.body.lastElementChild.className") == "help"
    assert len(titles) == 5
    assert len(help_texts) == 1


async def test_the_keyboard_reaches_everything_in_the_order_it_is_read_and_is_always_seen(
    site: str, browser: Browser
) -> None:
    async with visitor(browser, viewport={"width": 1280, "height": 700}) as page:
        await page.goto(site)
        await expect(page.locator("#pick-place")).to_be_visible()
        seen: list[str] = []
        for _ in range(40):
            await page.keyboard.press("Tab")
            where = await page.evaluate(
                """() => {
                    const at = document.activeElement, box = at.getBoundingClientRect();
                    const ring = getComputedStyle(at), shown = at.closest('.choice') ? getComputedStyle(at.closest('.choice')) : ring;
                    const hasRing = [ring, shown].some((each) => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) >= 2);
                    return [at.name || at.id || at.textContent.trim(), hasRing, box.bottom > 0 && box.top < innerHeight];
                }"""
            )
            assert where[1:] == [True, True], where
            seen.append(where[0])
            if where[0].startswith("1177"):
                break
        order = ["Hoppa till", "Vårdkase", "English", "Ring 112", "danger", "text", "place_text", "use-position",
                 "pick-place", "when", "category", "Vill du kunna", "Så behandlas", "Skicka rapporten", "Följ en", "112, vid"]  # fmt: skip
        found = [
            next((place for place, each in enumerate(seen) if each.startswith(want)), -1) for want in order
        ]
        assert -1 not in found, (order[found.index(-1)], seen)
        assert found == sorted(found), seen


async def test_in_forced_colours_what_is_chosen_and_what_is_wrong_can_be_told(
    site: str, browser: Browser
) -> None:
    async with visitor(browser, forced_colors="active") as page:
        await page.goto(site)
        chosen = page.locator("[name=danger][value=no]")
        await chosen.check()
        assert await chosen.evaluate(
            "each => getComputedStyle(each).appearance"
        ) != "none" or await chosen.evaluate("each => getComputedStyle(each).forcedColorAdjust")
        await page.locator("#when-earlier").check()
        await page.locator("#text").fill("x")
        await page.locator("button.send").first.click()
        wrong, right = page.locator("#occurred_at"), page.locator("#occurred_until")
        widths = [
            await each.evaluate("each => getComputedStyle(each).borderTopWidth") for each in (wrong, right)
        ]
        assert widths == ["2px", "1px"]
        await expect(wrong).to_have_attribute("aria-invalid", "true")
        assert await right.get_attribute("aria-invalid") is None
