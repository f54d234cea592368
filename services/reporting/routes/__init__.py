"""HTTP: the picture, claims, the rhythm, editions of the situation report, the map's ground, signing in."""

from fastapi import APIRouter

from services.reporting.routes import base_map, claims, picture, situation_reports


def api_router() -> APIRouter:
    router = APIRouter()
    for part in (picture, claims, situation_reports, base_map):
        router.include_router(part.router)
    return router
