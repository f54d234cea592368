"""Puts intake together."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import asyncpg
import structlog
from fastapi import FastAPI

from services.intake.email.api_routes import email_router
from services.intake.email.page_routes import email_pages
from services.intake.routes.accept_reports import REPORTS_PATH, AcceptReports
from services.intake.routes.answer_page import answer_page_router
from services.intake.routes.answers_api import answers_router
from services.intake.routes.api import api_router
from services.intake.routes.batch import batch_router
from services.intake.routes.challenge import challenge_router
from services.intake.routes.contact_api import contact_router
from services.intake.routes.open311 import open311_routes
from services.intake.routes.openapi import IntakeApp
from services.intake.routes.pages import install_unknown_page, pages_router
from services.intake.routes.photo_pages import photo_pages
from services.intake.routes.photos_api import photos_router
from services.intake.routes.quarantine import QUARANTINE_PATH, quarantine_router
from services.intake.routes.sorted_questions import sorted_questions_router
from services.intake.routes.staff import staff_router
from services.intake.routes.token import token_router
from services.intake.routes.withdrawal import withdrawal_router
from services.intake.running import Running
from services.intake.settings import IntakeSettings
from services.intake.texts import use_languages
from services.intake.vault import Vault
from services.intake.vault_jobs import require_keys
from services.intake.vault_keys import open_vault
from shared.body_limit import BodyLimit
from shared.health import health_router
from shared.postgres import TRANSIENT_ERRORS, create_pool
from shared.problem import MAX_BODY_BYTES, install_problem_handlers
from shared.settings import is_loopback
from shared.topics import Service

log = structlog.get_logger()

_LOOK_S: Final = 5.0


def create_app(settings: IntakeSettings) -> FastAPI:
    """Nothing is connected before the app's lifespan begins. Raises `CannotStart`."""
    use_languages(settings.languages_folder)
    running = Running(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with running.run():
            app.state.gate = running.gate
            app.state.offers_email = settings.email.is_on
            app.state.tiles = settings.tiles
            yield

    app = IntakeApp(
        title="Vårdkase intake",
        version="1",
        description="Takes in what people report, once and durably, and lets each of them follow it.",
        openapi_url="/api/v1/openapi.json",
        examples=Path(__file__).parent / "routes" / "examples.json",
        security={"token": {"type": "http", "scheme": "bearer", "description": "An API token."}},
        secured=False,
        lifespan=lifespan,
    )
    install_problem_handlers(app)
    install_unknown_page(app, settings.municipality)
    accepting = AcceptReports(running, settings.municipality, settings.public_url.rstrip("/"))
    app.take_quickly(REPORTS_PATH, accepting)
    app.include_router(api_router(running))
    app.include_router(batch_router(running))
    app.include_router(answers_router(running))
    app.include_router(answer_page_router(running))
    app.include_router(token_router(running))
    app.include_router(challenge_router(running))
    # The other routes read their bodies themselves.
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES, under=QUARANTINE_PATH)
    app.include_router(quarantine_router(running))
    app.include_router(contact_router(running))
    app.include_router(staff_router(running))
    app.include_router(pages_router(running))
    app.include_router(photos_router(running))
    app.include_router(photo_pages(running))
    app.include_router(sorted_questions_router(running))
    app.include_router(withdrawal_router(running))
    app.include_router(email_router(running))
    app.include_router(email_pages(running))
    app.router.routes.extend(open311_routes(running))
    app.include_router(
        health_router(
            {
                "database": running.check_database,
                "keys": running.check_keys,
                "commits": running.check_commits,
                "outbox": running.check_outbox,
                "email": running.check_email,
                "limits": running.check_limits,
                "kafka": running.check_kafka,
            }
        )
    )
    return app


def start(settings: IntakeSettings) -> FastAPI:
    """As `create_app`, when the master keys are there and are those that the database was sealed with. Raises `CannotStart`."""
    vault = open_vault(settings)
    if not (settings.staff.secure_cookie or is_loopback(settings.host)):
        log.warning(
            "staff_cookie_not_secure",
            host=settings.host,
            do="Set INTAKE_PUBLIC_URL to the https address, or INTAKE_STAFF_SECURE_COOKIE=true: else it goes over plain HTTP too.",
        )
    # The caller's loop already runs, so this has a loop, and a thread, of its own.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, _require_keys(settings, vault)).result()
    return create_app(settings)


async def _require_keys(settings: IntakeSettings, vault: Vault) -> None:
    """While the database is away nothing can be said of it; readiness says it later."""
    with suppress(*TRANSIENT_ERRORS, asyncpg.UndefinedTableError):
        async with (
            asyncio.timeout(_LOOK_S),
            create_pool(settings.postgres, Service.INTAKE.value) as pool,
            pool.acquire(timeout=_LOOK_S) as connection,
        ):
            await require_keys(connection, vault, settings.master_keys_file)
