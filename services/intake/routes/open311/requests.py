"""Requests and their updates, shown."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request

from services.intake import open311_store
from services.intake.domain.open311.asking import Asked, read_asked, read_asked_updates, read_id
from services.intake.domain.open311.document import Document
from services.intake.domain.open311.faults import unknown
from services.intake.domain.open311.parameters import Parameters
from services.intake.domain.open311.showing import Requested, requests_shown, tells_words, updates_shown
from services.intake.photos import photos_store
from services.intake.photos.photos_store import Owner
from services.intake.routes.open311.access import Caller, caller
from services.intake.routes.open311.body import read_parameters
from services.intake.routes.open311.discovery import language_of, site, words
from services.intake.routes.open311.media import media_addresses
from services.intake.running import Running
from services.intake.texts import texts

_WAIT_S: Final = 5.0
_DRAWN_AT_ONCE: Final = 20
Photos = list[tuple[Owner, list[UUID]]]


async def list_requests(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    rows, photos = await _requests(running, calling, read_asked(parameters, datetime.now(UTC)))
    return await _shown(running, request, parameters, rows, photos)


async def one_request(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    rows, photos = await _requests(running, calling, Asked(ids=(_id(request, "service_request_id"),)))
    if not rows:
        raise unknown("service_request_id")
    return await _shown(running, request, parameters, rows, photos)


async def request_of_token(running: Running, request: Request) -> Document:
    """Every request gets its identifier at once, so the identifier is the only token there can be."""
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    token = _id(request, "token")
    rows, _ = await _requests(running, calling, Asked(ids=(token,)))
    if not rows:
        raise unknown("token")
    return Document("service_requests", [{"service_request_id": str(token), "token": str(token)}])


async def list_updates(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    span, page = read_asked_updates(parameters, datetime.now(UTC))
    viewer = calling.viewer(running.settings.open311_open_to_all)
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        rows = await open311_store.updates(connection, viewer, span, page)
    language = language_of(parameters)
    follow_url = f"{site(request, running.settings)}/follow"
    asks = {name: text.format(url=follow_url) for name, text in words(language)["question"].items()}
    return await _drawn(len(rows), lambda: updates_shown(rows, texts(language), asks, language))


async def _requests(running: Running, calling: Caller, asked: Asked) -> tuple[list[Requested], Photos]:
    viewer = calling.viewer(running.settings.open311_open_to_all)
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        rows = await open311_store.requests(connection, viewer, asked)
        own = [row.report_id for row in rows if tells_words(row)]
        photos = await photos_store.of_requests(connection, own) if own else []
    return rows, photos


async def _shown(
    running: Running, request: Request, parameters: Parameters, rows: list[Requested], photos: Photos
) -> Document:
    language, address = language_of(parameters), site(request, running.settings)

    def draw() -> Document:
        kept = media_addresses(running, address, photos)
        shown = [
            replace(row, media_urls=[*row.media_urls, *kept[row.report_id]]) if row.report_id in kept else row
            for row in rows
        ]
        return requests_shown(shown, texts(language), language)

    return await _drawn(len(rows), draw)


async def _drawn(rows: int, draw: Callable[[], Document]) -> Document:
    """Redacting a thousand texts takes a while, in which others must be served."""
    return draw() if rows <= _DRAWN_AT_ONCE else await asyncio.to_thread(draw)


def _id(request: Request, name: str) -> UUID:
    found = read_id(request.path_params[name])
    if found is None:
        raise unknown(name)
    return found
