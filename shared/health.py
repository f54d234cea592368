"""`/health` (the process lives), `/ready` (it can do its work, and why not) and `/metrics`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.metrics import CHECK_PASSES

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    detail: str


ReadyCheck = Callable[[], Awaitable[Check]]


def health_router(checks: Mapping[str, ReadyCheck]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        results = await _run_all(checks)
        ok = all(result.ok for result in results.values())
        body = {
            "status": "ready" if ok else "not ready",
            "checks": {name: {"ok": result.ok, "detail": result.detail} for name, result in results.items()},
        }
        return JSONResponse(body, status_code=200 if ok else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        await _run_all(checks)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _run_all(checks: Mapping[str, ReadyCheck]) -> dict[str, Check]:
    found = await asyncio.gather(*[_run(check) for check in checks.values()])
    results = dict(zip(checks, found, strict=True))
    for name, result in results.items():
        CHECK_PASSES.labels(name).set(result.ok)
    return results


async def _run(check: ReadyCheck) -> Check:
    try:
        return await check()
    except Exception as error:  # noqa: BLE001 - a check that fails in any way is an answer: not ready
        return Check(ok=False, detail=f"{type(error).__name__}: {error}"[:300])
