"""Bad input is the sender's fault and is told so: always 4xx, always a problem, whatever is sent."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from services.intake.app import create_app
from services.intake.domain.answer import Stored
from services.intake.domain.tokens import Token
from services.intake.routes.accept_reports import AcceptReports
from services.intake.routes.body import MAX_BODY_BYTES
from services.intake.running import Running
from services.intake.settings import IntakeSettings
from shared.identity import new_id


class AtOnce:
    """Accepts without a database."""

    def submit(self, accepted: Any, *_: Any) -> "asyncio.Future[Stored]":
        answer: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        answer.set_result(Stored(accepted.report_id, accepted.tracking_code))
        return answer


class KnownTokens:
    """Tokens without a database."""

    async def find(self, secret: bytes) -> Token | None:
        scopes = {
            b"staff-token-0123456789": {"report:staff"},
            b"reader-token-0123456789": {"read", "open311:1983"},
        }.get(secret)
        return Token(new_id(), "test", "00", "1983", frozenset(scopes)) if scopes else None


class OpenGate:
    async def admit_by_api(self, _scope: Any, accepted: Any, _used_for: bytes) -> Any:
        return accepted

    async def admit_token(self, _scope: Any, _mark: str) -> None:
        pass


RUNNING = SimpleNamespace(commits=AtOnce(), tokens=KnownTokens(), gate=OpenGate(), settings=IntakeSettings())
ENDPOINT = AcceptReports(cast("Running", RUNNING), "1983", "")
JSON = {"content-type": "application/json"}


async def post(content: Any, headers: Any = None) -> httpx.Response:
    transport = httpx.ASGITransport(app=ENDPOINT)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        return await client.post(
            "/api/v1/reports", content=content, headers=JSON if headers is None else headers
        )


def assert_accepted_or_problem(response: httpx.Response) -> None:
    assert response.status_code == 202 or 400 <= response.status_code < 500
    if response.status_code != 202:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
        assert response.json()["type"].startswith("/problems/")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NEAR_REPORT = st.fixed_dictionaries(
    {"text": st.text(max_size=60) | ANY_JSON},
    optional={
        field: ANY_JSON | st.text(max_size=30) | st.floats(-200, 200)
        for field in (
            "place_text", "lat", "lon", "accuracy_m", "municipality", "occurred_at", "category", "language", "external_id",
        )
    }
    | {"contact": st.dictionaries(st.sampled_from(["name", "email", "phone", "x"]), ANY_JSON, max_size=4)},
)  # fmt: skip


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(content: bytes) -> None:
    assert_accepted_or_problem(asyncio.run(post(content)))


@given(ANY_JSON | NEAR_REPORT)
def test_any_json_is_answered(value: Any) -> None:
    assert_accepted_or_problem(asyncio.run(post(json.dumps(value).encode())))


@given(st.binary(min_size=1, max_size=300), st.binary(max_size=60))
def test_any_key_and_any_authorization_are_answered(key: bytes, authorization: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"idempotency-key", key),
        (b"authorization", authorization),
    ]
    response = asyncio.run(post(b'{"text":"x"}', headers))
    assert response.status_code in {400, 401}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        ({**JSON, "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 202),
        ({**JSON, "authorization": "Bearer wrong"}, 401),
        ({**JSON, "authorization": "Bearer staff-token-0123456789"}, 202),
        ({**JSON, "authorization": "Bearer reader-token-0123456789"}, 403),
        ({**JSON, "authorization": "Basic staff-token-0123456789"}, 401),
        ({**JSON, "authorization": "Bearer"}, 401),
        ({**JSON, "authorization": "staff-token-0123456789"}, 401),
        ({**JSON, "idempotency-key": "two words"}, 400),
        ({**JSON, "idempotency-key": ""}, 400),
        ({**JSON, "idempotency-key": "k" * 256}, 400),
        ({**JSON, "idempotency-key": "k" * 255}, 202),
    ],
)
async def test_headers_decide(headers: dict[str, str], status: int) -> None:
    response = await post(b'{"text":"x"}', headers)
    assert response.status_code == status
    assert_accepted_or_problem(response)


async def test_a_token_reports_from_its_own_municipality_alone() -> None:
    headers = {**JSON, "authorization": "Bearer staff-token-0123456789"}
    own = await post(b'{"text":"x","municipality":"1983"}', headers)
    other = await post(b'{"text":"x","municipality":"1984"}', headers)
    assert (own.status_code, other.status_code) == (202, 403)
    assert other.json()["type"] == "/problems/other-municipality"


async def test_too_much_is_refused_while_it_is_read() -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while True:
            read += 8192
            yield b" " * 8192

    response = await post(endless())
    assert response.status_code == 413
    assert read <= MAX_BODY_BYTES + 2 * 8192


async def test_an_announced_size_is_enough_to_refuse() -> None:
    response = await post(b"x" * (MAX_BODY_BYTES + 1))
    assert response.status_code == 413


async def test_the_largest_body_that_is_read_is_read_whole() -> None:
    report = b'{"text":"' + "å".encode() * 10_000 + b'"}'
    assert (await post(report + b" " * (MAX_BODY_BYTES - len(report)))).status_code == 202


def test_the_description_is_openapi_3_1_and_its_examples_are_accepted() -> None:
    schema = create_app(IntakeSettings()).openapi()
    validate(schema)
    assert schema["openapi"].startswith("3.1")
    operation = schema["paths"]["/api/v1/reports"]["post"]
    for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
        value = {key: field for key, field in example["value"].items() if key != "occurred_at"}
        assert asyncio.run(post(json.dumps(value).encode())).status_code == 202
    for status, response in operation["responses"].items():
        kinds = set(response["content"])
        assert kinds == ({"application/json"} if status == "202" else {"application/problem+json"})
