"""Staff review doubtful reports: with the keyboard alone, on a phone, and in an incident's detail."""

import re
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from deploy.system import System
from shared.topics import Service
from tests.support.journey import incident_of, intake, report_unclear, reporting

WAIT_MS = 60_000


@pytest_asyncio.fixture
async def review(system: System, page: Page) -> Page:
    """The queue, open, with at least three reports in it."""
    async with intake(system) as citizen:
        await report_unclear(citizen, "1983")
    await page.goto(system.sign_in_url)
    await expect(page.locator("#open-review")).to_have_class(re.compile("waiting"), timeout=WAIT_MS)
    await expect(page.locator("#review-list > li").nth(2)).to_be_attached(timeout=WAIT_MS)
    await expect(page.locator("#map-controls")).to_be_visible(timeout=WAIT_MS)
    await page.keyboard.press("g")
    await expect(page.locator("#review")).to_be_visible()
    return page


async def focused_card(page: Page) -> tuple[Locator, str]:
    """The card that has the keyboard, and its report's id."""
    report_id = await page.evaluate("document.activeElement.closest('[data-report]').dataset.report")
    return page.locator(f"[data-report='{report_id}']"), report_id


async def incident_with(system: System, report_id: str) -> dict:
    async with reporting(system) as staff:
        incident = await incident_of(staff, report_id)
    assert incident, f"no incident has the report {report_id}"
    return incident


async def test_one_key_settles_a_report_and_another_takes_it_back(system: System, review: Page) -> None:
    card, report_id = await focused_card(review)
    second = card.locator("[data-choice='2'] .guess__what")
    chosen = await second.inner_text()
    before = await incident_with(system, report_id)

    await review.keyboard.press("2")
    await expect(review.locator("#toast")).to_contain_text(f"Rättad: {chosen}.")
    await expect(card).to_have_count(0, timeout=WAIT_MS)
    await expect(review.locator("#toast")).to_contain_text("Omräknad.")
    assert (await incident_with(system, report_id))["sv"] == chosen
    assert await review.evaluate(
        "document.activeElement.closest('[data-report]') !== null"
    )  # on with the next

    await review.keyboard.press("z")
    await expect(card).to_be_visible(timeout=WAIT_MS)
    await expect(review.locator("#toast")).to_contain_text("åter att granska")
    assert (await incident_with(system, report_id))["sv"] == before["sv"]


async def test_the_whole_form_is_filled_in_with_the_keyboard(system: System, review: Page) -> None:
    card, report_id = await focused_card(review)
    await review.keyboard.press("0")
    await expect(card.get_by_label("Kategori")).to_be_focused()
    await review.keyboard.press("Escape")  # out of the field
    await review.keyboard.press("Escape")  # and the form is called off, not the review
    await expect(card.locator("form")).to_have_count(0)
    await expect(review.locator("#review")).to_be_visible()

    await review.keyboard.press("0")
    await card.get_by_role("button", name="Spara rättelse").press("Enter")
    await expect(card.get_by_role("alert").last).to_contain_text("Inget är ändrat.")
    await card.get_by_label("Kategori").press("D")  # Djur
    await card.get_by_label("mindre").press("Space")
    await card.get_by_role("button", name="Välj på kartan").press("Enter")
    await expect(review.get_by_role("group", name="Välj plats på kartan")).to_be_visible()
    await review.keyboard.press("ArrowRight")
    await review.keyboard.press("Enter")
    await expect(card.get_by_label("utpekad på kartan")).to_be_checked()
    await card.get_by_label("Anteckning").fill("Rådjur på vägen, ring 070-174 06 35")
    await card.get_by_role("button", name="Spara rättelse").press("Enter")
    await expect(card).to_have_count(0, timeout=WAIT_MS)

    incident = await incident_with(system, report_id)
    corrected = next(report for report in incident["reports"] if report["report_id"] == report_id)
    assert (corrected["category"], corrected["severity"]) == ("animal", 1)
    assert incident["location"]["precision"] in ("place", "locality")
    correction = incident["corrections"][0]
    assert correction["note"] == "Rådjur på vägen, ring [telefonnummer]"


async def test_an_incident_is_corrected_in_its_detail_and_taken_back_there(
    system: System, review: Page
) -> None:
    await review.keyboard.press("Escape")
    await expect(review.locator("#review")).to_be_hidden()
    await review.locator("#incidents .incident").first.click()
    detail = review.locator("#detail")
    await detail.get_by_role("button", name="Rätta händelsen").click()
    await detail.get_by_label("Kategori").select_option("unsafe_place")
    await detail.get_by_role("button", name="Spara rättelse").click()
    await expect(detail.locator(".correction-item").first).to_contain_text("Otrygg plats")
    await expect(detail.locator(".correction-item").first).to_contain_text("gäller", timeout=WAIT_MS)
    await expect(detail.locator("#detail-heading")).to_contain_text("Otrygg plats")
    await expect(detail.locator(".history")).to_contain_text("rättad av en människa")

    await detail.locator(".correction-item").first.get_by_role("button", name="Ångra").click()
    await expect(detail.locator(".correction-item").first).to_contain_text("tillbakatagen", timeout=WAIT_MS)
    await expect(detail.locator("#detail-heading")).not_to_contain_text("Otrygg plats")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_a_place_is_picked_on_the_map_and_the_form_keeps_what_was_written(
    system: System, review: Page, browser: Browser, scheme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme
    )
    page = await context.new_page()
    await page.goto(system.sign_in_url)
    await page.locator("#open-review").click()
    await expect(page.locator("#map-controls")).to_be_attached(timeout=WAIT_MS)
    card = page.locator("#review-list > li").first
    await card.locator("[data-choice='0']").tap()
    await card.get_by_label("Anteckning").fill("vid stationen")
    await card.get_by_role("button", name="Välj på kartan").tap()
    await expect(page.locator("#review")).to_be_hidden()
    await page.get_by_role("button", name="Välj krysset").tap()
    await expect(card.get_by_label("utpekad på kartan")).to_be_checked()
    await expect(card.get_by_label("Anteckning")).to_have_value("vid stationen")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    await context.close()


async def test_what_the_service_refuses_is_told_at_the_card_and_nothing_is_lost(review: Page) -> None:
    refusal = '{"title": "No", "detail": "not now"}'
    await review.route("**/correction", lambda each: each.fulfill(status=422, body=refusal))
    card, _ = await focused_card(review)
    await review.keyboard.press("2")
    await expect(card.get_by_role("alert")).to_contain_text("not now")
    await expect(card.locator("[data-choice='2']")).to_be_focused()

    await review.keyboard.press("0")
    await card.get_by_label("Kategori").press("D")
    await card.get_by_label("Anteckning").fill("kvar")
    await card.get_by_role("button", name="Spara rättelse").press("Enter")
    await expect(card.locator("form").get_by_role("alert")).to_contain_text("not now")
    await expect(card.get_by_label("Anteckning")).to_have_value("kvar")
    await expect(card.get_by_role("button", name="Spara rättelse")).to_be_focused()


async def test_a_correction_that_gets_no_answer_says_so_and_can_be_made_anew(
    system: System, review: Page
) -> None:
    queue = await (await review.request.get(f"{system.url(Service.REPORTING)}/api/v1/review")).json()
    long_ago = {
        "correction_id": str(uuid4()),
        "report_id": queue["reports"][0]["report_id"],
        "category": "fire",
        "severity": None,
        "location": None,
        "note": None,
        "corrected_by": "AP",
        "at": "2026-11-01T12:00:00Z",
        "state": "pending",
        "undo_asked_at": None,
    }
    queue["reports"][0]["pending"] = long_ago
    await review.route("**/api/v1/review*", lambda each: each.fulfill(json=queue))
    await review.reload()
    await review.locator("#open-review").click()
    card = review.locator("#review-list > li").first
    await expect(card).to_contain_text("Rättad: Brand. Inget svar ännu.")
    await expect(card.locator("[data-choice='1']")).to_be_visible()


async def test_every_control_of_the_queue_has_a_name_and_every_target_is_big_enough(review: Page) -> None:
    await review.keyboard.press("0")
    nameless = await review.evaluate(
        """() => [...document.querySelectorAll('#review button, #review select, #review input, #review textarea')]
            .filter(each => !(each.textContent.trim() || each.labels?.length || each.ariaLabel))
            .map(each => each.outerHTML)"""
    )
    assert nameless == []
    small = await review.evaluate(
        """() => [...document.querySelectorAll('#review button, #review select, #review .choice')]
            .filter(each => each.getBoundingClientRect().height < 32).map(each => each.outerHTML)"""
    )
    assert small == []


async def test_an_empty_queue_says_so(system: System, page: Page) -> None:
    await page.goto(system.sign_in_url)
    await page.goto(f"{page.url}?municipality=2584")
    await expect(page.locator("#open-review")).to_have_text("Inget att granska", timeout=WAIT_MS)
    await page.keyboard.press("g")
    await expect(page.locator("#review-empty")).to_be_visible()
    async with httpx.AsyncClient(base_url=page.url.split("/?")[0]) as stranger:
        assert (await stranger.get("/api/v1/review")).status_code == 401
