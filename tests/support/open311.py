"""Calling Open311 as clients do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import asyncpg
import httpx

from services.intake import tokens_store
from services.intake.domain.tokens import new_secret

BASE = "/open311/v2"
Form = Mapping[str, str | Sequence[str]]
GRAFFITI: Form = {
    "jurisdiction_id": "1983",
    "service_code": "vandalism",
    "lat": "59.51168",
    "long": "15.99533",
    "description": "Klotter på muren bakom stationen, ring 070-174 06 05.",
}


async def make_key(
    database: "asyncpg.Connection[asyncpg.Record]",
    *scopes: str,
    name: str = "FixMyStreet",
    municipality: str | None = "1983",
) -> str:
    secret = new_secret()
    await tokens_store.insert_token(
        database,
        secret=secret,
        name=name,
        municipality=municipality,
        scopes=scopes or ("open311:1983",),
        now=datetime.now(UTC),
        expires_at=None,
    )
    return secret


async def post_request(intake: httpx.AsyncClient, key: str, **fields: str) -> httpx.Response:
    return await intake.post(f"{BASE}/requests.json", data={**GRAFFITI, "api_key": key, **fields})


async def get(intake: httpx.AsyncClient, path: str, **query: str) -> httpx.Response:
    return await intake.get(f"{BASE}/{path}", params=query)


def parsed(answer: httpx.Response) -> Any:
    """XML as nested lists: name, and text or children."""
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return _nested(ET.fromstring(answer.content))


def _nested(element: ET.Element) -> Any:
    assert not element.attrib
    children = [_nested(child) for child in element]
    return (element.tag, children or element.text)


def assert_faults(answer: httpx.Response, status: int, *words: str) -> None:
    """In JSON, each with a code and a sentence."""
    assert answer.status_code == status, answer.text
    faults = answer.json()
    assert faults
    assert all(fault.keys() == {"code", "description"} for fault in faults)
    told = " ".join(fault["description"] for fault in faults)
    assert all(word in told for word in words), told
