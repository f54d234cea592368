"""Settings that every service has: its servers and its own address. Built only in `__main__`."""

from functools import cached_property
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from shared.errors import CannotStart

B = TypeVar("B", bound=BaseSettings)


class KafkaSettings(BaseSettings):
    """`KAFKA_…`. TLS uses the system's certificates unless `KAFKA_SSL_CAFILE` names another authority."""

    model_config = SettingsConfigDict(env_prefix="KAFKA_", frozen=True)

    bootstrap_servers: str = "127.0.0.1:19092"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-256"
    sasl_username: str = ""
    sasl_password: SecretStr = SecretStr("")
    ssl_cafile: str | None = None


class PostgresSettings(BaseSettings):
    """`POSTGRES_…`. One DSN for all services, or one for each by `<SERVICE>_POSTGRES_DSN`."""

    model_config = SettingsConfigDict(env_prefix="POSTGRES_", frozen=True)

    dsn: SecretStr = SecretStr("postgresql://127.0.0.1:15432/vardkase")
    pool_size: int = Field(default=8, ge=2, le=100)


class ServiceSettings(BaseSettings):
    """Base of each service's own settings; the subclass sets the prefix."""

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    postgres_dsn: SecretStr | None = None
    batch_records: int = Field(default=500, ge=1, le=10_000)
    # A poll that finds nothing also waits this long, so it is the floor of the latency a hop adds.
    poll_ms: int = Field(default=20, ge=1, le=5000)
    stop_timeout_s: float = Field(default=15, gt=0, le=300)

    @cached_property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings()

    @cached_property
    def postgres(self) -> PostgresSettings:
        shared = PostgresSettings()
        return shared if self.postgres_dsn is None else shared.model_copy(update={"dsn": self.postgres_dsn})


def is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def read_settings(settings_type: type[B]) -> B:
    """From the environment. Raises `CannotStart`."""
    prefix = str(settings_type.model_config.get("env_prefix", ""))
    try:
        return settings_type()
    except SettingsError as error:
        raise CannotStart(
            f"A setting {prefix}… can't be read: {error}. Lists and objects are given as JSON."
        ) from error
    except ValidationError as error:
        # Without what was given: it may be a secret.
        first = error.errors(include_url=False, include_input=False)[0]
        variable = f"{prefix}{first['loc'][0] if first['loc'] else '…'}".upper()
        where = "".join(f", {part}" for part in first["loc"][1:])
        fault = first["msg"].removeprefix("Value error, ")
        raise CannotStart(f"The setting {variable}{where} can't be used: {fault}.") from error
