"""Whatever is answered is counted by its class; what machines ask that watch is not."""

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.http_answers import CountedAnswers


async def answer(request: Request) -> Response:
    return Response(status_code=int(request.path_params.get("status", 503)))


APP = CountedAnswers(Starlette(routes=[Route("/say/{status:int}", answer), Route("/ready", answer)]))


def counted(status: str) -> float:
    return REGISTRY.get_sample_value("vardkase_http_answers_total", {"status": status}) or 0.0


@pytest.mark.parametrize(
    ("path", "status", "grows"),
    [
        ("/say/202", "2xx", 1),
        ("/say/429", "4xx", 1),
        ("/say/503", "5xx", 1),
        ("/nowhere", "4xx", 1),
        ("/ready", "5xx", 0),
    ],
)
async def test_an_answer_is_counted_by_its_class(path: str, status: str, grows: int) -> None:
    before = counted(status)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://x") as client:
        await client.get(path)
    assert counted(status) - before == grows
