"""Who submits is told by the token alone."""

import pytest
from pydantic import ValidationError

from services.intake.domain.credentials import Credentials
from services.intake.settings import IntakeSettings
from shared.events import Source

KNOWN = Credentials.of({Source.STAFF: "staff-token-0123456789", Source.GUARD: "guard-token-0123456789"})


def test_each_token_is_its_own_source_and_scope() -> None:
    staff = KNOWN.submitter(b"Bearer staff-token-0123456789")
    guard = KNOWN.submitter(b"bearer  guard-token-0123456789")
    assert staff is not None
    assert guard is not None
    assert (staff.source, guard.source) == (Source.STAFF, Source.GUARD)
    assert staff.scope != guard.scope


@pytest.mark.parametrize(
    "shown",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer x",
        b"Basic staff-token-0123456789",
        b"staff-token-0123456789",
        b"\xff \xff",
    ],
)
def test_anything_else_is_nobodys(shown: bytes) -> None:
    assert KNOWN.submitter(shown) is None


def test_a_new_token_for_the_same_source_begins_with_keys_of_its_own() -> None:
    new = Credentials.of({Source.STAFF: "staff-token-9876543210"}).submitter(b"Bearer staff-token-9876543210")
    old = KNOWN.submitter(b"Bearer staff-token-0123456789")
    assert new is not None
    assert old is not None
    assert new.scope != old.scope


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
