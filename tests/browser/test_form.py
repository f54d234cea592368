"""The citizen's form and the page that follows a report, as people meet them: by phone, in the dark, without scripts, without
a connection.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.support.accessibility import grave_faults
from tests.support.served import served_intake

CODE = re.compile(r"^\w{4}-\w{4}-\w{4}$")
KOPING = {"latitude": 59.5140, "longitude": 15.9980}
KOLSVA = {"latitude": 59.6000, "longitude": 15.8400}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True}
TITLES = {"sv": "Berätta vad du har sett", "en": "Tell us what you have seen"}


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn) as url:
            yield url


@asynccontextmanager
async def visitor(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"locale": "sv-SE", "permissions": ["geolocation"], **options})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda each: faults.append(each.text) if "Content Security" in each.text else None)
    yield page
    await context.close()
    assert faults == []


@pytest_asyncio.fixture
async def citizen(browser: Browser) -> AsyncIterator[Page]:
    async with visitor(browser, geolocation=KOPING) as page:
        yield page


async def read_code(page: Page) -> str:
    await expect(page.locator(".code")).to_have_text(CODE)
    return await page.locator(".code").inner_text()


async def send(page: Page) -> str:
    await page.locator("button.send").first.click()
    return await read_code(page)


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_the_whole_form_with_scripts(site: str, browser: Browser, database: Any, lang: str) -> None:
    async with visitor(browser, geolocation=KOLSVA) as page:
        await page.goto(f"{site}/?lang={lang}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[lang])
        await page.locator("[name=danger][value=no]").check()
        await page.locator("#text").fill("Någon har krossat rutan på busskuren.")
        await page.locator("#use-position").click()
        await expect(page.locator("#position-status")).to_contain_text(re.compile(r"\d+ m"))
        await page.locator("#category").select_option("vandalism")
        await page.locator("[name=answer-damage][value=glass]").check()
        await page.locator("#when-earlier").check()
        await page.locator("#occurred_at").fill("2026-11-20T21:00")
        await page.locator("#occurred_until").fill("2026-11-20T23:30")
        await page.locator("summary").first.click()
        await page.locator("#email").fill("kim@exempel.se")
        code = await send(page)

    row = await database.fetchrow(
        """SELECT report.*, said.* FROM report JOIN form_report AS said ON said.report_id = report.id
           WHERE tracking_code = $1""",
        code,
    )
    assert (row["category_hint"], row["danger"], row["language"]) == ("vandalism", "no", lang)
    assert round(row["lat"], 3) == KOLSVA["latitude"]
    assert "glass" in row["answers"]
    told = await database.fetchval(
        "SELECT convert_from(body, 'UTF8') FROM outbox WHERE headers ->> 'ce_subject' = $1", str(row["id"])
    )
    assert "Det hände 2026-11-20 mellan 21:00 och 23:30. Skadan är krossat glas." in told
    assert "kim@exempel.se" not in told


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_the_whole_form_without_scripts(site: str, browser: Browser, database: Any, lang: str) -> None:
    async with visitor(browser, java_script_enabled=False, **PHONE) as page:
        await page.goto(f"{site}/?lang={lang}")
        await expect(page.locator("#position")).to_be_hidden()
        await page.locator("[name=danger][value=yes]").check()
        await expect(page.locator("#ring-danger a[href='tel:112']")).to_be_visible()
        await page.locator("#text").fill("Rök ur en soptunna.")
        await page.locator("#place_text").fill("Torget i Kolsva")
        await page.locator("#category").select_option("fire")
        await page.locator("button.send").click()

        await expect(
            page.locator("main a[href='tel:112']")
        ).to_be_visible()  # said once more, and nothing is sent yet
        await page.locator("[name=answer-still_burning][value=yes]").check()
        await page.locator("button[value=edit]").click()
        await expect(page.locator("#text")).to_have_value("Rök ur en soptunna.")
        await page.locator("button.send").click()
        await page.locator("[name=answer-still_burning][value=yes]").check()
        code = await send(page)
        await expect(page.locator("main a[href='tel:112']")).to_be_visible()

    said = await database.fetchval(
        """SELECT said.answers FROM form_report AS said JOIN report ON report.id = said.report_id
           WHERE tracking_code = $1""",
        code,
    )
    assert "still_burning" in said


async def test_every_fault_is_named_at_the_top_leads_to_its_field_and_loses_nothing(
    site: str, citizen: Page
) -> None:
    await citizen.goto(site)
    await citizen.locator("#place_text").fill("Kolsva")
    await citizen.locator("#category").select_option("animal")
    await citizen.locator("[name=answer-on_road][value=yes]").check()
    await citizen.locator("#when-earlier").check()
    await citizen.locator("#occurred_at").fill("2026-11-20T21:00")
    await citizen.locator("#occurred_until").fill("2026-11-20T20:00")
    await citizen.locator("button.send").click()
    summary = citizen.locator("#error-summary")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name="Skriv vad som har hänt.").press("Enter")
    await expect(citizen.locator("#text")).to_be_focused()
    await expect(citizen.locator("#text")).to_have_attribute("aria-invalid", "true")
    await expect(citizen.locator("#place_text")).to_have_value("Kolsva")
    await expect(citizen.locator("[name=answer-on_road][value=yes]")).to_be_checked()

    await citizen.locator("#text").fill("Ett rådjur ligger vid vägen.")
    await citizen.locator("button.send").click()
    await expect(citizen.locator("#occurred_until")).to_have_attribute("aria-invalid", "true")
    await expect(citizen.locator("#error-summary")).to_contain_text("Sluttiden ligger före starttiden.")


async def test_an_answer_turns_to_112_while_it_goes_on(site: str, citizen: Page) -> None:
    await citizen.goto(site)
    told = citizen.locator("#ring-words")
    await citizen.locator("#category").select_option("robbery")
    await citizen.locator("[name=answer-weapon][value=knife]").check()
    await expect(told).to_contain_text("112")
    await citizen.locator("#when-earlier").check()
    await expect(told).to_be_empty()
    await citizen.locator("#when-now").check()
    await expect(told).to_contain_text("112")
    await citizen.locator("#category").select_option("theft")
    await expect(told).to_be_empty()


async def test_the_words_one_writes_turn_to_112_and_keep_nothing_from_being_sent(
    site: str, citizen: Page
) -> None:
    await citizen.goto(site)
    told = citizen.locator("#ring-words")
    await citizen.locator("#text").press_sequentially("Min cykel är stulen")
    await expect(told.locator("a[href='tel:11414']")).to_be_visible()
    await citizen.locator("#text").fill("En man är medvetslös vid torget")
    await expect(told.locator("a[href='tel:112']")).to_be_visible()
    await citizen.locator("[name=danger][value=yes]").check()
    await expect(told).to_be_empty()  # said at the question instead, not twice
    await expect(citizen.locator("#ring-danger")).to_be_visible()
    await send(citizen)
    await expect(citizen.get_by_role("link", name="Ring 112")).to_be_visible()


async def test_a_place_is_picked_on_the_map_with_the_keyboard_alone(
    site: str, citizen: Page, database: Any
) -> None:
    asked: list[str] = []
    citizen.on("request", lambda request: asked.append(request.url))
    await citizen.goto(site)
    await citizen.locator("#text").fill("Ett träd ligger över gångvägen.")
    await citizen.locator("#pick-place").press("Enter")
    await expect(citizen.locator("#map .place").first).to_be_attached()
    await expect(citizen.locator("#map")).to_be_focused()
    for key in ("+", "+", "ArrowRight", "ArrowDown"):
        await citizen.keyboard.press(key)
        await citizen.wait_for_timeout(400)
    await citizen.locator("#put-pin").press("Enter")
    await expect(citizen.locator("#position-status")).to_contain_text("Nålen följer med")
    await expect(citizen.locator("#pick-place")).to_be_focused()
    code = await send(citizen)
    row = await database.fetchrow("SELECT lat, lon, accuracy_m FROM report WHERE tracking_code = $1", code)
    assert 59.2 < row["lat"] < 59.9
    assert 10 < row["accuracy_m"] < 20_000
    assert {url.split("/")[2] for url in asked} == {site.split("/")[2]}, "a third party was asked"


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_a_similar_report_is_shown_without_its_words_and_joining_it_is_a_report_of_its_own(
    site: str, browser: Browser, database: Any, *, has_scripts: bool
) -> None:
    spot = {"latitude": 59.56 + 0.04 * has_scripts, "longitude": 15.83, "accuracy": 10}  # in Köping
    async with visitor(browser, geolocation=spot) as page:
        first = await _report(page, site, "Hundar springer lösa, sade Kalle Karlsson.", "animal")
    async with visitor(browser, geolocation=spot, java_script_enabled=has_scripts) as page:
        await page.goto(site)
        await page.locator("#text").fill("Två lösa hundar vid banan")
        await page.locator("#category").select_option("animal")
        if has_scripts:
            await page.locator("#use-position").click()
        else:
            await _send_by_hand(page, site, spot)
        similar = page.locator(".similar")
        await expect(similar).to_contain_text("Djur")
        await expect(similar).not_to_contain_text("Kalle")
        await similar.locator("input").first.check()
        await page.locator("button.send").first.click()
        second = await read_code(page)
        await expect(page.locator(".notice", has_text="samma händelse")).to_be_visible()

    ids = dict(
        await database.fetch(
            "SELECT tracking_code, id FROM report WHERE tracking_code = ANY($1)", [first, second]
        )
    )
    link = await database.fetchrow("SELECT * FROM form_report WHERE report_id = $1", ids[second])
    assert (link["follows"], link["relation"]) == (ids[first], "same")


async def test_a_grave_matter_is_never_shown_to_others(site: str, browser: Browser) -> None:
    spot = {"latitude": 59.57, "longitude": 15.95, "accuracy": 10}
    async with visitor(browser, geolocation=spot) as page:
        await _report(page, site, "Oro för ett barn i huset.", "child_concern")
        for category in ("child_concern", ""):
            answer = await page.request.get(f"{site}/similar?lat=59.57&lon=15.95&category={category}")
            assert "radio" not in await answer.text()


async def _report(page: Page, site: str, text: str, category: str) -> str:
    await page.goto(site)
    await page.locator("#text").fill(text)
    await page.locator("#use-position").click()
    await expect(page.locator("#position-status")).to_contain_text(" m)")
    await page.locator("#category").select_option(category)
    await page.locator("button.send").click()
    return await read_code(page)


async def _send_by_hand(page: Page, site: str, spot: dict[str, float]) -> None:
    """A browser without scripts has no position to send, but one that lost them on the way may."""
    fields = {
        "text": "Två lösa hundar",
        "category": "animal",
        "lat": spot["latitude"],
        "lon": spot["longitude"],
    }
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    await page.route(
        "**/made-by-hand",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<form method="post" action="/">{inputs}<button>x</button></form>'
        ),
    )
    await page.goto(f"{site}/made-by-hand")
    await page.locator("button").click()


async def test_a_report_is_followed_added_to_and_said_to_be_still_going_on(
    site: str, browser: Browser, database: Any
) -> None:
    async with visitor(browser, geolocation=KOPING, **PHONE) as page:
        await page.goto(site)
        await page.locator("#text").fill("Hög musik i parken")
        await page.locator("#place_text").fill("Stadsparken")
        code = await send(page)
        await expect(page.locator("[aria-current=step]")).to_contain_text("Mottagen")
        await page.get_by_role("button", name="Det pågår fortfarande").click()
        await expect(page.get_by_role("status").filter(has_text="Tack.")).to_be_visible()

        await page.locator("#addition button").click()
        await expect(page.locator("#error-summary")).to_contain_text("Skriv vad du vill lägga till")
        await page.locator("#text").fill("Nu är de tjugo, ring 070-174 06 35")
        await page.locator("#category").select_option("disorder")
        await page.locator("[name=answer-how_many][value=many]").check()
        await page.locator("#addition button").click()
        await expect(page.locator(".additions li")).to_have_count(2)
        assert code in page.url

    first = await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code)
    added = await database.fetch(
        """SELECT relation, category_hint, convert_from(outbox.body, 'UTF8') AS told
           FROM form_report AS said JOIN report ON report.id = said.report_id
           JOIN outbox ON headers ->> 'ce_subject' = report.id::text WHERE said.follows = $1 ORDER BY received_at""",
        first,
    )
    assert [row["relation"] for row in added] == ["still_on", "addition"]
    assert added[1]["category_hint"] == "disorder"
    assert "De är fler än tio." in added[1]["told"]
    assert "Hög musik i parken" in added[1]["told"]
    assert "070" not in added[1]["told"]
    assert str(first) in added[1]["told"]


async def test_what_one_adds_stays_when_the_connection_goes_and_only_until_it_has_arrived(
    site: str, citizen: Page
) -> None:
    await citizen.goto(site)
    await citizen.locator("#text").fill("Hög musik i parken")
    await send(citizen)
    await citizen.wait_for_load_state("networkidle")  # with the scripts that keep what is written
    await citizen.locator("#text").fill("Nu är de tjugo")
    await citizen.context.set_offline(True)
    await citizen.locator("#addition button").click()
    await expect(citizen.locator("#addition [role=status]").last).to_contain_text("inget är skickat")
    await citizen.context.set_offline(False)
    await expect(citizen.locator("#addition [role=status]").last).to_be_empty()
    await citizen.reload()
    await expect(citizen.locator("#text")).to_have_value("Nu är de tjugo")
    await citizen.get_by_role("button", name="Det pågår fortfarande").click()
    await expect(citizen.locator("#told")).to_be_focused()
    await expect(citizen.locator("#text")).to_have_value("Nu är de tjugo")
    await citizen.locator("#addition button").click()
    await expect(citizen.locator("#told")).to_contain_text("Det du lade till")
    await expect(citizen.locator("#text")).to_have_value("")


async def test_what_one_adds_before_the_script_is_there_stays_too(site: str, browser: Browser) -> None:
    async with visitor(browser, service_workers="block") as page:
        await page.goto(site)
        await page.locator("#text").fill("Hög musik i parken")
        await send(page)
        is_written = asyncio.Event()

        async def late(route: Route) -> None:
            await is_written.wait()
            await route.continue_()

        followed = page.url
        await page.goto("about:blank")
        await page.route("**/static/kept-words.js*", late)
        await page.goto(followed, wait_until="commit")
        await page.locator("#text").fill("Nu är de tjugo")
        async with page.expect_response("**/static/kept-words.js*"):
            is_written.set()
        await page.wait_for_load_state("networkidle")
        await page.goto("about:blank")
        await page.goto(followed)
        await expect(page.locator("#text")).to_have_value("Nu är de tjugo")


async def test_a_kind_that_is_corrected_without_scripts_brings_its_questions(
    site: str, browser: Browser, database: Any
) -> None:
    async with visitor(browser, java_script_enabled=False) as page:
        await page.goto(site)
        await page.locator("#text").fill("Något konstigt vid vägen")
        await send(page)
        await page.locator("#category").select_option("traffic")
        await page.locator("#addition button").click()
        await page.locator("[name=answer-road_blocked][value=no]").check()
        await page.locator("button.send").click()
        await expect(page.locator(".additions li")).to_have_count(1)
    told = await database.fetchval(
        "SELECT convert_from(body, 'UTF8') FROM outbox ORDER BY headers ->> 'ce_time' DESC LIMIT 1"
    )
    assert "det gäller trafik" in told
    assert "Vägen är blockerad." in told


async def test_a_draft_is_there_again_and_can_be_thrown_away(site: str, citizen: Page) -> None:
    await citizen.goto(site)
    await citizen.locator("#text").fill("Klotter på stationen")
    await citizen.locator("#category").select_option("vandalism")
    await citizen.locator("[name=answer-damage][value=graffiti]").check()
    await citizen.locator("summary").first.click()
    await citizen.locator("#phone").fill("070-174 06 35")
    await citizen.wait_for_timeout(500)
    await citizen.goto(f"{site}/follow")
    assert "070" not in await citizen.evaluate("JSON.stringify(localStorage)")
    await citizen.goto(site)
    await expect(citizen.locator("#text")).to_have_value("Klotter på stationen")
    await expect(citizen.locator("[name=answer-damage][value=graffiti]")).to_be_checked()
    await expect(citizen.locator("#phone")).to_have_value("")
    await citizen.get_by_role("button", name="Kasta utkastet").click()
    await expect(citizen.locator("#text")).to_have_value("")
    await citizen.reload()
    await expect(citizen.locator("#text")).to_have_value("")


async def test_a_report_sent_without_a_connection_waits_and_is_sent_once(
    site: str, citizen: Page, database: Any
) -> None:
    await citizen.goto(site)
    await citizen.evaluate(
        """new Promise((kept) => navigator.serviceWorker.controller
            ? kept() : navigator.serviceWorker.addEventListener('controllerchange', () => kept(), { once: true }))"""
    )
    before = await database.fetchval("SELECT count(*) FROM report")

    await citizen.context.set_offline(True)  # the first time one is here
    await citizen.reload()
    await expect(citizen.get_by_role("heading", level=1)).to_have_text(TITLES["sv"])
    await citizen.goto(f"{site}/?lang=en")
    await expect(citizen.get_by_role("heading", level=1)).to_have_text(TITLES["en"])
    await citizen.goto(f"{site}/?lang=sv")
    await citizen.locator("#text").fill("Trasig lyktstolpe vid skolan")
    await citizen.locator("#category").select_option("unsafe_place")
    await citizen.locator("[name=answer-unsafe_why][value=dark]").check()
    await citizen.locator("button.send").click()
    await expect(citizen.locator("#waiting")).to_contain_text("1 rapport väntar på nät")
    await expect(citizen.locator("#text")).to_have_value("")
    await expect(citizen.locator("#waiting")).not_to_contain_text("utkast")
    assert await database.fetchval("SELECT count(*) FROM report") == before

    await citizen.evaluate("waitingReports.send()")  # in vain, and it must not come to wait twice
    await expect(citizen.locator("#waiting")).to_contain_text("1 rapport väntar på nät")
    assert len(await citizen.evaluate("waitingReports.all()")) == 1

    written = datetime.now(UTC)
    await citizen.context.set_offline(False)
    await asyncio.sleep(2)
    await citizen.evaluate("Promise.all([waitingReports.send(), waitingReports.send()])")
    link = citizen.locator("#waiting").get_by_role("link", name="Följ den")
    await expect(link).to_be_visible()
    await link.click()
    await read_code(citizen)
    assert await database.fetchval("SELECT count(*) FROM report") == before + 1
    newest = await database.fetchrow(
        "SELECT occurred_at, received_at FROM report ORDER BY received_at DESC LIMIT 1"
    )
    assert newest["occurred_at"] <= written < newest["received_at"]
    await citizen.goto(site)
    await expect(citizen.locator("#waiting")).not_to_contain_text("väntar")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_shuts_anybody_out(site: str, browser: Browser, scheme: Any, width: int) -> None:
    async with visitor(
        browser,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        geolocation=KOPING,
        bypass_csp=True,
    ) as page:
        await page.goto(site)
        assert await grave_faults(page) == []
        await page.locator("[name=danger][value=yes]").check()
        await page.locator("#text").fill("Min cykel är stulen")
        await page.locator("#category").select_option("theft")
        await page.locator("#when-earlier").check()
        await page.locator("#pick-place").click()
        await expect(page.locator("#map .place").first).to_be_attached()
        await page.locator("summary").first.click()
        assert await grave_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.locator("button.send").click()
        await expect(page.locator("#error-summary")).to_be_visible()
        assert await grave_faults(page) == []
        await page.locator("#when-now").check()
        await send(page)
        assert await grave_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_every_control_can_be_hit_with_a_thumb(site: str, browser: Browser) -> None:
    async with visitor(browser, **PHONE) as page:
        await page.goto(site)
        await page.locator("#category").select_option("fire")
        await page.locator("#pick-place").click()
        small = await page.evaluate(
            """() => [...document.querySelectorAll('button, select, .choice, summary, input:not([type=radio], [type=hidden])')]
                .filter(each => each.offsetParent !== null && each.getBoundingClientRect().height < 44)
                .map(each => each.outerHTML)"""
        )
        assert small == []
