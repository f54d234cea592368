"""Every page of intake in every state that people meet, in both languages: whoever reads it otherwise is shut out of none."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from services.intake.photos.settings import PhotoSettings
from tests.support.accessibility import grave_faults
from tests.support.photos import photo
from tests.support.served import served_intake
from tests.support.staff import SPAM, make_token

Database = Any
Words = tuple[str, str]
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True}
STEPS = ("assessed", "passed_on", "measure_taken", "closed")
NOW: dict[str, Words] = {
    "received": ("Läget nu: Mottagen", "Where it stands: Received"),
    "assessed": ("Läget nu: Bedömd", "Where it stands: Assessed"),
    "passed_on": ("Läget nu: Vidarebefordrad", "Where it stands: Passed on"),
    "measure_taken": ("Läget nu: Åtgärd vidtagen", "Where it stands: Measure taken"),
    "closed": ("Läget nu: Avslutad", "Where it stands: Closed"),
}
HELD: dict[str, Words] = {
    "held": ("Väntar, inte skickad vidare än", "Held, not yet passed on"),
    "rejected": ("Sparad, inte skickad vidare", "Stored, not passed on"),
}
_SMALL = """() => [...document.querySelectorAll('a, button, select, summary, .choice, textarea, input:not([type=radio], [type=checkbox], [type=hidden])')]
    .filter((each) => each.offsetParent && !each.closest('.visually-hidden, .skip-link, .photos--live, p, li'))
    .filter((each) => each.getBoundingClientRect().height < 43.5).map((each) => each.outerHTML.slice(0, 120))"""
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photos = PhotoSettings(store=str(tmp_path_factory.mktemp("photos")))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(
            postgres_dsn, photos=photos, controller="Kommunstyrelsen", retention_days=90
        ) as url:
            yield url


@pytest.fixture(scope="module")
def guarded(postgres_dsn: str) -> Iterator[str]:
    abuse = {
        "challenge_key": "a-key-for-challenges",
        "never_limited": "",
        "alike_from_network": 2,
        "unscripted_burst": 0,
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn, abuse=abuse, staff={"tries_burst": 500}) as url:
            yield url


@asynccontextmanager
async def visitor(browser: Browser, lang: str, **options: Any) -> AsyncIterator[Page]:
    """By phone in the light for who reads Swedish, at a desk in the dark for who reads English."""
    look = {"color_scheme": "light", **PHONE} if lang == "sv" else {"color_scheme": "dark"}
    context = await browser.new_context(**{"locale": "sv-SE", "bypass_csp": True, **look, **options})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    yield page
    await context.close()


async def is_sound(page: Page, lang: str) -> None:
    await expect(page.locator("html")).to_have_attribute("lang", lang)
    assert await grave_faults(page) == []
    assert await page.evaluate(_WIDER) <= 0
    assert await page.evaluate(_SMALL) == []


async def reported(site: str, **more: Any) -> str:
    async with httpx.AsyncClient(base_url=site) as client:
        answer = await client.post("/api/v1/reports", json={"text": "Rutan på busskuren är krossad.", **more})
        code: str = answer.json()["tracking_code"]
        return code


async def tell(database: Database, code: str, steps: tuple[str, ...]) -> None:
    for minutes, status in enumerate(steps, 1):
        await database.execute(
            """INSERT INTO report_status (report_id, at, status)
               SELECT id, received_at + $3 * interval '1 minute', $2 FROM report WHERE tracking_code = $1""",
            code,
            status,
            minutes,
        )


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_the_form_in_each_of_its_states(site: str, browser: Browser, lang: str) -> None:
    texts = {
        "sv": ("En man är medvetslös", "Min cykel är stulen"),
        "en": ("A man is unconscious", "My bike was stolen"),
    }
    async with visitor(browser, lang) as page:
        await page.goto(f"{site}/?lang={lang}")
        await is_sound(page, lang)
        for text, number in zip(texts[lang], ("112", "11414"), strict=True):
            await page.locator("#text").fill(text)
            await expect(page.locator(f"#ring-words a[href='tel:{number}']")).to_be_in_viewport()
            await is_sound(page, lang)
        await page.locator("[name=danger][value=yes]").check()
        await expect(page.locator("#ring-danger a[href='tel:112']")).to_be_visible()
        for category in ("fire", "traffic", "animal", "theft"):
            await page.locator("#category").select_option(category)
            await expect(page.locator("#questions fieldset").first).to_be_visible()
            await is_sound(page, lang)
        for summary in await page.locator("details > summary").all():
            await summary.click()
        await expect(page.locator("details").last).to_contain_text("Kommunstyrelsen")
        await expect(page.locator("details").last).to_contain_text("90")
        await page.locator("#text").fill("")
        await page.locator("#when-earlier").check()
        await page.locator("#email").fill("kim")
        await page.locator("#phone").fill("abc")
        await page.locator("button.send").first.click()
        await expect(page.locator("#error-summary")).to_be_focused()
        await expect(page.locator("#error-summary a")).to_have_count(4)
        await is_sound(page, lang)
        for link in await page.locator("#error-summary a").all():
            field = page.locator((await link.get_attribute("href")) or "")
            await link.press("Enter")
            await expect(field).to_be_focused()
            await expect(field).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("status", NOW)
@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_a_report_at_each_step_of_its_way(
    site: str, browser: Browser, database: Database, lang: str, status: str
) -> None:
    code = await reported(site)
    await tell(database, code, STEPS[: [*NOW].index(status)])
    async with visitor(browser, lang) as page:
        await page.goto(f"{site}/follow/{code}?lang={lang}")
        await expect(page.locator("#now-title")).to_have_text(NOW[status][lang == "en"])
        await expect(page.locator("[aria-current=step]")).to_have_count(1)
        await is_sound(page, lang)
        await page.emulate_media(media="print", color_scheme="light")
        await expect(page.locator(".code")).to_be_visible()
        await expect(page.locator("form").first).to_be_hidden()


@pytest.mark.parametrize("state", HELD)
@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_a_report_that_is_held_back(
    site: str, browser: Browser, database: Database, lang: str, state: str
) -> None:
    code = await reported(site)
    await database.execute(
        """INSERT INTO quarantine (report_id, state, reasons, received_at, body, decided_at)
           SELECT id, $2, '{burst}', received_at, ''::bytea, CASE WHEN $2 = 'rejected' THEN now() END
           FROM report WHERE tracking_code = $1""",
        code,
        state,
    )
    async with visitor(browser, lang) as page:
        await page.goto(f"{site}/follow/{code}?lang={lang}")
        await expect(page.locator("#now-title")).to_contain_text(HELD[state][lang == "en"])
        await is_sound(page, lang)


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_what_is_added_is_confirmed_first_of_all_and_has_the_keyboard(
    site: str, browser: Browser, database: Database, lang: str
) -> None:
    code = await reported(site)
    await database.execute(
        """INSERT INTO staff_question (question_id, report_id, text, text_en, asked_at)
           SELECT $2, id, 'Hur många var det?', 'How many were they?', now() FROM report WHERE tracking_code = $1""",
        code,
        uuid4(),
    )
    async with visitor(browser, lang) as page:

        async def done(act: Callable[[], Awaitable[Any]], target: str) -> None:
            await act()
            await expect(page.locator(target)).to_be_focused()
            await expect(page.locator(target)).to_be_in_viewport()
            await is_sound(page, lang)

        await page.goto(f"{site}/follow/{code}?lang={lang}")
        await is_sound(page, lang)
        answer, add = page.locator("form[data-answer] button"), page.locator("#addition button")
        await done(answer.click, "#error-summary")
        await page.locator("form[data-answer] textarea").fill("Fem")
        await done(answer.click, "#told")
        await done(page.locator("[value=still_on]").click, "#told")
        await done(add.click, "#error-summary")
        await page.locator("#text").fill("Nu är de borta")
        await done(add.click, "#told")
        await expect(page.locator(".additions li")).to_have_count(3)
        await page.locator("#photo").set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        )
        await done(page.locator("[data-sends-photos]").click, "#told")
        await done(page.locator(".photos__gallery button").click, "#told")


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_a_photo_that_is_refused_says_that_nothing_is_sent(
    site: str, browser: Browser, lang: str
) -> None:
    async with visitor(browser, lang) as page:
        await page.goto(f"{site}/?lang={lang}")
        await page.locator("#text").fill("Klotter")
        await page.locator("#photo").set_input_files(
            {
                "name": "ett_mycket_langt_namn_utan_mellanslag_" * 3 + ".jpg",
                "mimeType": "image/jpeg",
                "buffer": b"no",
            }
        )
        await page.locator("button.send").click()
        await expect(page.locator("#photos-status")).to_contain_text(
            "Inget är skickat än" if lang == "sv" else "Nothing has been sent yet"
        )
        await is_sound(page, lang)


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_a_report_is_taken_back_and_what_is_not_there_is_told(
    site: str, browser: Browser, lang: str
) -> None:
    code = await reported(site)
    async with visitor(browser, lang) as page:
        await page.goto(f"{site}/follow/{code}/withdraw?lang={lang}")
        await is_sound(page, lang)
        await page.get_by_role("link", name="Nej, behåll den" if lang == "sv" else "No, keep it").click()
        await expect(page.locator("#now-title")).to_be_visible()
        await page.go_back()
        await page.locator("main button").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Rapporten är återtagen" if lang == "sv" else "The report is taken back"
        )
        await is_sound(page, lang)
        for path, status in {"/follow": 200, "/follow/AAAA-AAAA-AAAA": 404, "/no/such/page": 404}.items():
            answer = await page.goto(f"{site}{path}?lang={lang}")
            assert answer is not None
            assert answer.status == status
            assert answer.headers["content-type"].startswith("text/html")
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await is_sound(page, lang)
        await page.goto(f"{site}/follow/AAAA-AAAA-AAAA?lang={lang}")
        await expect(page.locator("#code")).to_be_focused()
        await expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_staffs_pages_from_signing_in_to_signing_out(
    guarded: str, browser: Browser, database: Database, lang: str
) -> None:
    await database.execute("DELETE FROM rate_bucket")
    await database.execute("DELETE FROM quarantine")
    key = f"vardkase_{uuid4()}"
    await make_token(database, key, name=f"Anna {lang}")
    async with visitor(browser, lang) as page:
        await page.goto(f"{guarded}/staff?lang={lang}")
        await is_sound(page, lang)
        await page.locator("#token").fill("fel")
        await page.keyboard.press("Enter")
        await expect(page.locator("#token")).to_have_attribute("aria-invalid", "true")
        await is_sound(page, lang)
        await page.locator("#token").fill(key)
        await page.keyboard.press("Enter")
        await expect(page.locator(".tabs")).to_be_visible()
        await is_sound(page, lang)
        async with httpx.AsyncClient(base_url=guarded) as sender:
            for number in range(5):
                await sender.post(
                    "/api/v1/reports", json={"text": f"{SPAM} {number}", "place_text": "Torget"}
                )
        await page.reload()
        await expect(page.locator(".burst").first).to_be_visible()
        await is_sound(page, lang)
        await page.locator("[name=burst]").first.check()
        await page.locator("[name=do][value=reject]").click()
        await expect(page.locator("#told")).to_be_focused()
        await is_sound(page, lang)
        await page.locator("#note").fill("Reklam")
        await page.locator("[name=do][value=reject]").click()
        await expect(page.locator("#told button")).to_be_visible()
        await is_sound(page, lang)
        for state in ("rejected", "released", "passed"):
            await page.goto(f"{guarded}/staff/quarantine?state={state}&lang={lang}")
            await is_sound(page, lang)
        await page.locator(".signed-in button").click()
        await expect(page.locator("#token")).to_be_visible()
        await is_sound(page, lang)
    await database.execute("DELETE FROM quarantine")


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_the_whole_way_by_keyboard_alone(
    site: str, browser: Browser, database: Database, lang: str
) -> None:
    """From the address to a report that is followed, added to and taken back; nothing is pointed at."""
    async with visitor(browser, lang, has_touch=False) as page:

        async def to(target: str) -> None:
            for _ in range(60):
                await page.keyboard.press("Tab")
                if await page.locator(target).evaluate_all("all => all.includes(document.activeElement)"):
                    return
            pytest.fail(f"the keyboard does not reach {target}")

        await page.goto(f"{site}/?lang={lang}")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        await to("[name=danger]")
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("[name=danger][value=no]")).to_be_checked()
        await to("#text")
        await page.keyboard.type("Klotter på stationen")
        await to("#pick-place")
        await page.keyboard.press("Enter")
        await expect(page.locator("#map")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#position-status")).to_contain_text(" m)")
        await to("#category")
        await page.locator("#category").press("End")
        await page.locator("#category").select_option("vandalism")
        await to("[name=answer-damage]")
        await page.keyboard.press("Space")
        await to("button.send")
        await page.keyboard.press("Enter")
        await expect(page.locator(".code")).to_be_visible()
        code = await page.locator(".code").inner_text()
        await to("[value=still_on]")
        await page.keyboard.press("Enter")
        await expect(page.locator("#told")).to_be_focused()
        await to("#text")
        await page.keyboard.type("Nu kommer en till")
        await to("#addition button")
        await page.keyboard.press("Enter")
        await expect(page.locator(".additions li")).to_have_count(2)
        await to("a[href*='/withdraw']")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile("/withdraw"))
        await to("main button")
        await page.keyboard.press("Enter")
        await expect(page.locator("main .notice--attention")).to_contain_text("112")
    assert await database.fetchval("SELECT count(*) FROM report WHERE tracking_code = $1", code) == 0


async def test_files_are_asked_about_each_time_and_fetched_once(site: str) -> None:
    async with httpx.AsyncClient(base_url=site) as client:
        for path in ("/static/form.css", "/static/form.js", "/map.json", "/service-worker.js"):
            first = await client.get(path)
            assert "no-cache" in first.headers["cache-control"]
            again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")


async def test_programs_are_told_of_an_unknown_address_as_before(site: str) -> None:
    async with httpx.AsyncClient(base_url=site) as client:
        for path, accept in {
            "/no/such": "*/*",
            "/api/v1/no/such": "text/html",
            "/no/such.json": "application/json",
        }.items():
            answer = await client.get(path, headers={"Accept": accept})
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("application/problem+json")


def test_pages_name_no_file_twice_and_share_one_beginning() -> None:
    folder = Path(__file__).parents[2] / "services" / "intake" / "web" / "templates"
    begun = [
        each.name for each in folder.glob("*.html") if "<!doctype html>" in each.read_text(encoding="utf-8")
    ]
    assert begun == ["base.html"]
