"""Staff before their pages: somebody with a token, and reports that are held."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.intake.domain.tokens import QUARANTINE
from services.intake.tokens_store import insert_token

ANNA = "vardkase_annas-own-key-0123456789"
SPAM = "Köp billiga klockor hos oss nu, fantastiska priser och snabb leverans till hela Sverige"


async def make_token(database: Any, secret: str = ANNA, name: str = "Anna, kommunen", **changed: Any) -> None:
    now = datetime.now(UTC)
    values = {
        "municipality": "1983",
        "scopes": [QUARANTINE],
        "expires_at": now + timedelta(days=1),
        **changed,
    }
    await insert_token(database, secret=secret, name=name, now=now, **values)


async def sign_in(intake: httpx.AsyncClient, secret: str = ANNA) -> httpx.Response:
    """The client keeps the cookie."""
    return await intake.post("/staff", data={"token": secret})


def fields_of(page: str) -> dict[str, list[str]]:
    """What the page's form for deciding would send with nothing chosen, and what can be chosen."""
    form = page[page.index('id="bursts"') :]
    found: dict[str, list[str]] = {}
    for each in re.findall(r"<input [^>]*>", form):
        named, value = re.search(r'name="([^"]+)"', each), re.search(r'value="([^"]*)"', each)
        if named and value:
            found.setdefault(named[1], []).append(value[1])
    return found
