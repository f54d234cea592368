"""HTTP: the picture, the review queue and corrections, questions, what was done, claims, the rhythm, editions of the situation report, the map's ground, signing in."""

from fastapi import APIRouter

from services.reporting.routes import (
    base_map,
    claims,
    corrections,
    picture,
    questions,
    review,
    situation_reports,
    steps,
)
from services.reporting.routes.problems import OF_ALL


def api_router() -> APIRouter:
    router = APIRouter(responses={**OF_ALL})
    for part in (picture, review, corrections, questions, steps, claims, situation_reports, base_map):
        router.include_router(part.router)
    return router
