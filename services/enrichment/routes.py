"""Enrichment is asked for its health and its figures, and nothing else."""

from fastapi import APIRouter

from services.enrichment.running import Running
from shared.health import health_router


def routes(running: Running) -> APIRouter:
    return health_router(
        {
            "model": running.check_model,
            "database": running.check_database,
            "kafka": running.check_kafka,
            "outbox": running.check_outbox,
        }
    )
