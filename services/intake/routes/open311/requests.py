"""Requests and their updates: taken in the way every report goes, and shown."""

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
from services.intake.domain.open311.showing import Requested, requests_shown, updates_shown
from services.intake.photos import photos_store
from services.intake.routes.open311.access import Caller, caller
from services.intake.routes.open311.body import read_parameters
from services.intake.routes.open311.discovery import language_of, site
from services.intake.routes.photos_api import PHOTOS_PATH
from services.intake.running import Running
from services.intake.texts import texts

_WAIT_S: Final = 5.0
_DRAWN_AT_ONCE: Final = 20


async def list_requests(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    return await _shown(running, request, calling, read_asked(parameters, datetime.now(UTC)), parameters)


async def one_request(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    rows = await _requests(running, request, calling, Asked(ids=(_id(request, "service_request_id"),)))
    if not rows:
        raise unknown("service_request_id")
    return _drawing(rows, parameters)()


async def request_of_token(running: Running, request: Request) -> Document:
    """Every request gets its identifier at once, so the identifier is the only token there can be."""
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    token = _id(request, "token")
    if not await _requests(running, request, calling, Asked(ids=(token,))):
        raise unknown("token")
    return Document("service_requests", [{"service_request_id": str(token), "token": str(token)}])


async def list_updates(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    calling = await caller(running, request, parameters)
    span, page = read_asked_updates(parameters, datetime.now(UTC))
    viewer = calling.viewer(running.settings.open311_open_to_all)
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        rows = await open311_store.updates(connection, viewer, span, page)
    return updates_shown(rows, texts(language_of(parameters))["status"])


async def _shown(
    running: Running, request: Request, calling: Caller, asked: Asked, parameters: Parameters
) -> Document:
    """Redacting a thousand texts takes a while, in which others must be served."""
    rows = await _requests(running, request, calling, asked)
    draw = _drawing(rows, parameters)
    return draw() if len(rows) <= _DRAWN_AT_ONCE else await asyncio.to_thread(draw)


def _drawing(rows: list[Requested], parameters: Parameters) -> Callable[[], Document]:
    language = language_of(parameters)
    words = texts(language)["status"]
    return lambda: requests_shown(rows, words, language)


async def _requests(running: Running, request: Request, calling: Caller, asked: Asked) -> list[Requested]:
    viewer = calling.viewer(running.settings.open311_open_to_all)
    async with running.pool.acquire(timeout=_WAIT_S) as connection:
        rows = await open311_store.requests(connection, viewer, asked)
        own = [row.report_id for row in rows if row.is_own and not row.media_urls]
        photos = await photos_store.first_photos(connection, own) if own else {}
    address = f"{site(request, running.settings)}{PHOTOS_PATH}"
    return [
        replace(row, media_urls=[f"{address}/{photos[row.report_id]}"]) if row.report_id in photos else row
        for row in rows
    ]


def _id(request: Request, name: str) -> UUID:
    found = read_id(request.path_params[name])
    if found is None:
        raise unknown(name)
    return found
