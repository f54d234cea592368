"""Puts intake together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from services.intake.routes.accept_reports import REPORTS_PATH, AcceptReports
from services.intake.routes.api import api_router
from services.intake.routes.open311 import open311_routes
from services.intake.routes.openapi import IntakeApp
from services.intake.routes.pages import pages_router
from services.intake.routes.token import token_router
from services.intake.running import Running
from services.intake.settings import IntakeSettings
from shared.health import health_router
from shared.problem import install_problem_handlers


def create_app(settings: IntakeSettings) -> FastAPI:
    """Nothing is connected before the app's lifespan begins."""
    running = Running(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with running.run():
            yield

    app = IntakeApp(
        title="Vårdkase intake",
        version="1",
        description="Takes in what people report, once and durably, and lets each of them follow it.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the usual pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    install_problem_handlers(app)
    app.router.routes.insert(0, _accepting_route(running))
    app.include_router(api_router(running))
    app.include_router(token_router(running))
    app.include_router(pages_router(running))
    app.router.routes.extend(open311_routes(running))
    app.include_router(
        health_router(
            {
                "database": running.check_database,
                "commits": running.check_commits,
                "outbox": running.check_outbox,
                "kafka": running.check_kafka,
            }
        )
    )
    return app


def _accepting_route(running: Running) -> Route:
    settings = running.settings
    endpoint = AcceptReports(running, settings.municipality, settings.public_url.rstrip("/"))
    return Route(REPORTS_PATH, endpoint, methods=["POST"])
