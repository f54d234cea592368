"""Open311 GeoReport v2 at `/open311/v2`, with the service request updates of FixMyStreet.

The addresses are plain routes, described by their own specification and, for tools, in an OpenAPI document of their own.
"""

from functools import partial

from starlette.routing import BaseRoute

from services.intake.routes.open311 import posting, requests
from services.intake.routes.open311.answers import nowhere, route
from services.intake.routes.open311.discovery import BASE, definition, discovery, services
from services.intake.routes.open311.media import media_route
from services.intake.routes.open311.openapi import described
from services.intake.running import Running


def open311_routes(running: Running) -> list[BaseRoute]:
    addresses = (
        ("discovery", "GET", discovery),
        ("services", "GET", services),
        ("services/{service_code}", "GET", definition),
        ("requests", "GET", requests.list_requests),
        ("requests", "POST", posting.post_request),
        ("requests/{service_request_id}", "GET", requests.one_request),
        ("tokens/{token}", "GET", requests.request_of_token),
        ("servicerequestupdates", "GET", requests.list_updates),
        ("servicerequestupdates", "POST", posting.post_update),
    )
    known = [
        media_route(running),
        *(
            each
            for path, method, answer in addresses
            for each in route(f"{BASE}/{path}", method, partial(answer, running))
        ),
    ]
    return [described(), *known, nowhere(BASE, known)]
