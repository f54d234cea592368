"""Signed webhooks after the Standard Webhooks specification. One request; when to try again is not decided here."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import httpx
import orjson
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from services.notifier.domain.attempts import NoResponse, Response
from shared.events import Agency, Alert

USER_AGENT: Final = "vardkase-notifier/1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One receiver. `id` stays the same as long as agency and address do."""

    id: UUID
    agency: Agency
    url: str
    secret: SecretStr


def create_client(timeout_s: float) -> httpx.AsyncClient:
    """No redirects (they could lead inwards), no proxy or password from the environment, the system's authorities."""
    return httpx.AsyncClient(
        timeout=timeout_s,
        follow_redirects=False,
        trust_env=False,
        verify=ssl.create_default_context(),
        headers={"user-agent": USER_AGENT, "content-type": "application/json"},
    )


async def post(
    client: httpx.AsyncClient, endpoint: Endpoint, delivery_id: UUID, alert: Alert, now: datetime
) -> Response | NoResponse:
    """`delivery_id` becomes the webhook-id: the same at every attempt, so the receiver knows a repeat."""
    body = webhook_body(alert)
    headers = signed_headers(endpoint.secret, str(delivery_id), body, now)
    request = client.build_request("POST", endpoint.url, content=body, headers=headers)
    try:
        answer = await client.send(request, stream=True)
        await answer.aclose()  # the body is of no interest, however long
    except httpx.TimeoutException:
        return NoResponse("mottagaren svarade inte i tid")
    except httpx.ConnectError:
        return NoResponse("mottagaren kunde inte nås")
    except httpx.HTTPError as error:
        return NoResponse(f"förbindelsen bröts ({type(error).__name__})")
    return Response(answer.status_code, answer.headers.get("retry-after"))


def webhook_body(alert: Alert) -> bytes:
    return orjson.dumps(
        {
            "type": f"alert.{alert.kind}",
            "timestamp": alert.issued_at.isoformat(),
            "data": alert.model_dump(mode="json"),
        }
    )


def signed_headers(secret: SecretStr, webhook_id: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """`now` in UTC: the library reads its clock figures as UTC whatever the zone."""
    signature = Webhook(secret.get_secret_value()).sign(msg_id=webhook_id, timestamp=now, data=body.decode())
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
