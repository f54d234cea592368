"""Passwords and tokens made once, kept in <state>/secrets.json, readable by its owner alone."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from deploy.errors import CannotGoOn
from deploy.local.private_file import write_private
from shared.events import Agency, Source
from shared.topics import Service

VARIABLE: Final = "VARDKASE_SECRETS"
KAFKA_USERS: Final = ("admin", "controller", *Service, *Agency)
POSTGRES_ROLES: Final = ("postgres", *Service)
INTAKE_SOURCES: Final = tuple(source for source in Source if source != Source.CITIZEN)
TOKENS: Final = (
    "reporting_staff",
    *(f"intake_{source}" for source in INTAKE_SOURCES),
    *(f"notifier_{agency}" for agency in Agency),
)


CHALLENGES: Final = "key.intake_challenges"


class Secrets:
    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read VARDKASE_SECRETS (the file's text, where there is no folder to keep) or the file; make what is lacking."""
        try:
            text = os.environ.get(VARIABLE) or (path.read_text() if path.exists() else "{}")
            values: dict[str, str] = json.loads(text)
        except (OSError, ValueError) as error:
            raise CannotGoOn(
                f"{VARIABLE if VARIABLE in os.environ else path} cannot be read ({error}): restore it, or start "
                "afresh with `vardkase down --wipe`."
            ) from error
        missing = [name for name in _names() if name not in values]
        if missing:
            values |= {name: secrets.token_urlsafe(24) for name in missing}
            path.parent.mkdir(parents=True, exist_ok=True)
            write_private(path, json.dumps(values, indent=1))
        return cls(values)

    def kafka_password(self, user: str) -> str:
        return self._values[f"kafka.{user}"]

    def postgres_password(self, role: str) -> str:
        return self._values[f"postgres.{role}"]

    @property
    def staff_token(self) -> str:
        return self._values["token.reporting_staff"]

    @property
    def intake_tokens(self) -> dict[str, str]:
        """Source → token, for everyone but the citizen."""
        return {str(source): self._values[f"token.intake_{source}"] for source in INTAKE_SOURCES}

    @property
    def challenge_key(self) -> str:
        """What intake signs its challenges with."""
        return self._values[CHALLENGES]

    @property
    def agency_tokens(self) -> dict[str, str]:
        """Agency → token for the notifier's API."""
        return {str(agency): self._values[f"token.notifier_{agency}"] for agency in Agency}


def _names() -> Iterable[str]:
    yield from (f"kafka.{user}" for user in KAFKA_USERS)
    yield from (f"postgres.{role}" for role in POSTGRES_ROLES)
    yield from (f"token.{token}" for token in TOKENS)
    yield CHALLENGES
