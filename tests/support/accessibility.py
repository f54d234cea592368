"""axe-core in the page: what it finds that shuts somebody out."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from deploy.frontend import install, is_current

FOLDER = Path(__file__).parents[1] / "browser" / "axe"
_RUN = "async () => (await axe.run()).violations.map(({impact, id, nodes}) => ({impact, id, at: nodes.map(n => n.html)}))"


@cache
def axe() -> str:
    """The library, as its lock file has it."""
    if not is_current([FOLDER / "node_modules" / ".package-lock.json"], (FOLDER / "package-lock.json",)):
        install(FOLDER, print)
    return (FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def grave_faults(page: Page) -> list[Any]:
    """Serious and critical ones. The tool is not a script of the page, so it goes around the page's own policy."""
    await page.evaluate(axe())
    return [each for each in await page.evaluate(_RUN) if each["impact"] in {"serious", "critical"}]
