"""Puts enrichment together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.enrichment.routes import routes
from services.enrichment.running import Running
from services.enrichment.settings import EnrichmentSettings
from shared.problem import install_problem_handlers


def create_app(settings: EnrichmentSettings) -> FastAPI:
    """Nothing is connected or loaded before the app's lifespan begins."""
    running = Running(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with running.run():
            yield

    app = FastAPI(title="Vårdkase enrichment", lifespan=lifespan, docs_url=None, redoc_url=None)
    install_problem_handlers(app)
    app.include_router(routes(running))
    return app
