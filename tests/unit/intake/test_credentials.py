"""Who submits is told by the token alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.domain.credentials import Submitter, submitter_of
from services.intake.domain.tokens import ScopeError, Token, bearer, checked_scopes, new_secret
from services.intake.settings import IntakeSettings
from shared.events import Source
from shared.identity import new_id

TOKEN = Token(new_id(), "Väktarbolaget", "a1b2c3", "1983", frozenset({"report:guard", "open311:1983"}))


def test_a_token_is_its_own_source_scope_and_municipality() -> None:
    guard = submitter_of(TOKEN)
    assert guard == Submitter(Source.GUARD, "guard:a1b2c3", "1983")
    assert guard.may_report_from("1983")
    assert not guard.may_report_from("1984")
    assert submitter_of(replace(TOKEN, mark="d4e5f6")) != guard


def test_a_token_without_a_source_is_no_citizen() -> None:
    assert submitter_of(replace(TOKEN, scopes=frozenset({"open311:1983", "read"}))) is None


def test_a_token_without_a_municipality_reports_from_any() -> None:
    anywhere = submitter_of(replace(TOKEN, municipality=None))
    assert anywhere is not None
    assert anywhere.may_report_from("0180")


def test_a_secret_is_long_random_and_recognisable() -> None:
    secrets = {new_secret() for _ in range(200)}
    assert len(secrets) == 200
    assert all(secret.startswith("vardkase_") and len(secret) == 9 + 43 for secret in secrets)


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        (b"Bearer abc", b"abc"),
        (b"bearer  abc ", b"abc"),
        (b"Basic abc", None),
        (b"abc", None),
        (b"Bearer", b""),
        (b"\xff \xff", None),
    ],
)
def test_a_bearer_token_is_read_from_its_header(header: bytes, secret: bytes | None) -> None:
    assert bearer(header) == secret


@pytest.mark.parametrize(
    "scopes",
    [
        [],
        ["report:stranger"],
        ["open311:"],
        ["open311:a b"],
        ["READ"],
        ["report:staff", "report:guard"],
    ],
)
def test_scopes_that_say_nothing_or_would_mix_sources_are_refused(scopes: list[str]) -> None:
    with pytest.raises(ScopeError):
        checked_scopes(scopes)


def test_a_scope_named_twice_is_kept_once() -> None:
    assert checked_scopes(["read", "open311:koping.se", "read"]) == ["open311:koping.se", "read"]


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_a_token_is_in_force_until_it_expires(expires_at: datetime, now: datetime) -> None:
    assert replace(TOKEN, expires_at=expires_at).has_expired(now) == (expires_at <= now)


@pytest.mark.parametrize(
    "tokens",
    [
        {"citizen": "citizen-token-0123"},
        {"staff": "short"},
        {"staff": "the-same-token-0123", "guard": "the-same-token-0123"},
        {"stranger": "stranger-token-0123"},
    ],
)
def test_tokens_that_would_mix_sources_are_refused_at_start(tokens: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        IntakeSettings.model_validate({"tokens": tokens})
    assert "token-0123" not in caught.value.errors(include_input=False, include_url=False)[0]["msg"]


def test_an_unknown_municipality_is_refused_at_start() -> None:
    with pytest.raises(ValidationError, match="Köping's is 1983"):
        IntakeSettings(municipality="0000")
