"""A real Chromium, and a page whose console must stay free of errors."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

# Software WebGL: the machines that run this have no graphics card.
ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest_asyncio.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if _is_fault(message) else None)
    page.set_default_timeout(30_000)
    yield page
    await context.close()
    assert faults == [], "errors in the browser's console"


def _is_fault(message: ConsoleMessage) -> bool:
    """The browser notes the 422 of a form that is sent back as an error; that one is meant."""
    return message.type == "error" and "status of 422" not in message.text


@pytest_asyncio.fixture
async def database(postgres_dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Intake's own schema in the module's database."""
    connection = await asyncpg.connect(postgres_dsn, server_settings={"search_path": "intake"})
    yield connection
    await connection.close()
