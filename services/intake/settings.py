"""Intake's settings, `INTAKE_…`."""

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from shared.events import Source
from shared.geodata import municipalities
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """`tokens`: a JSON object, source → token, put into the database at start; more are made by `vardkase tokens`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", frozen=True)

    port: int = Field(default=8101, ge=1, le=65535)
    municipality: str = "1983"
    tokens: dict[Source, SecretStr] = Field(default_factory=dict)
    # Where people reach this service; only needed when a proxy hides the Host header or takes TLS.
    public_url: str = ""
    queue_limit: int = Field(default=2048, ge=1, le=100_000)
    batch_limit: int = Field(default=256, ge=1, le=2000)
    idempotency_hours: int = Field(default=72, ge=48, le=24 * 90)
    purge_every_s: float = Field(default=600, gt=0)

    @field_validator("municipality")
    @classmethod
    def _is_known(cls, code: str) -> str:
        if code not in municipalities():
            raise ValueError(f"{code!r} is not a municipality's code; Köping's is 1983")
        return code

    @model_validator(mode="after")
    def _tokens_are_secret(self) -> Self:
        if Source.CITIZEN in self.tokens:
            raise ValueError("a citizen needs no token; remove it from INTAKE_TOKENS")
        values = [token.get_secret_value() for token in self.tokens.values()]
        if any(len(value) < 16 for value in values):
            raise ValueError("every token in INTAKE_TOKENS must have at least 16 characters")
        if len(set(values)) < len(values):
            raise ValueError("two sources in INTAKE_TOKENS share a token, so their reports would mix")
        return self
