"""Settings of staff's pages, `INTAKE_STAFF_…`."""

from datetime import timedelta
from typing import Self

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.intake.abuse.buckets import Limit


class StaffSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="INTAKE_STAFF_", frozen=True)

    # Off only where the pages are reached over plain HTTP, as on one's own machine. If left out: on when INTAKE_PUBLIC_URL is https.
    secure_cookie: bool = False
    # A session ends after this time without a request, and at the latest after the hours.
    idle_minutes: int = Field(default=60, ge=1, le=24 * 60)
    session_hours: int = Field(default=10, ge=1, le=24)
    # Tries to sign in from one address: so many at once, then one each so many seconds.
    tries_burst: int = Field(default=10, ge=1, le=1000)
    tries_each_s: float = Field(default=30, gt=0, le=86_400)

    @classmethod
    def served_at(cls, public_url: str) -> Self:
        """From the environment, for an intake that people reach there."""
        given = cls()
        if "secure_cookie" in given.model_fields_set:
            return given
        return given.model_copy(update={"secure_cookie": public_url.startswith("https://")})

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def tries(self) -> Limit:
        return Limit(self.tries_burst, self.tries_each_s)
