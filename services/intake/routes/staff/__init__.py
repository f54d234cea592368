"""Staff's pages: signing in, reviewing what is held, looking at photos, reaching a reporter. All of it works without script."""

from fastapi import APIRouter

from services.intake.routes.staff.contact_page import contact_page_router
from services.intake.routes.staff.photos_page import photos_page_router
from services.intake.routes.staff.quarantine_page import quarantine_page_router
from services.intake.routes.staff.signing_in import signing_in_router
from services.intake.running import Running


def staff_router(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.include_router(signing_in_router(running))
    router.include_router(quarantine_page_router(running))
    router.include_router(photos_page_router(running))
    router.include_router(contact_page_router(running))
    return router
